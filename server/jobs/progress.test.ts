import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Progress } from '../contract/events.ts'
import { changesOf, createThrottle, placeOf } from './progress.ts'

describe('placeOf', () => {
  const latin1 = (text: string): string => Buffer.from(text).toString('latin1')

  it('is the path as text, with its bytes when it is none', () => {
    expect(placeOf(latin1('/home/ada/é.txt'))).toEqual({ path: '/home/ada/é.txt', pathBytes: '' })
    expect(placeOf('/caf\xe9')).toEqual({
      path: '/caf\\xe9',
      pathBytes: Buffer.from('/caf\xe9', 'latin1').toString('base64'),
    })
    expect(placeOf('')).toEqual({ path: '', pathBytes: '' })
  })

  it('leaves out the middle of a long one, and cuts no character in two', () => {
    const path = `/start${`/${'é'.repeat(100)}`.repeat(20)}/end.txt`
    const { path: told, pathBytes } = placeOf(latin1(path))
    expect(pathBytes).toBe('')
    expect(told).toMatch(/^\/start\/é+\/\.\.\.\/é+.*\/end\.txt$/)
    expect(Buffer.byteLength(String(told))).toBeLessThan(1000)
  })
})

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
