// Holds server/ to the import rules, and the checker itself to finding each way of breaking them.
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { check, sourcesIn } from './imports.ts'
import { layers, maxLines } from './rules.ts'

const server = path.join(import.meta.dirname, '../../server')

describe('server/', () => {
  const sources = sourcesIn(server)

  it('is read', () => {
    expect(sources.map((source) => source.path)).toContain('contract/errors.ts')
  })

  it('keeps the rules', () => {
    expect(sources.flatMap(check).join('\n')).toBe('')
  })
})

/** [file, code, what the message must say] */
const broken: [string, string, RegExp][] = [
  [
    'engine/pack/a.ts',
    `import { x } from '../../storage/local.ts'`,
    /engine\/pack\/a\.ts:1 imports \.\.\/\.\.\/storage\/local\.ts.*Instead: take a Storage/,
  ],
  ['engine/a.ts', `import type { X } from '#server/storage/local.ts'`, /imports #server\/storage\/local\.ts/],
  ['engine/a.ts', `\n\nexport { x } from '../db/client.ts'`, /a\.ts:3 imports \.\.\/db\/client\.ts/],
  ['engine/a.ts', `export * from '../config/read.ts'`, /imports \.\.\/config\/read\.ts/],
  ['engine/a.ts', `const x = async () => await import('../services/a/queries.ts')`, /services\/a\/queries/],
  ['engine/a.ts', `type X = import('../jobs/backup.ts').X`, /jobs\/backup/],
  ['engine/a.ts', `const w = new Worker(new URL('../cli/worker.ts', import.meta.url))`, /cli\/worker/],
  ['engine/a.ts', `const x = require('next')`, /imports next\b/],
  ['engine/a.ts', `import next from 'next/server'`, /imports next\/server/],
  ['engine/a.ts', `import { x } from './testing/corpus.ts'`, /testing\/corpus/],
  ['engine/a.ts', `import { x } from './b.test.ts'`, /b\.test\.ts/],
  ['engine/a.ts', `import { x } from '../../tests/fixtures/a.ts'`, /tests\/fixtures/],
  ['engine/a.ts', `import fs from 'fs'`, /imports fs\b/],
  ['db/a.ts', `import { DatabaseSync } from 'node:sqlite'`, /imports node:sqlite/],
  ['db/a.test.ts', `import { DatabaseSync } from 'node:sqlite'`, /imports node:sqlite/],
  ['engine/a.test.ts', `import { x } from '../services/a/queries.ts'`, /services\/a\/queries/],
  ['contract/a.ts', `import fs from 'node:fs'`, /imports node:fs.*shared with the browser/],
  ['contract/a.ts', `import { systemClock } from '../lib/clock.ts'`, /lib\/clock/],
  ['lib/a.ts', `import type { Storage } from '../storage/types.ts'`, /storage\/types/],
  ['storage/local.ts', `import { x } from '../engine/pack/pack.ts'`, /engine\/pack/],
  ['cli/a.ts', `import { x } from '../storage/local.ts'`, /register a new storage/],
  ['api/routers/a.ts', `import { x } from '../../db/client.ts'`, /move the work to services/],
  ['helpers/a.ts', `export const a = 1`, /helpers\/a\.ts: its folder has no row/],
  ['engine/a.ts', `const a = process.env.HOME`, /a\.ts:1 uses process\.env.*pass the value on/],
  ['engine/a.ts', `const a = globalThis.process['env']`, /uses process\.env/],
  ['engine/a.ts', `const { env } = process`, /uses process\.env/],
  ['engine/a.ts', `import { env } from 'node:process'`, /uses process\.env/],
  ['cli/main.ts', `const a = process.env.HOME`, /uses process\.env/],
  ['lib/a.ts', `const a = () => Date.now()`, /uses Date\.now.*clock\.now/],
  ['engine/a.ts', `const now = Date.now`, /uses Date\.now/],
  ['engine/a.ts', `const { now } = Date`, /uses Date\.now/],
  ['cli/a.ts', `const a = new Date(0)`, /uses new Date/],
]

const kept: [string, string][] = [
  [
    'engine/pack/a.ts',
    `import type { Storage } from '../../storage/types.ts'\nimport koffi from 'koffi'\nimport fs from 'node:fs'`,
  ],
  ['engine/a.ts', `import { isoTime } from '#server/lib/clock.ts'\nimport { x } from './chunk/cut.ts'`],
  ['engine/a.ts', `// import next from 'next'\nconst text = "import x from 'next'; process.env; Date.now()"`],
  ['engine/a.ts', `const w = new Worker(new URL('./worker.ts', import.meta.url))`],
  ['engine/a.ts', `const t = clock.now() + Date.parse('2026-01-01') + options.env`],
  [
    'engine/a.test.ts',
    `import { it } from 'vitest'\nimport fc from 'fast-check'\nimport { x } from '../storage/local.ts'\nconst t = Date.now()`,
  ],
  ['engine/testing/a.ts', `import { x } from '../../../tests/fixtures/a.ts'\nconst t = new Date()`],
  ['engine/posix/testing.ts', `import { it } from 'vitest'`],
  ['cli/env.ts', 'export const home = process.env.HOME'],
  ['cli/a.ts', `import { open } from '../storage/open.ts'\nimport { backup } from '../engine/archive/backup.ts'`],
  ['lib/clock.ts', 'export const now = () => Date.now()'],
  ['main.ts', `import { createApp } from './app.ts'\nimport { x } from './services/a/queries.ts'`],
]

describe('the checker', () => {
  it.each(broken)('finds what is wrong in %s: %s', (file, text, message) => {
    const problems = check({ path: file, text })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(message)
  })

  it.each(kept)('lets pass %s: %s', (file, text) => {
    expect(check({ path: file, text })).toEqual([])
  })

  it('counts lines', () => {
    const lines = (count: number) => ({ path: 'engine/a.ts', text: 'const a = 1\n'.repeat(count) })
    expect(check(lines(maxLines))).toEqual([])
    expect(check(lines(maxLines + 1))).toEqual([expect.stringContaining(`has ${maxLines + 1} lines`)])
  })

  it('refuses what it cannot parse', () => {
    expect(() => check({ path: 'engine/a.ts', text: 'import {' })).toThrow()
  })

  it('has a row only for folders, each once', () => {
    const rows = layers.map(({ of }) => of)
    expect(rows.every((row) => row.endsWith('/'))).toBe(true)
    expect(new Set(rows).size).toBe(rows.length)
  })
})
