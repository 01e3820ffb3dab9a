// The second factor: codes by time (RFC 6238) that work once each, and recovery codes for when the telephone is gone.
import crypto from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import { sha256 } from './seal.ts'

const period = 30
const digits = 6
/** How many steps the telephone's clock may be off, either way. */
const window = 1
export const recoveryCodeCount = 10

const totpOf = (secret: string, label: string): TOTP =>
  new TOTP({ issuer: 'Holdfast', label, algorithm: 'SHA1', digits, period, secret: Secret.fromBase32(secret) })

/** A new secret of 160 bits in base 32. */
export const createTotpSecret = (): string => new Secret({ size: 20 }).base32

/** The text of the QR code: `otpauth://totp/...`. */
export const totpUrl = (secret: string, email: string): string => totpOf(secret, email).toString()

/**
 * The time step that the code belongs to, or null when it is wrong or too old.
 * @param lastStep the last step that was accepted: it and those before are spent
 * @param now milliseconds since 1970
 */
export function totpStep(secret: string, code: string, lastStep: number | null, now: number): number | null {
  const token = code.replace(/\s+/g, '')
  if (!/^\d{6}$/.test(token)) return null
  const delta = totpOf(secret, '').validate({ token, timestamp: now, window })
  if (delta === null) return null
  const step = Math.floor(now / 1000 / period) + delta
  return lastStep !== null && step <= lastStep ? null : step
}

/** Digits and letters that nobody mistakes for one another. */
const alphabet = '23456789abcdefghjkmnpqrstuvwxyz'

function createRecoveryCode(): string {
  const letters = Array.from({ length: 16 }, () => alphabet[crypto.randomInt(alphabet.length)]).join('')
  return letters.replace(/(.{4})(?=.)/g, '$1-')
}

/** Case, spaces and dashes don't matter. */
const hashRecoveryCode = (code: string): string => sha256(`recovery:${code.toLowerCase().replace(/[\s-]+/g, '')}`)

/** Ten codes of 79 bits to show once, and their hashes to keep. */
export function createRecoveryCodes(): { codes: string[]; hashes: string[] } {
  const codes = Array.from({ length: recoveryCodeCount }, createRecoveryCode)
  return { codes, hashes: codes.map(hashRecoveryCode) }
}

/** The hashes that are left once the code is spent; null when it is none of them. */
export function spendRecoveryCode(hashes: readonly string[], code: string): string[] | null {
  const hash = hashRecoveryCode(code)
  return hashes.includes(hash) ? hashes.filter((other) => other !== hash) : null
}
