import { describe, expect, it } from 'vitest'
import type { Progress } from '../contract/events.ts'
import { changesOf, createThrottle } from './progress.ts'

describe('changesOf', () => {
  it('holds what differs, and nothing when all is the same', () => {
    expect(changesOf({ files: 1, bytes: 2 }, { files: 1, bytes: 3, phase: 'reading' })).toEqual({
      bytes: 3,
      phase: 'reading',
    })
    expect(changesOf({ files: 1 }, { files: 1 })).toBeUndefined()
  })
})

describe('createThrottle', () => {
  it('hands on a delta at most every 250 ms, and the rest at the end', () => {
    let at = 0
    const sent: Progress[] = []
    const throttle = createThrottle(
      (changed) => sent.push(changed),
      () => at,
    )
    // The counters are live: the same object, changed all the time.
    const counters = { files: 0, bytes: 0 }
    for (at = 0; at < 1000; at += 10) {
      counters.files++
      throttle.report(() => counters)
    }
    expect(sent).toEqual([{ files: 1, bytes: 0 }, { files: 26 }, { files: 51 }, { files: 76 }])
    throttle.flush()
    expect(sent.at(-1)).toEqual({ files: 100 })
    throttle.flush()
    expect(sent).toHaveLength(5)
  })
})
