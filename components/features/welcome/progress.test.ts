import { describe, expect, test } from 'vitest'
import { draftFrom, nextStep, noDraft, stepToShow } from './progress.ts'

const nothing = { hasRepository: true, hasSchedule: false, kitConfirmed: false, hasBackup: false }
const choosing = { folders: ['/srv'], foldersTaken: false, placeTaken: false }
const chosen = { ...choosing, foldersTaken: true }
const placed = { ...chosen, placeTaken: true }

describe('the next step', () => {
  test.each([
    ['what', nothing, noDraft],
    ['what', nothing, choosing],
    ['what', nothing, { ...placed, folders: [] }],
    ['where', nothing, chosen],
    ['where', { ...nothing, hasRepository: false }, placed],
    ['kit', nothing, placed],
    ['when', { ...nothing, kitConfirmed: true }, placed],
    ['what', { ...nothing, kitConfirmed: true }, noDraft],
    ['kit', { ...nothing, hasSchedule: true }, noDraft],
    ['backup', { ...nothing, hasSchedule: true, kitConfirmed: true }, noDraft],
    ['backup', { ...nothing, hasSchedule: true, kitConfirmed: true, hasBackup: true }, placed],
  ] as const)('is %s', (step, state, draft) => {
    expect(nextStep(state, draft)).toBe(step)
  })
})

test('a step that was done can be looked at again, one that is still to come can not', () => {
  expect(stepToShow('what', 'kit')).toBe('what')
  expect(stepToShow('kit', 'kit')).toBe('kit')
  expect(stepToShow('backup', 'kit')).toBe('kit')
  expect(stepToShow('', 'when')).toBe('when')
  expect(stepToShow('nonsense', 'where')).toBe('where')
})

test('what a browser remembers is checked', () => {
  expect(draftFrom(JSON.stringify(placed))).toEqual(placed)
  expect(draftFrom(null)).toEqual(noDraft)
  expect(draftFrom('{"folders":')).toEqual(noDraft)
  expect(draftFrom('{"folders":[1,"/a"],"placeTaken":"yes"}')).toEqual({
    folders: ['/a'],
    foldersTaken: false,
    placeTaken: false,
  })
})
