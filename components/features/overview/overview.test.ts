// The words of the verdict, and what is offered for an exception.
import { expect, test } from 'vitest'
import { upcomingOf } from './queries.ts'
import { type Exception, fitOf, hrefOf, isCurrent, partsOf, sayVerdict } from './say.ts'

const exception = (changes: Partial<Exception>): Exception => ({
  kind: 'run_failed',
  severity: 'failed',
  target: null,
  runId: null,
  ...changes,
})

test('the verdict counts what is wrong, and is well only by an answer of now', () => {
  const many = [exception({}), exception({ severity: 'warning' }), exception({ severity: 'unknown' })]
  expect(sayVerdict('failed', many, true)).toBe('1 failure, 1 warning, 1 thing not known')
  expect(sayVerdict('ok', [], true)).toBe('All is well')
  expect(sayVerdict('ok', [], false)).not.toContain('is well')
})

test('an answer stands for now while the server answers, and for some minutes', () => {
  const now = 10_000_000
  const answer = { away: false, failed: false, at: now - 61_000, now }
  expect(isCurrent(answer)).toBe(true)
  expect(isCurrent({ ...answer, away: true })).toBe(false)
  expect(isCurrent({ ...answer, failed: true })).toBe(false)
  expect(isCurrent({ ...answer, at: now - 4 * 60_000 })).toBe(false)
})

test('what is offered helps with what is wrong', () => {
  const run = { kind: 'run', id: 'r1', name: 'daily' }
  expect(fitOf(exception({ target: run, runId: 'r1' }))).toEqual({ kind: 'retry', runId: 'r1' })
  const schedule = { kind: 'schedule', id: 's1', name: 'daily' }
  expect(fitOf(exception({ kind: 'never_run', target: schedule }))).toEqual({ kind: 'run', scheduleId: 's1' })
  expect(fitOf(exception({ kind: 'schedule_paused', target: schedule }))).toBeUndefined()
  expect(hrefOf(exception({ target: run }))).toBe('/runs/r1')
  expect(
    hrefOf(exception({ kind: 'health', target: { kind: 'check', id: 'storage', name: 'storage' } })),
  ).toBeUndefined()
})

test.each(['repository_unverified', 'repository_damaged', 'snapshot_unverified', 'snapshot_damaged'])(
  '%s: the repository is verified, by its name',
  (kind) => {
    const repository = { id: 'p1', name: 'main' }
    const target = kind.startsWith('snapshot')
      ? { kind: 'snapshot', id: 's1', name: '91a07cf7', repository }
      : { kind: 'repository', ...repository }
    expect(fitOf(exception({ kind, target }))).toEqual({ kind: 'verify', repository })
  },
)

test('instants in a message are found, and nothing of the text is lost', () => {
  const message = 'lost missed its slot of 2026-11-24T02:00:00.000Z; the last good backup is of 2026-11-23T02:00:00Z'
  const parts = partsOf(message)
  expect(parts.join('')).toBe(message)
  expect(parts.filter((_, at) => at % 2 === 1)).toEqual(['2026-11-24T02:00:00.000Z', '2026-11-23T02:00:00Z'])
  expect(partsOf('No time at all')).toEqual(['No time at all'])
})

test('the next runs of all schedules are in one order', () => {
  const schedule = (id: string, ...nextSlots: string[]) => ({ id, name: id, nextSlots })
  const next = upcomingOf([
    schedule('a', '2026-11-25T02:00:00Z', '2026-11-26T02:00:00Z'),
    schedule('b', '2026-11-25T01:00:00Z'),
    schedule('paused'),
  ])
  expect(next.map(({ id }) => id)).toEqual(['b', 'a', 'a'])
})
