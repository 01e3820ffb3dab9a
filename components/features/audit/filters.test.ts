// What the filter of the audit trail offers: every action, and every kind of refusal.
import { expect, test } from 'vitest'
import { auditActions } from '#server/contract/audit-actions.ts'
import { actionChoices, refusedChoices } from './filters.ts'

test('every action is offered once, beneath all of its noun', () => {
  const codes = actionChoices.flatMap(([, choices]) => choices.map(([code]) => code))
  expect(codes.filter((code) => !code.endsWith('.')).toSorted()).toEqual(Object.keys(auditActions).toSorted())
  expect(new Set(codes).size).toBe(codes.length)
})

test('what was refused is offered by where it was: parts of the API, pages, and requests that name nothing', () => {
  expect(refusedChoices).toContainEqual(['schedules.', 'Schedules (schedules.)'])
  expect(refusedChoices).toContainEqual(['page', 'Page of the console (page)'])
  expect(refusedChoices).toContainEqual(['request', 'Request to the API (request)'])
})
