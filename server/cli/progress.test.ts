// The progress line fits its terminal, promises nothing that is not known, and is drawn five times a second at most.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Output } from './output.ts'
import { ProgressBar, progressLine } from './progress.ts'

const MIB = 1 << 20

describe('progressLine', () => {
  it('tells percent, files, bytes, rate and the time that is left', () => {
    const progress = { bytes: 50 * MIB, totalBytes: 200 * MIB, items: 1234, unit: 'files' }
    expect(progressLine(progress, 10 * MIB, 100)).toBe(
      '[=======                       ]  25 %  1,234 files  50.0 MiB of 200 MiB  10.0 MiB/s  ETA 0:15',
    )
  })

  it('gives the figures the room that the bar would take', () => {
    const progress = { bytes: 50 * MIB, totalBytes: 200 * MIB, items: 1234, unit: 'files' }
    expect(progressLine(progress, 10 * MIB, 68)).toBe(' 25 %  1,234 files  50.0 MiB of 200 MiB  10.0 MiB/s  ETA 0:15')
  })

  it('has no percent without a total', () => {
    expect(progressLine({ bytes: MIB, items: 3, unit: 'files' }, 0, 80)).toBe('3 files  1.00 MiB')
  })

  it('counts items when those are what has a total', () => {
    expect(progressLine({ bytes: 0, items: 1, totalItems: 4, unit: 'packs' }, 0, 40)).toBe(
      '[====             ]  25 %  1 of 4 packs',
    )
  })

  it('does not say 100 % when more comes than was expected', () => {
    expect(progressLine({ bytes: 300, totalBytes: 200, items: 1, unit: 'files' }, 0, 40)).toContain(' 99 %')
  })

  it('fits any terminal', () => {
    const number = fc.nat({ max: 2 ** 31 - 1 })
    fc.assert(
      fc.property(number, number, number, fc.integer({ min: 1, max: 300 }), (bytes, totalBytes, items, width) => {
        expect(progressLine({ bytes, totalBytes, items, unit: 'files' }, bytes / 7, width).length).toBeLessThan(width)
      }),
    )
  })
})

describe('ProgressBar', () => {
  it('asks for figures only when it draws', () => {
    let now = 0
    let asked = 0
    const bar = new ProgressBar(
      new Output({ json: false, quiet: true, verbose: false }),
      () => 1,
      () => now,
    )
    for (now = 0; now < 1000; now += 10) {
      bar.update(() => {
        asked++
        return { bytes: now, items: 0, unit: 'files' }
      })
    }
    expect(asked).toBe(5)
  })
})
