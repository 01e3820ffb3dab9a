import { describe, expect, it } from 'vitest'
import { type Trie, trieOf } from './roots.ts'

/** A trie as plain objects. */
const plain = (trie: Trie | null): unknown =>
  trie && Object.fromEntries([...trie].map(([name, below]) => [name, plain(below)]))

describe('trieOf', () => {
  it.each<[string[], unknown]>([
    [['/a'], { a: null }],
    [['/a/b/c'], { a: { b: { c: null } } }],
    [['/a/b', '/a/c', '/d'], { a: { b: null, c: null }, d: null }],
    [['/a', '/a/b'], { a: null }],
    [['/a/b', '/a'], { a: null }],
    [['/a/b/c', '/a/b'], { a: { b: null } }],
    [['/a', '/a-', '/a.b/c'], { a: null, 'a-': null, 'a.b': { c: null } }],
    [['/'], null],
    [['/a', '/'], null],
  ])('%j', (roots, expected) => {
    expect(plain(trieOf(roots))).toEqual(expected)
  })
})
