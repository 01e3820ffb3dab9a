// Lock-out: what is free, how the wait grows, that it ends, and that attempts made at once are counted.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { accountPolicy, addressKey, addressPolicy, backoff, createAttempts } from './attempts.ts'

const start = Date.UTC(2026, 0, 1)

describe('back-off', () => {
  test('doubles after the free failures, up to a bound', () => {
    const waits = [0, 4, 5, 6, 7, 20, 1_000_000].map((failures) => backoff(accountPolicy, failures))
    expect(waits).toEqual([0, 0, 2_000, 4_000, 8_000, 900_000, 900_000])
  })

  test('is never for good: after the longest wait there is always another attempt', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2_000_000), { maxLength: 200 }), (pauses) => {
        const attempts = createAttempts(accountPolicy)
        let now = start
        for (const pause of pauses) {
          now += pause
          attempts.reserve('a', now)
        }
        expect(attempts.reserve('a', now + accountPolicy.maxMs).allowed).toBe(true)
      }),
    )
  })
})

describe('attempts', () => {
  test('made at once are counted before any of them has failed', () => {
    const attempts = createAttempts(accountPolicy)
    const allowed = Array.from({ length: 100 }, () => attempts.reserve('a', start)).filter((each) => each.allowed)
    expect(allowed).toHaveLength(accountPolicy.free)
  })

  test('are forgotten after a pause, cleared by a success, given back when there was no guess', () => {
    const attempts = createAttempts(accountPolicy)
    for (let made = 0; made < 5; made++) attempts.reserve('a', start)
    expect(attempts.reserve('a', start)).toMatchObject({ allowed: false, until: start + 2_000, first: true })
    expect(attempts.reserve('a', start + 1)).toMatchObject({ allowed: false, first: false })
    expect(attempts.takeRefused('a')).toBe(2)
    attempts.forgive('a')
    expect(attempts.reserve('a', start + 2).allowed).toBe(true)
    expect(attempts.reserve('a', start + 3).allowed).toBe(false)
    attempts.clear('a')
    expect(attempts.reserve('a', start + 4).allowed).toBe(true)
    for (let made = 0; made < 9; made++) attempts.reserve('b', start + made * 3_600)
    expect(attempts.reserve('b', start + 10 * accountPolicy.forgetMs)).toMatchObject({ allowed: true, failures: 1 })
  })

  test('of one key do not count for another', () => {
    const attempts = createAttempts(addressPolicy)
    for (let made = 0; made < 50; made++) attempts.reserve('a', start)
    expect(attempts.reserve('b', start).allowed).toBe(true)
  })

  test('of many strangers do not push out the one who is at it', () => {
    const attempts = createAttempts(accountPolicy, 100)
    for (let made = 0; made < 10_000; made++) {
      attempts.reserve(`stranger ${made}`, start)
      attempts.reserve('victim', start)
    }
    expect(attempts.reserve('victim', start).allowed).toBe(false)
  })
})

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  [null, 'unknown'],
])('the address %s counts as %s', (ip, key) => {
  expect(addressKey(ip)).toBe(key)
})
