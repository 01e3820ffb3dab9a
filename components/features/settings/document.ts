// The configuration document while it is edited: values are set and taken out by their place, and keys are said in words. Pure.
import type { Difference } from '#server/contract/config/diff.ts'
import { isObject, type Path, type PathPart, type Plain } from '#server/contract/config/paths.ts'

/**
 * The document with another value at a place. Groups on the way are made.
 * @param value undefined takes it out, and the groups that are empty by that
 */
export function withValue(document: unknown, path: Path, value: unknown): unknown {
  const [part, ...rest] = path
  if (part === undefined) return value
  if (typeof part === 'number') return withItem(document, part, rest, value)
  const group: Plain = isObject(document) ? document : {}
  const inner = withValue(own(group, part), rest, value)
  if (inner !== undefined) return { ...group, [part]: inner }
  const { [part]: _, ...others } = group
  return Object.keys(others).length === 0 ? undefined : others
}

/** Items of lists stay where they are: an empty one is an empty group until somebody removes it. */
function withItem(document: unknown, at: number, rest: Path, value: unknown): unknown[] {
  const list = Array.isArray(document) ? [...document] : []
  list[at] = withValue(list[at], rest, value) ?? {}
  return list
}

/** How many fields were changed: a group that was not there before has one for each of its values, an item of a list is one. */
export const changedFields = (changes: readonly Difference[]): number =>
  sumOf(changes.map(({ path, before, after }) => (path.endsWith(']') ? 1 : valuesIn(after ?? before))))

const valuesIn = (value: unknown): number =>
  isObject(value) ? Math.max(1, sumOf(Object.values(value).map(valuesIn))) : 1

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0)

const own = (group: Plain, key: PathPart): unknown => (Object.hasOwn(group, key) ? group[key] : undefined)

const asTheyAre: Readonly<Record<string, string>> = {
  api: 'API',
  ca: 'CA',
  cpu: 'CPU',
  gdpr: 'GDPR',
  hipaa: 'HIPAA',
  hsm: 'HSM',
  id: 'id',
  ip: 'IP',
  ips: 'IPs',
  io: 'I/O',
  kb: 'KiB',
  mb: 'MiB',
  mbps: 'Mbit/s',
  oidc: 'OIDC',
  pin: 'PIN',
  s3: 'S3',
  sid: 'SID',
  sms: 'SMS',
  smtp: 'SMTP',
  soc2: 'SOC 2',
  ssl: 'SSL',
  tls: 'TLS',
  url: 'URL',
  var: 'variable',
  env: 'environment',
}

/** "smtp_port" -> "SMTP port". */
export function labelOf(key: string): string {
  const words = key.split('_').map((word) => asTheyAre[word] ?? word)
  const text = words.join(' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}
