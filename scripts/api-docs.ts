// Writes the generated parts of docs/api.md: the tables of procedures and metrics, the codes of errors, and the example. Run it after a change: node scripts/api-docs.ts
import { readFileSync, writeFileSync } from 'node:fs'
import { appRouter } from '../server/api/root.ts'
import type { Meta } from '../server/api/trpc.ts'
import { errorCatalogue } from '../server/contract/errors.ts'
import { metricKinds } from '../server/services/metrics/names.ts'

const fileOf = (path: string): URL => new URL(`../${path}`, import.meta.url)
export const apiFile = fileOf('docs/api.md')

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')

const neededText = ({ permission }: Meta): string => {
  if (permission === 'public') return 'anybody'
  if (permission === 'signed_in') return 'any account or key'
  return [permission]
    .flat()
    .map((each) => `\`${each}\``)
    .join(' or ')
}

function procedures(): string {
  const rows = Object.entries(appRouter._def.procedures).map(([path, procedure]) => {
    const { type, meta } = (procedure as unknown as { _def: { type: string; meta: Meta } })._def
    return [`\`${path}\``, type, neededText(meta), meta.kind, meta.summary]
  })
  return table(['procedure', 'type', 'needs', 'kind', 'what it does'], rows)
}

const errors = (): string =>
  table(
    ['code', 'HTTP status', 'try again'],
    Object.entries(errorCatalogue).map(([code, { status, retryable }]) => [
      `\`${code}\``,
      String(status),
      retryable ? 'yes' : '',
    ]),
  )

const metrics = (): string =>
  table(
    ['metric', 'unit', 'label', 'what it is'],
    metricKinds.map(({ name, unit, label, meaning }) => [`\`${name}\``, unit, `${label}'s name`, meaning]),
  )

const example = (): string => `\`\`\`ts\n${readFileSync(fileOf('client/example.ts'), 'utf8')}\`\`\``

const parts: Readonly<Record<string, () => string>> = { procedures, metrics, errors, example }

/** The page with its generated parts made anew. @throws when a part has no place in it */
export function withParts(page: string): string {
  return Object.entries(parts).reduce((text, [name, make]) => {
    const place = new RegExp(`(<!-- ${name}: [^>]*-->\n)[\\s\\S]*?(<!-- end of ${name} -->)`)
    if (!place.test(text)) throw new Error(`docs/api.md has no place for "${name}"`)
    return text.replace(place, (_all, start: string, end: string) => `${start}\n${make()}\n\n${end}`)
  }, page)
}

if (import.meta.main) writeFileSync(apiFile, withParts(readFileSync(apiFile, 'utf8')))
