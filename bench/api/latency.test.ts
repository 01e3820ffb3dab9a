import { expect, it } from 'vitest'
import { Seeded } from '../random.ts'
import { latencyOf, measure, percentile } from './latency.ts'
import { withReport } from './report.ts'

it('percentiles are values that occurred', () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i)
  expect([0.5, 0.95, 1, 0].map((share) => percentile(values, share))).toEqual([50, 95, 100, 1])
  expect(percentile([7], 0.95)).toBe(7)
  expect(latencyOf([3, 1, 2])).toEqual({ count: 3, p50: 2, p95: 3, max: 3 })
})

it('each kind of question is asked so often, and pages are followed', async () => {
  const asked: string[] = []
  const variant = (name: string) => ({
    name,
    ask: async (cursor: string | undefined) => {
      asked.push(`${name}${cursor ?? ''}`)
      return { items: [], nextCursor: '+' }
    },
  })
  const found = await measure({ path: 'x.list', variants: [variant('a'), variant('b')] }, new Seeded('x'), 30)
  expect(found).toMatchObject({ path: 'x.list', count: 60 })
  expect(asked).toHaveLength(70)
  expect(new Set(asked)).toEqual(new Set(['a', 'a+', 'b', 'b+']))
})

it('the part of the document between the markers is written anew, and added where there is none', () => {
  const added = withReport('# Performance\n', 'figures')
  expect(added).toContain('## API')
  expect(withReport(added, 'others')).toBe(added.replace('figures', 'others'))
})
