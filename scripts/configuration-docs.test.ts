// docs/configuration.md has a row for every key, and says what the program's own table says.
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { effectOf, effects } from '../server/contract/config/effect.ts'
import { documentFile, guideKeys, withTables } from './configuration-docs.ts'

const text = readFileSync(documentFile, 'utf8')

/** The cells of every row of a table, without the backticks. */
const rows = text
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((each) => each.trim().replace(/^`|`$/g, '')),
  )

describe('docs/configuration.md', () => {
  it('has a row for each of the 241 keys of the guide, under its section', () => {
    const sections = text.split(/^### /m).slice(1)
    expect(guideKeys()).toHaveLength(241)
    for (const { section, key, value } of guideKeys()) {
      const chapter = sections.find((each) => each.startsWith(`${section}\n`))
      expect(chapter, section).toContain(`| \`${key}\` | \`${value.replaceAll('|', '\\|')}\` | `)
    }
  })

  it('says of each whether it is effective', () => {
    for (const { key } of guideKeys()) {
      const row = rows.find(([name]) => name === key)
      expect(row?.at(-1), key).toBe(effectOf(key)?.effective === 'now' ? 'now' : 'with a later issue')
      expect(row?.[2], key).toMatch(/\w/)
    }
  })

  it('has a row for each key beyond the guide', () => {
    const known = new Set(rows.map(([name]) => name))
    for (const { key, inGuide } of effects) if (!inGuide) expect(known, key).toContain(key)
  })

  it('names tests for every place where a key is effective, and they are there', () => {
    const tests = new Map(
      text
        .split('\n')
        .map((line) => /^\| ([a-zA-Z ,-]+) \| (`[^|]+\.test\.ts`) \|$/.exec(line))
        .filter((row) => row !== null)
        .map(([, where, files]) => [where, [...(files ?? '').matchAll(/`([^`]+)`/g)].map(([, file]) => file ?? '')]),
    )
    for (const { where, effective } of effects) if (effective === 'now') expect([...tests.keys()]).toContain(where)
    for (const file of [...tests.values()].flat()) {
      expect(existsSync(new URL(`../${file}`, import.meta.url)), file).toBe(true)
    }
  })

  it('is up to date (else: node scripts/configuration-docs.ts)', () => expect(withTables(text)).toBe(text))
})
