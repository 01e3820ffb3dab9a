// Writes the tables of docs/configuration.md: what each key means comes from server/contract/config/effect.ts, the guide's own keys and values
// from tests/fixtures/config/keys.tsv. Run it after a change of either: node scripts/configuration-docs.ts
import { readFileSync, writeFileSync } from 'node:fs'
import { effectOf, effects, type KeyEffect } from '../server/contract/config/effect.ts'
import { overrides } from '../server/contract/config/environment.ts'

export type GuideKey = { readonly section: string; readonly key: string; readonly value: string }

const fileOf = (path: string): URL => new URL(`../${path}`, import.meta.url)
export const documentFile = fileOf('docs/configuration.md')

/** The 241 keys of the guide, with the value that it gives each (JSON). */
export const guideKeys = (): GuideKey[] =>
  readFileSync(fileOf('tests/fixtures/config/keys.tsv'), 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [section = '', key = '', value = ''] = line.split('\t')
      return { section, key, value }
    })

const cell = (text: string): string => text.replaceAll('|', '\\|')
const code = (text: string): string => (text === '' ? '' : `\`${cell(text)}\``)

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')

const cellsOf = ({ meaning, unit, default: value, where, effective }: KeyEffect): string[] => [
  cell(meaning),
  cell(unit),
  cell(value),
  cell(where),
  effective === 'now' ? 'now' : 'with a later issue',
]

const head = ['meaning', 'unit', 'default', 'where it acts', 'effective']

function guideTables(): string {
  const sections = Map.groupBy(guideKeys(), ({ section }) => section)
  return [...sections]
    .map(([section, keys]) => {
      const rows = keys.map(({ key, value }) => {
        const effect = effectOf(key)
        if (!effect) throw new Error(`There is no row for ${key}: add it in server/contract/config/keys/`)
        return [code(key), code(value), ...cellsOf(effect)]
      })
      return `### ${section}\n\n${table(['key', 'value in the guide', ...head], rows)}`
    })
    .join('\n\n')
}

const beyondTable = (): string =>
  table(
    ['key', ...head],
    effects.filter(({ inGuide }) => !inGuide).map((effect) => [code(effect.key), ...cellsOf(effect)]),
  )

const environmentTable = (): string =>
  table(
    ['variable', 'allowed', 'takes the place of'],
    overrides.map(({ variable, allowed, keys }) => [code(variable), cell(allowed), cell(keys)]),
  )

const parts = { guide: guideTables, beyond: beyondTable, environment: environmentTable } as const

/** The document with new tables between its marks. */
export const withTables = (text: string): string =>
  Object.entries(parts).reduce((current, [name, make]) => {
    const [open, close] = [`<!-- ${name}: made by scripts/configuration-docs.ts -->`, `<!-- end of ${name} -->`]
    const [start, end] = [current.indexOf(open), current.indexOf(close)]
    if (start < 0 || end < start) throw new Error(`docs/configuration.md has no marks "${open}" and "${close}"`)
    return `${current.slice(0, start + open.length)}\n\n${make()}\n\n${current.slice(end)}`
  }, text)

if (import.meta.main) writeFileSync(documentFile, withTables(readFileSync(documentFile, 'utf8')))
