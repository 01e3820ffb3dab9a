// Values set by their place, and keys said in words.
import { expect, test } from 'vitest'
import { diffDocuments } from '#server/contract/config/diff.ts'
import { changedFields, labelOf, withValue } from './document.ts'

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

test('fields that were changed are counted, also those of a group that was not there', () => {
  const count = (before: unknown, after: unknown) => changedFields(diffDocuments(before, after))
  expect(count({}, { logging: { level: 'debug', file: { size: 1 } } })).toBe(2)
  expect(count({ logging: { level: 'debug', days: 1 } }, {})).toBe(2)
  expect(count({ a: 1, b: [1] }, { a: 2, b: [1, 2] })).toBe(2)
  expect(
    count(
      { list: [{ name: 'x', on: true }] },
      {
        list: [
          { name: 'x', on: true },
          { name: 'y', on: true },
        ],
      },
    ),
  ).toBe(1)
})

test('keys are said in words', () => {
  expect(labelOf('smtp_port')).toBe('SMTP port')
  expect(labelOf('global_settings')).toBe('Global settings')
})
