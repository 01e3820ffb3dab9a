import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
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
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  const setUp = () => {
    const sent: Progress[] = []
    const throttle = createThrottle(
      (changed) => sent.push(changed),
      () => performance.now(),
    )
    return { sent, throttle }
  }

  it('hands on a delta at most every 250 ms, and the rest at the end', () => {
    const { sent, throttle } = setUp()
    // The counters are live: the same object, changed all the time.
    const counters = { files: 0, bytes: 0 }
    for (let i = 0; i < 100; i++) {
      counters.files++
      throttle.report(() => counters)
      vi.advanceTimersByTime(10)
    }
    expect(sent).toHaveLength(5)
    expect(sent[0]).toEqual({ files: 1, bytes: 0 })
    for (const delta of sent.slice(1)) expect(Object.keys(delta)).toEqual(['files'])
    counters.files++
    throttle.report(() => counters)
    expect(sent).toHaveLength(5)
    throttle.flush()
    expect(sent.at(-1)).toEqual({ files: 101 })
    throttle.flush()
    expect(sent).toHaveLength(6)
  })

  it('hands on the last report of a burst though no other follows', () => {
    const { sent, throttle } = setUp()
    throttle.report(() => ({ phase: 'backup' }))
    throttle.report(() => ({ phase: 'verify' }))
    expect(sent).toEqual([{ phase: 'backup' }])
    vi.advanceTimersByTime(250)
    expect(sent).toEqual([{ phase: 'backup' }, { phase: 'verify' }])
  })
})
