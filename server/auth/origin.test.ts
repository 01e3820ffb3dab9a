// Which requests may change something: those of the console's own pages.
import { describe, expect, test } from 'vitest'
import { codeOf } from '../contract/errors.ts'
import { safeCallback } from './next-auth.ts'
import { authUrlOf, checkOrigin, checkSameOrigin } from './origin.ts'

const publicUrl = 'https://dashboard.acme.com/backups'
const origin = 'https://dashboard.acme.com'

const verdict = (check: typeof checkOrigin, method: string, headers: Record<string, string>): string => {
  try {
    check({ method, headers }, publicUrl)
    return 'passes'
  } catch (error) {
    return codeOf(error)
  }
}

describe('a request that changes something', () => {
  test.each<[Record<string, string>, string]>([
    [{ origin, 'sec-fetch-site': 'same-origin' }, 'passes'],
    [{ origin }, 'passes'],
    [{ 'sec-fetch-site': 'same-origin' }, 'passes'],
    [{}, 'forbidden'],
    [{ origin: 'null' }, 'forbidden'],
    [{ origin: 'https://evil.example' }, 'forbidden'],
    [{ origin: 'http://dashboard.acme.com' }, 'forbidden'],
    [{ origin: 'https://dashboard.acme.com:8443' }, 'forbidden'],
    [{ origin: 'https://dashboard.acme.com.evil.example' }, 'forbidden'],
    [{ origin, 'sec-fetch-site': 'cross-site' }, 'forbidden'],
    [{ 'sec-fetch-site': 'same-site' }, 'forbidden'],
    [{ 'sec-fetch-site': 'none' }, 'forbidden'],
    [{ origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }, 'forbidden'],
  ])('%j: %s', (headers, expected) => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      expect(verdict(checkSameOrigin, method, headers)).toBe(expected)
      expect(verdict(checkOrigin, method, { ...headers, 'x-holdfast-console': '1' })).toBe(expected)
      expect(verdict(checkOrigin, method, headers)).toBe('forbidden')
    }
  })
})

test('a request that only reads passes from anywhere', () => {
  for (const method of ['GET', 'HEAD'])
    expect(verdict(checkOrigin, method, { origin: 'https://evil.example' })).toBe('passes')
})

test('the address for next-auth is the origin and the mount point, whatever path the public URL has', () => {
  for (const url of [publicUrl, origin, `${origin}/`, `${publicUrl}/`]) {
    expect(authUrlOf(url)).toBe('https://dashboard.acme.com/backups/api/auth')
  }
})

test.each([
  ['/backups/runs?x=1', 'https://dashboard.acme.com/backups/runs?x=1'],
  ['https://dashboard.acme.com/backups', 'https://dashboard.acme.com/backups'],
  ['https://evil.example/backups', 'https://dashboard.acme.com/backups'],
  ['//evil.example/backups', 'https://dashboard.acme.com/backups'],
  ['/\\evil.example/backups', 'https://dashboard.acme.com/backups'],
  ['https://dashboard.acme.com@evil.example/backups', 'https://dashboard.acme.com/backups'],
  ['https://user:pw@dashboard.acme.com/backups', 'https://dashboard.acme.com/backups'],
  ['http://dashboard.acme.com/backups', 'https://dashboard.acme.com/backups'],
  ['javascript:alert(1)', 'https://dashboard.acme.com/backups'],
  ['/backups/../other', 'https://dashboard.acme.com/backups'],
  ['/backupsy', 'https://dashboard.acme.com/backups'],
  ['http://[bad', 'https://dashboard.acme.com/backups'],
])('after sign-in %s leads to %s', (asked, to) => {
  expect(safeCallback(asked, publicUrl)).toBe(to)
})
