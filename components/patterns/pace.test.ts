// The pace of a run, and when no time left may be told.
import { describe, expect, it } from 'vitest'
import { type Pace, paceOf, type Sample } from './pace.ts'

/** The pace after the last of these samples. */
function paceAfter(samples: readonly Sample[], total?: number): Pace {
  let kept: Sample[] = []
  let pace: Pace = { bytesPerSecond: undefined, secondsLeft: undefined }
  for (const sample of samples) ({ kept, pace } = paceOf(kept, sample, total))
  return pace
}

const steady = (seconds: number, perSecond: number): Sample[] =>
  Array.from({ length: seconds + 1 }, (_, second) => ({
    at: second * 1000,
    read: second * perSecond,
    done: second * perSecond,
  }))

describe('paceOf', () => {
  it('tells rate and time left of what goes steadily', () => {
    expect(paceAfter(steady(10, 100), 2000)).toEqual({ bytesPerSecond: 100, secondsLeft: 10 })
  })

  it('tells no time left without a total, past it, or before it has looked for long enough', () => {
    expect(paceAfter(steady(10, 100)).secondsLeft).toBeUndefined()
    expect(paceAfter(steady(10, 100), 900).secondsLeft).toBeUndefined()
    expect(paceAfter(steady(4, 100), 2000).secondsLeft).toBeUndefined()
  })

  it('falls to nothing when nothing comes any more', () => {
    const stalled = Array.from({ length: 80 }, (_, second) => ({ at: 11_000 + second * 1000, read: 1000, done: 1000 }))
    expect(paceAfter([...steady(10, 100), ...stalled], 2000)).toEqual({ bytesPerSecond: 0, secondsLeft: undefined })
  })

  it('starts anew when a counter falls', () => {
    const again = { at: 11_000, read: 5, done: 5 }
    expect(paceAfter([...steady(10, 100), again], 2000)).toEqual({ bytesPerSecond: undefined, secondsLeft: undefined })
  })

  it('takes what was only compared into the time left, but not into the rate', () => {
    const compared = steady(10, 100).map((sample) => ({ ...sample, read: 0 }))
    expect(paceAfter(compared, 2000)).toEqual({ bytesPerSecond: 0, secondsLeft: 10 })
  })
})
