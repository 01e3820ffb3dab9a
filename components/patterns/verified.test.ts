// A badge agrees with the verdict: damaged before all, never green without a proof, and not for ever with one.
import { expect, test } from 'vitest'
import { verifiedOf } from './verified.ts'

const now = Date.parse('2026-11-24T12:00:00Z')
const daysAgo = (days: number): string => new Date(now - days * 86_400_000).toISOString()

test.each([
  ['ok', daysAgo(3), 'ok'],
  ['ok', daysAgo(31), 'warning'],
  ['ok', null, 'unknown'],
  ['unknown', daysAgo(3), 'unknown'],
  ['damaged', daysAgo(3), 'damaged'],
] as const)('%s, verified at %s: %s', (verifyState, lastVerifiedAt, state) => {
  expect(verifiedOf({ verifyState, lastVerifiedAt, partialCheck: null }, now).state).toBe(state)
})

test.each([
  ['structure', 'Structure checked'],
  ['sample', 'Sample verified'],
] as const)('a look at no more than the %s is no proof, however new', (depth, word) => {
  const at = daysAgo(0)
  const proof = { verifyState: 'unknown', lastVerifiedAt: null, partialCheck: { depth, at } } as const
  expect(verifiedOf(proof, now)).toEqual({ state: 'unknown', word, at })
})
