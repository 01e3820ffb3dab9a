// What was given up can be taken back, and never over something newer; what is unsaved is known wherever one is.
import { beforeEach, expect, test } from 'vitest'
import { createStore, givenUp, isUnsaved } from './unsaved.ts'

type Draft = { readonly base: string; readonly text: string }
const store = createStore<Draft>(({ base, text }) => base !== text)
const mine = { base: '{}', text: '{ "what": "was typed" }' }
beforeEach(() => store.set(undefined))

test('what was given up comes back as it was', () => {
  store.set(mine)
  const takeBack = givenUp(store)
  expect(store.get()).toBeUndefined()
  expect(takeBack?.()).toBe(true)
  expect(store.get()).toEqual(mine)
})

test('something begun since stays, and that is told; nothing comes of nothing', () => {
  store.set(mine)
  const takeBack = givenUp(store)
  const newer = { base: '{}', text: '{ "something": "else" }' }
  store.set(newer)
  expect(takeBack?.()).toBe(false)
  expect(store.get()).toEqual(newer)
  store.set(undefined)
  expect(givenUp(store)).toBeUndefined()
})

test('a change that was taken out again by hand is in the way of nothing', () => {
  store.set(mine)
  const takeBack = givenUp(store)
  store.set({ base: '{}', text: '{ "a": 1 }' })
  store.set({ base: '{}', text: '{}' })
  expect(takeBack?.()).toBe(true)
  expect(store.get()).toEqual(mine)
})

test('only what differs from what is saved is unsaved', () => {
  const other = createStore<string>(() => true)
  expect(isUnsaved()).toBe(false)
  store.set({ base: '{}', text: '{}' })
  expect(isUnsaved()).toBe(false)
  store.set(mine)
  other.set('begun')
  expect(isUnsaved()).toBe(true)
  store.set(undefined)
  expect(isUnsaved()).toBe(true)
  other.set(undefined)
  expect(isUnsaved()).toBe(false)
})
