import { expect, test } from 'vitest'
import { systemActor } from '../../auth/actor.ts'
import { openTestCatalog } from '../../db/testing.ts'
import { dateOf } from '../../lib/clock.ts'
import { createMetricsService, metricInputs } from './index.ts'

const actor = systemActor('test')
const ask = (input: object) => metricInputs.series.parse(input)

test('the values of one metric, oldest first, page by page', async () => {
  await using catalog = await openTestCatalog()
  await catalog.transaction(async (tx) => {
    // Two at one time: a page may end between them.
    const at = [3000, 1000, 2000, 2000, 4000].map((ms, value) => ({ at: dateOf(ms), name: 'used', label: 'a', value }))
    await tx.metric.createMany({ data: [...at, { at: dateOf(1), name: 'used', label: 'b', value: 9 }] })
  })
  const metrics = createMetricsService({ catalog })
  const values: number[] = []
  let cursor: string | undefined
  do {
    const page = await metrics.series(actor, ask({ name: 'used', label: 'a', limit: 1, cursor }))
    values.push(...page.items.map(({ value }) => value))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  expect(values).toEqual([1, 2, 3, 0, 4])

  const between = ask({ name: 'used', label: 'a', from: '1970-01-01T00:00:02Z', until: '1970-01-01T00:00:04Z' })
  expect((await metrics.series(actor, between)).items.map(({ value }) => value)).toEqual([2, 3, 0])
  await expect(metrics.series(actor, ask({ name: 'used', cursor: 'none of ours' }))).rejects.toMatchObject({
    code: 'usage',
  })
})
