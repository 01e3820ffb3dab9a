// A wrong name is answered with the one that was meant.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { distance, suggestion } from './nearest.ts'
import { commands } from './registry.ts'

describe('distance', () => {
  it.each([
    ['', 'abc', 3],
    ['verify', 'verify', 0],
    ['verfiy', 'verify', 1],
    ['restor', 'restore', 1],
    ['kitten', 'sitting', 3],
  ])('%s to %s is %i', (a, b, edits) => expect(distance(a, b)).toBe(edits))

  it('is the same both ways, and 0 for equal words only', () => {
    const word = fc.string({ maxLength: 8 })
    fc.assert(
      fc.property(word, word, (a, b) => distance(a, b) === distance(b, a) && (distance(a, b) === 0) === (a === b)),
    )
  })
})

describe('suggestion', () => {
  const names = Object.keys(commands)
  it.each([
    ['bakcup', 'backup'],
    ['snap', 'snapshots'],
    ['rebuild', 'rebuild-index'],
    ['lst', 'ls'],
  ])('%s: %s', (given, meant) => expect(suggestion(given, names, (name) => name)).toBe(`the nearest is ${meant}`))

  it('lists all when nothing is near', () => {
    expect(suggestion('frobnicate', ['init', 'ls'], (name) => `<${name}>`)).toBe('allowed are <init>, <ls>')
  })
})
