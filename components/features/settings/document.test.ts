// Values set by their place, and changes put on top of what somebody else saved meanwhile.
import { expect, test } from 'vitest'
import { labelOf, rebased, withValue } from './document.ts'

test('a value is set where it belongs, and the groups on the way are made', () => {
  expect(withValue({}, ['storage', 'local', 'path'], '/a')).toEqual({ storage: { local: { path: '/a' } } })
  expect(withValue({ a: [{ name: 'x' }] }, ['a', 0, 'on'], true)).toEqual({ a: [{ name: 'x', on: true }] })
})

test('a value that is taken out takes the groups along that it leaves empty, and no others', () => {
  expect(withValue({ a: { b: { c: 1 } }, d: 2 }, ['a', 'b', 'c'], undefined)).toEqual({ d: 2 })
  expect(withValue({ a: { b: 1, c: 2 } }, ['a', 'b'], undefined)).toEqual({ a: { c: 2 } })
  expect(withValue({ a: [{ b: 1 }] }, ['a', 0, 'b'], undefined)).toEqual({ a: [{}] })
})

test('the document that is given stays as it is', () => {
  const given = { a: { b: 1 } }
  withValue(given, ['a', 'b'], 2)
  expect(given).toEqual({ a: { b: 1 } })
})

test('my changes go on top of theirs, key by key', () => {
  const base = { a: { x: 1, y: 1 }, list: [1], gone: true }
  const mine = { a: { x: 2, y: 1 }, list: [1] }
  const theirs = { a: { x: 1, y: 5, z: 6 }, list: [1, 2], gone: true, added: 'new' }
  expect(rebased(base, mine, theirs)).toEqual({ a: { x: 2, y: 5, z: 6 }, list: [1, 2], added: 'new' })
})

test('where both changed the same, mine counts', () => {
  expect(rebased({ a: 1 }, { a: 2 }, { a: 3 })).toEqual({ a: 2 })
  expect(rebased({ a: { b: 1 } }, { a: { b: 2 } }, {})).toEqual({ a: { b: 2 } })
})

test('keys are said in words', () => {
  expect(labelOf('smtp_port')).toBe('SMTP port')
  expect(labelOf('global_settings')).toBe('Global settings')
})
