// What an event says of the thing before and after: JSON without secrets, and of large documents only what differs.
import { hash } from 'node:crypto'
import { maskSecrets } from '../../lib/mask.ts'

export type Documents = { readonly before?: unknown; readonly after?: unknown; readonly details?: unknown }
export type StoredDocuments = { before: string | null; after: string | null; details: string | null }

/** Before and after together may be so long (characters of JSON); beyond it they are reduced. */
export const MAX_WHOLE = 16_384
const MAX_CHANGES = 200
const MAX_VALUE = 500

/** As they are stored: null for what is absent. */
export function documentsOf({ before, after, details }: Documents): StoredDocuments {
  const whole = { before: jsonOf(before), after: jsonOf(after), details: jsonOf(details) }
  if ((whole.before?.length ?? 0) + (whole.after?.length ?? 0) > MAX_WHOLE) Object.assign(whole, reduce(whole))
  if ((whole.details?.length ?? 0) > MAX_WHOLE) whole.details = reduce({ before: null, after: whole.details }).after
  return whole
}

const jsonOf = (value: unknown): string | null =>
  value === undefined ? null : (JSON.stringify(maskSecrets(value)) ?? null)

type Pair = { readonly before: string | null; readonly after: string | null }

/** Only the leaves that differ, by path, at most so many; with the length and SHA-256 of the whole (masked) document, to tell documents apart. */
function reduce({ before, after }: Pair): { before: string | null; after: string | null } {
  const old = leaves(before)
  const young = leaves(after)
  const paths = [...new Set([...old.keys(), ...young.keys()])].filter((path) => old.get(path) !== young.get(path))
  const shown = paths.slice(0, MAX_CHANGES)
  const side = (document: string | null, values: ReadonlyMap<string, string>): string | null =>
    document === null
      ? null
      : JSON.stringify({
          reduced: {
            characters: document.length,
            sha256: hash('sha256', document, 'hex'),
            omitted: paths.length - shown.length,
          },
          differing: Object.fromEntries(
            shown.filter((path) => values.has(path)).map((path) => [path, clip(values.get(path)!)]),
          ),
        })
  return { before: side(before, old), after: side(after, young) }
}

const clip = (json: string): unknown =>
  json.length <= MAX_VALUE ? (JSON.parse(json) as unknown) : `${json.slice(0, MAX_VALUE)}… (${json.length} characters)`

/** Path ('a.b[2].c') to the JSON of the value there, for all values that hold no others. */
function leaves(document: string | null): Map<string, string> {
  const found = new Map<string, string>()
  const walk = (path: string, value: unknown): void => {
    const inside = childrenOf(path, value)
    if (inside.length === 0) found.set(path, JSON.stringify(value))
    for (const [at, each] of inside) walk(at, each)
  }
  if (document !== null) walk('', JSON.parse(document))
  return found
}

function childrenOf(path: string, value: unknown): [string, unknown][] {
  if (Array.isArray(value)) return value.map((each, index) => [`${path}[${index}]`, each])
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).map(([name, each]) => [path === '' ? name : `${path}.${name}`, each])
}
