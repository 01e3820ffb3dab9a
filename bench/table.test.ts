import { describe, expect, test } from 'vitest'
import type { Result } from './seat.ts'
import type { StepId } from './steps.ts'
import { type Report, renderReport, speedVerdict, wall } from './table.ts'

const MIB = 1024 * 1024

function result(tool: string, step: StepId, wallSeconds: number, more: Partial<Result> = {}): Result {
  return { tool, step, round: 1, wallSeconds, cpuSeconds: wallSeconds, peakKiB: 100 * 1024, ...more }
}

describe('speedVerdict', () => {
  const peers = [result('slow', 'first', 20), result('fast', 'first', 12), result('fast', 'first', 14, { round: 2 })]
  const against = (own: Result[]) => speedVerdict([...peers, ...own], 'holdfast', ['slow', 'fast'], 'first', 3)

  test('holds the median against the faster peer and the target', () => {
    expect(against([result('holdfast', 'first', 4)])).toBe('3.25x of 3x: PASS')
    expect(against([result('holdfast', 'first', 5)])).toBe('2.60x of 3x: FAIL')
  })

  test('a step with a problem in any round fails, however fast it was', () => {
    const wrong = result('holdfast', 'first', 0.1, { round: 2, problem: 'wrong restore' })
    expect(against([result('holdfast', 'first', 0.1), wrong])).toBe('FAIL')
  })

  test('says nothing about a step that was not run, and leaves out a peer that failed', () => {
    expect(against([])).toBe('')
    const failed = [result('slow', 'first', 20), result('fast', 'first', 1, { problem: 'exit status 1' })]
    const own = result('holdfast', 'first', 10)
    expect(speedVerdict([...failed, own], 'holdfast', ['slow', 'fast'], 'first', 3)).toBe('2.00x of 3x: FAIL')
  })
})

test('wall gives the spread over the rounds', () => {
  const results = [3, 1, 2].map((value, index) => result('fast', 'check', value, { round: index + 1 }))
  expect(wall(results, 'fast', 'check')).toEqual({ median: 2, min: 1, max: 3, count: 3 })
})

describe('renderReport', () => {
  const report: Report = {
    date: '2026-05-04T03:02:01.000Z',
    machine: { processor: 'P', cores: 2, memoryGiB: 8, kernel: '6.1', fileSystem: 'ext4', load: 0.25 },
    versions: { holdfast: '1', fast: '2' },
    rounds: 1,
    scale: 1,
    corpora: [
      {
        corpus: { name: 'C', origin: 'two files', files: 2, bytes: 2000 * MIB },
        results: [
          result('holdfast', 'first', 5, { repositoryBytes: 90 * MIB, peakKiB: 300 * 1024 }),
          result('fast', 'first', 10, { repositoryBytes: 100 * MIB }),
          result('holdfast', 'restore', 5, { problem: 'wrong restore: a: missing' }),
          result('fast', 'restore', 10),
        ],
      },
    ],
  }
  const lines = renderReport(report, [
    { name: 'holdfast', role: 'subject' },
    { name: 'fast', role: 'peer' },
  ]).split('\n')

  test('sets ratio, target and verdict below the seconds', () => {
    expect(lines).toContain('| fast | 10.0 |  |  | 10.0 |  | 100 |')
    expect(lines).toContain('| holdfast | 5.00 |  |  | failed |  | 90 |')
    expect(lines).toContain('| faster peer / holdfast | 2.00x of 2x: PASS |  |  | FAIL |  | 0.90 of at most 1: PASS |')
  })

  test('judges the memory by the most in any step, and names every problem', () => {
    expect(lines).toContain('| memory of holdfast |  |  |  |  |  | 300 of at most 256: FAIL |')
    expect(lines).toContain('- holdfast, restore, round 1: wrong restore: a: missing')
  })
})
