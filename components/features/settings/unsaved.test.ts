// What was given up can be taken back, and never over something newer.
import { expect, test } from 'vitest'
import { givenUp, textDraft } from './unsaved.ts'

const mine = { version: 3, text: '{ "what": "was typed" }' }

test('what was given up comes back as it was', () => {
  textDraft.set(mine)
  const takeBack = givenUp(textDraft)
  expect(textDraft.get()).toBeUndefined()
  takeBack?.()
  expect(textDraft.get()).toEqual(mine)
})

test('something begun since stays, and nothing comes of nothing', () => {
  textDraft.set(mine)
  const takeBack = givenUp(textDraft)
  const newer = { version: 4, text: '{}' }
  textDraft.set(newer)
  takeBack?.()
  expect(textDraft.get()).toEqual(newer)
  textDraft.set(undefined)
  expect(givenUp(textDraft)).toBeUndefined()
})
