// Pages of a build that the server has no more: said once it is known, and loaded anew once at most.
import { expect, test } from 'vitest'
import { isMissingCode, mayReload } from './build.ts'

const storage = () => {
  const kept = new Map<string, string>()
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  }
}

test('a page loads itself anew once for each build', () => {
  const tab = storage()
  expect(mayReload(tab, 'one')).toBe(true)
  expect(mayReload(tab, 'one')).toBe(false)
  // The reload brought newer pages, which are as new as the others once were.
  expect(mayReload(tab, 'two')).toBe(true)
  expect(mayReload(tab, 'two')).toBe(false)
})

test('a tab that remembers nothing is never reloaded', () => {
  const refuse = () => {
    throw new DOMException('no storage here', 'SecurityError')
  }
  expect(mayReload({ getItem: () => null, setItem: refuse }, 'one')).toBe(false)
})

test('missing code is told from other errors', () => {
  const webpack = Object.assign(new Error('Loading chunk 7 failed.'), { name: 'ChunkLoadError' })
  const turbopack = new Error('Failed to load chunk /backups/_next/static/chunks/0a.js from module 12')
  const native = new TypeError('Failed to fetch dynamically imported module: https://example.com/x.js')
  for (const error of [webpack, turbopack, native]) expect(isMissingCode(error)).toBe(true)
  for (const error of [new Error('The server does not answer'), 'ChunkLoadError', undefined])
    expect(isMissingCode(error)).toBe(false)
})
