// Codes by time (checked against RFC 6238) and recovery codes: each works once.

import { Secret, TOTP } from 'otpauth'
import { describe, expect, test } from 'vitest'
import { createRecoveryCodes, createTotpSecret, spendRecoveryCode, totpStep, totpUrl } from './second-factor.ts'

const now = Date.UTC(2026, 4, 4, 3, 2, 1)
const step = Math.floor(now / 30_000)

const codeAt = (secret: string, timestamp: number): string =>
  new TOTP({ secret: Secret.fromBase32(secret), algorithm: 'SHA1', digits: 6, period: 30 }).generate({ timestamp })

describe('a code by time', () => {
  test('is the one of RFC 6238 (its test vectors, last six digits)', () => {
    const secret = Secret.fromLatin1('12345678901234567890').base32
    const vectors: [seconds: number, code: string][] = [
      [59, '287082'],
      [1_111_111_109, '081804'],
      [1_111_111_111, '050471'],
      [1_234_567_890, '005924'],
      [2_000_000_000, '279037'],
    ]
    for (const [seconds, code] of vectors) {
      expect(totpStep(secret, code, null, seconds * 1000)).toBe(Math.floor(seconds / 30))
    }
  })

  test('is taken one step before and after, not two', () => {
    const secret = createTotpSecret()
    const taken = [-2, -1, 0, 1, 2].map((off) => totpStep(secret, codeAt(secret, now + off * 30_000), null, now))
    expect(taken).toEqual([null, step - 1, step, step + 1, null])
  })

  test('is taken once: neither it nor an older one is taken after it', () => {
    const secret = createTotpSecret()
    expect(totpStep(secret, codeAt(secret, now), step - 1, now)).toBe(step)
    expect(totpStep(secret, codeAt(secret, now), step, now)).toBeNull()
    expect(totpStep(secret, codeAt(secret, now - 30_000), step, now)).toBeNull()
    expect(totpStep(secret, codeAt(secret, now + 30_000), step, now)).toBe(step + 1)
  })

  test('may be typed with a space, and is nothing but six digits', () => {
    const secret = createTotpSecret()
    const code = codeAt(secret, now)
    expect(totpStep(secret, `${code.slice(0, 3)} ${code.slice(3)}`, null, now)).toBe(step)
    for (const wrong of ['', '12345', `${code}0`, 'abcdef', `-${code.slice(1)}`]) {
      expect(totpStep(secret, wrong, null, now)).toBeNull()
    }
  })

  test('the URL of the QR code has what an app needs', () => {
    const secret = createTotpSecret()
    expect(secret).toMatch(/^[A-Z2-7]{32}$/)
    const url = new URL(totpUrl(secret, 'ada@example.com'))
    expect([url.protocol, url.host]).toEqual(['otpauth:', 'totp'])
    expect(decodeURIComponent(url.pathname)).toContain('Holdfast:ada@example.com')
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      issuer: 'Holdfast',
      secret,
      digits: '6',
      period: '30',
    })
  })
})

describe('recovery codes', () => {
  test('are ten, all different, kept as hashes only', () => {
    const { codes, hashes } = createRecoveryCodes()
    expect(new Set(codes).size).toBe(10)
    for (const code of codes) expect(code).toMatch(/^[2-9a-hjkmnp-z]{4}(-[2-9a-hjkmnp-z]{4}){3}$/)
    for (const code of codes) expect(hashes.join()).not.toContain(code.replaceAll('-', ''))
  })

  test('each works once, in any case and with or without dashes', () => {
    const { codes, hashes } = createRecoveryCodes()
    const [first = '', second = ''] = codes
    const left = spendRecoveryCode(hashes, first.toUpperCase())
    expect(left).toHaveLength(9)
    expect(spendRecoveryCode(left ?? [], first)).toBeNull()
    expect(spendRecoveryCode(left ?? [], ` ${second.replaceAll('-', ' ')} `)).toHaveLength(8)
    expect(spendRecoveryCode(hashes, 'aaaa-bbbb-cccc-dddd')).toBeNull()
    expect(spendRecoveryCode(hashes, '')).toBeNull()
  })
})
