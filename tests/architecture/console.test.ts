// Holds the console's pages to their import rules, and the checker itself to finding each way of breaking them.
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkConsole } from './console.ts'
import { sourcesIn } from './imports.ts'

const root = path.join(import.meta.dirname, '../..')
const sources = ['app', 'components'].flatMap((folder) =>
  sourcesIn(path.join(root, folder)).map(({ path: name, text }) => ({ path: `${folder}/${name}`, text })),
)

describe('app/ and components/', () => {
  it('are read', () => {
    expect(sources.map((source) => source.path)).toContain('components/patterns/table.tsx')
  })

  it('keep the rules', () => {
    expect(sources.flatMap(checkConsole).join('\n')).toBe('')
  })
})

const broken: [string, string, RegExp][] = [
  ['components/ui/a.tsx', `import { X } from '../patterns/page.tsx'`, /a\.tsx:1 imports \.\.\/patterns\/page\.tsx/],
  ['components/features/runs/a.tsx', `import { X } from '../users/b.tsx'`, /stands alone/],
  ['components/features/runs/a.tsx', `import { appRouter } from '#server/api/root.ts'`, /imports #server\/api/],
  ['components/data/a.ts', `import type { X } from '#server/services/runs/index.ts'`, /imports #server\/services/],
  ['app/(console)/page.tsx', `import { db } from '#server/db/index.ts'`, /imports #server\/db/],
  ['components/patterns/a.tsx', `import fs from 'node:fs'`, /imports node:fs/],
  ['components/other/a.tsx', `export const a = <p>x</p>`, /has no row/],
]

describe('the checker', () => {
  it.each(broken)('finds what is wrong in %s: %s', (file, text, message) => {
    expect(checkConsole({ path: file, text }).join('\n')).toMatch(message)
  })

  it.each([
    [
      'components/features/runs/a.tsx',
      `import type { AppRouter } from '#server/api/root.ts'; export const a = <p>x</p>`,
    ],
    ['components/features/runs/a.tsx', `import { cron } from '#server/contract/cron.ts'; import { b } from './b.tsx'`],
    ['app/(console)/page.tsx', `import { Overview } from '#components/features/overview/overview.tsx'`],
  ])('leaves %s alone: %s', (file, text) => {
    expect(checkConsole({ path: file, text })).toEqual([])
  })
})
