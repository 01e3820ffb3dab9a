// The field of a typed path: what is in it goes nowhere without a word, however quickly somebody goes on.
import { expect, test } from 'vitest'
import { added, answered, emptyField, goesOn, heldBack, mayGoOn, typed } from './path-field.ts'

const refusal = { message: 'why', mayCome: true }
const looked = added(typed(' /a/ '), [])

test('what is added is looked for; what can be no path is refused at once', () => {
  expect(looked.asked).toBe('/a')
  const wrong = added(typed('a'), [])
  expect(wrong.asked).toBeUndefined()
  expect(wrong.refusal?.mayCome).toBe(false)
  expect(wrong.text).toBe('a')
})

test('found, it leaves the field; refused, it stays there', () => {
  expect(answered(looked, undefined)).toEqual(emptyField)
  expect(answered(looked, refusal)).toEqual({ text: ' /a/ ', refusal })
})

test('typing ends the look, and takes the refusal away', () => {
  expect(typed('/b')).toEqual({ text: '/b' })
})

test('nothing keeps somebody who left the field empty', () => {
  expect(mayGoOn(emptyField)).toBe(true)
  expect(mayGoOn(typed('  '))).toBe(true)
  expect(mayGoOn(typed('/a'))).toBe(false)
  expect(mayGoOn(looked)).toBe(false)
})

test('going on waits for a look that is under way, and ends with its refusal', () => {
  const waits = heldBack(looked)
  expect([waits.asked, waits.refusal, waits.goingOn]).toEqual(['/a', undefined, true])
  expect(goesOn(waits)).toBe(false)
  expect(goesOn(answered(waits, undefined))).toBe(true)
  const refused = answered(waits, refusal)
  expect(goesOn(refused)).toBe(false)
  expect(goesOn(answered(added(refused, []), undefined))).toBe(false)
})

test('going on says that a path was typed and not added; why it was refused stays', () => {
  expect(heldBack(typed('/a'))).toEqual({ text: '/a', refusal: { message: expect.any(String), mayCome: false } })
  expect(heldBack({ text: '/a', refusal })).toEqual({ text: '/a', refusal })
})
