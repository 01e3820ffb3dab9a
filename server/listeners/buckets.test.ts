import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createBuckets } from './buckets.ts'

const clockAt = (now: number) => ({ now: () => now, value: now })

function movable() {
  let now = 1_000_000
  return {
    now: () => now,
    advance: (ms: number) => {
      now += ms
    },
  }
}

test('a burst, then one for each sixtieth of the rate', () => {
  const clock = movable()
  const buckets = createBuckets(clock, { perMinute: 60, burst: 3 })
  const allowed = () => buckets.take('a').allowed
  expect([allowed(), allowed(), allowed(), allowed()]).toEqual([true, true, true, false])
  clock.advance(999)
  expect(allowed()).toBe(false)
  clock.advance(1)
  expect([allowed(), allowed()]).toEqual([true, false])
  clock.advance(3_600_000)
  expect([allowed(), allowed(), allowed(), allowed()]).toEqual([true, true, true, false])
})

test('a refusal says when to come again, and which one is the first', () => {
  const clock = movable()
  const buckets = createBuckets(clock, { perMinute: 30, burst: 1 })
  buckets.take('a')
  expect(buckets.take('a')).toEqual({ allowed: false, retryAfter: 2, first: true })
  expect(buckets.take('a')).toEqual({ allowed: false, retryAfter: 2, first: false })
  clock.advance(2000)
  expect(buckets.take('a')).toEqual({ allowed: true })
  expect(buckets.take('a')).toMatchObject({ first: true })
})

test('what costs more than a full bucket takes all of it', () => {
  const buckets = createBuckets(clockAt(0), { perMinute: 1, burst: 3 })
  expect(buckets.take('a', 20).allowed).toBe(true)
  expect(buckets.take('a').allowed).toBe(false)
})

test('tokens that are given back never make more than a full bucket', () => {
  const buckets = createBuckets(clockAt(0), { perMinute: 1, burst: 2 })
  buckets.giveBack('a', 5)
  expect([buckets.take('a', 2).allowed, buckets.take('a').allowed]).toEqual([true, false])
  buckets.giveBack('a')
  expect(buckets.take('a').allowed).toBe(true)
})

test('a clock that goes back takes nothing away', () => {
  const clock = movable()
  const buckets = createBuckets(clock, { perMinute: 60, burst: 2 })
  buckets.take('a')
  clock.advance(-3_600_000)
  expect(buckets.take('a').allowed).toBe(true)
})

test('another rate counts at once, none lets everybody pass', () => {
  const buckets = createBuckets(clockAt(0), { perMinute: 60, burst: 1 })
  buckets.take('a')
  expect(buckets.take('a').allowed).toBe(false)
  buckets.setRate(null)
  expect(buckets.take('a').allowed).toBe(true)
  buckets.setRate({ perMinute: 60, burst: 5 })
  expect(buckets.take('b', 5).allowed).toBe(true)
})

test('however calls come, never more pass than burst and rate allow, and others are not touched', () => {
  const calls = fc.array(fc.record({ wait: fc.nat(2000), cost: fc.integer({ min: 1, max: 3 }) }), { maxLength: 200 })
  fc.assert(
    fc.property(calls, (all) => {
      const clock = movable()
      const start = clock.now()
      const buckets = createBuckets(clock, { perMinute: 60, burst: 5 })
      let passed = 0
      for (const { wait, cost } of all) {
        clock.advance(wait)
        if (buckets.take('greedy', cost).allowed) passed += cost
        expect(passed).toBeLessThanOrEqual(5 + (clock.now() - start) / 1000 + 1e-6)
      }
      expect(buckets.take('modest', 5).allowed).toBe(true)
    }),
  )
})
