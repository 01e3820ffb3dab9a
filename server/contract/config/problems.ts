// What is wrong with a document, as data and as text; and how the issues of zod become that.
import { z } from 'zod'
import { nearest } from '../nearest.ts'
import { documentSchema } from './document.ts'
import { isObject, type Path, pathText, valueAt } from './paths.ts'
import { allPlaces } from './places.ts'
import { isSecretKey, isVariableKey, shownValue } from './secrets.ts'

export type ProblemKind = 'syntax' | 'duplicate' | 'unknown' | 'missing' | 'value' | 'secret' | 'reference'

export type Problem = {
  /** A document with errors is refused; warnings say what will not work as it seems. */
  readonly severity: 'error' | 'warning'
  readonly kind: ProblemKind
  /** "storage.local.path"; '' for the document itself. */
  readonly path: string
  readonly keys: Path
  /** What is wrong and what is allowed, without the place. */
  readonly message: string
  /** From 1; known when the document was read from text. */
  readonly line?: number
  readonly column?: number
  /** The known key or value that was probably meant. */
  readonly nearest?: string
}

export function problem(
  kind: ProblemKind,
  keys: Path,
  message: string,
  more: Partial<Pick<Problem, 'severity' | 'nearest' | 'line' | 'column'>> = {},
): Problem {
  return { severity: 'error', kind, path: pathText(keys), keys, message, ...more }
}

export const isError = ({ severity }: Problem): boolean => severity === 'error'

/** One line: "line 7: storage.local.path: is missing ...". */
export function problemText({ severity, line, column, path, message }: Problem): string {
  const place = line === undefined ? '' : `line ${line}${column === undefined ? '' : `, column ${column}`}: `
  return `${severity === 'warning' ? 'warning: ' : ''}${place}${path === '' ? '' : `${path}: `}${message}`
}

/** The problems that zod found in `document`, `limit` of them at most. */
export function problemsOf(issues: readonly z.core.$ZodIssue[], document: unknown, limit: number): Problem[] {
  const found: Problem[] = []
  for (const each of problemsIn(issues, document)) if (found.push(each) >= limit) break
  return found
}

function* problemsIn(issues: readonly z.core.$ZodIssue[], document: unknown): Generator<Problem> {
  for (const issue of issues) {
    const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))
    if (issue.code === 'unrecognized_keys') for (const key of issue.keys) yield unknownKey(document, path, key)
    else yield wrongValue(issue, path, document)
    if (issue.code === 'invalid_union') yield* unknownInUnion(document, path.slice(0, -1))
  }
}

function wrongValue(issue: z.core.$ZodIssue, path: Path, document: unknown): Problem {
  const allowed = allowedBy(issue)
  const value = valueAt(document, path)
  const key = String(path.findLast((part) => typeof part === 'string') ?? '')
  if (value === undefined) return problem('missing', path, `is missing; allowed is ${allowed}`)
  const why = issue.code === 'custom' && typeof issue.params?.why === 'string' ? ` (${issue.params.why})` : ''
  const near = nearValue(issue, value)
  const message = `is ${shownValue(key, value)}${why}; allowed is ${allowed}${hintFor(issue, value, near)}`
  return problem(isVariableKey(key) ? 'secret' : 'value', path, message, near === undefined ? {} : { nearest: near })
}

const choices = (issue: z.core.$ZodIssue): string[] => {
  if (issue.code === 'invalid_value') return issue.values.map(String)
  return issue.code === 'invalid_union' && 'options' in issue ? (issue.options ?? []).map(String) : []
}

function allowedBy(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_union') return issue.message
  return `one of ${choices(issue)
    .map((value) => JSON.stringify(value))
    .join(', ')}`
}

function nearValue(issue: z.core.$ZodIssue, value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const known = choices(issue)
  return known.find((each) => each.toLowerCase() === value.toLowerCase()) ?? nearest(value, known)
}

function hintFor(issue: z.core.$ZodIssue, value: unknown, near: string | undefined): string {
  if (near !== undefined) return `; did you mean ${JSON.stringify(near)}?`
  if (issue.code !== 'invalid_type' || typeof value !== 'string') return ''
  const bare = issue.expected === 'boolean' ? /^(true|false)$/ : /^-?\d+(\.\d+)?$/
  return ['boolean', 'number', 'int'].includes(issue.expected) && bare.test(value) ? ' (without quotes)' : ''
}

/** Which form of an object is meant is not known, so nothing has looked at its keys. */
function* unknownInUnion(document: unknown, path: Path): Generator<Problem> {
  const value = valueAt(document, path)
  const known = knownKeys(document, path)
  for (const key of isObject(value) ? Object.keys(value) : []) {
    if (!known.includes(key)) yield unknownKey(document, path, key)
  }
}

function unknownKey(document: unknown, path: Path, key: string): Problem {
  const known = knownKeys(document, path)
  const place = [...path, key]
  if (isSecretKey(key) && typeof valueAt(document, place) === 'string') return literalSecret(place, known)
  const near = nearest(key, known)
  if (near !== undefined) {
    return problem('unknown', place, `unknown key; did you mean ${JSON.stringify(near)}?`, { nearest: near })
  }
  const elsewhere = placesOf(key).slice(0, 3)
  const hint = elsewhere.length > 0 ? `; it is known as ${elsewhere.join(', ')}` : ''
  return problem(
    'unknown',
    place,
    `unknown key${hint}; allowed ${path.length > 0 ? 'here ' : ''}are ${known.join(', ')}`,
  )
}

function literalSecret(place: Path, known: readonly string[]): Problem {
  const variables = known.filter(isVariableKey)
  const near = nearest(`${place.at(-1)}_env_var`, variables) ?? variables[0]
  const how =
    near === undefined ? 'and let the key that ends in "_env_var" name it' : `and name it in ${JSON.stringify(near)}`
  const message = `a secret is never part of the configuration: put it into an environment variable ${how}`
  return problem('secret', place, message, near === undefined ? {} : { nearest: near })
}

/** The keys that the schema knows at a place (of all forms when it isn't clear which is meant); none where names are free. */
function knownKeys(document: unknown, path: Path): string[] {
  let schema: z.core.$ZodType | undefined = documentSchema
  for (const [depth, part] of path.entries()) schema = step(schema, part, valueAt(document, path.slice(0, depth)))
  const bare = bareOf(schema)
  const value = valueAt(document, path)
  const form = chosen(bare, value)
  const forms = form === undefined && bare instanceof z.ZodDiscriminatedUnion ? bare.options : [form]
  return [...new Set(forms.flatMap((each) => (each instanceof z.ZodObject ? Object.keys(each.shape) : [])))]
}

function step(schema: z.core.$ZodType | undefined, part: string | number, value: unknown): z.core.$ZodType | undefined {
  const bare = chosen(schema, value)
  if (bare instanceof z.ZodObject) return Object.hasOwn(bare.shape, part) ? bare.shape[part] : undefined
  if (bare instanceof z.ZodRecord) return bare.valueType
  return bare instanceof z.ZodArray ? bare.element : undefined
}

/** Without "optional" around it. */
const bareOf = (schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined =>
  schema instanceof z.ZodOptional ? bareOf(schema.unwrap()) : schema

/** Of a union the form that the value has; undefined when it has none. */
function chosen(given: z.core.$ZodType | undefined, value: unknown): z.core.$ZodType | undefined {
  const schema = bareOf(given)
  if (!(schema instanceof z.ZodDiscriminatedUnion)) return schema
  return schema.options.find((option) => {
    const discriminator = option instanceof z.ZodObject ? option.shape[schema.def.discriminator] : undefined
    return discriminator?.safeParse(valueAt(value, [schema.def.discriminator])).success
  })
}

let places: ReadonlyMap<string, readonly string[]> | undefined

/** Where in the whole document a key of this name is known: "storage.local.retention_days", "schedules.NAME.type". */
function placesOf(key: string): readonly string[] {
  places ??= Map.groupBy(allPlaces(), (place) => place.split('.').at(-1) ?? '')
  return places.get(key) ?? []
}
