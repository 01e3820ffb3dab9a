// Whoever reads the audit trail reads words: every action and every procedure that can be refused has them.
import { expect, test } from 'vitest'
import { actionWords, apiAreas, auditActions, targetKindWord } from '../contract/audit-actions.ts'
import { appRouter } from './root.ts'

const codes = Object.keys(auditActions)
const procedures = Object.keys(appRouter._def.procedures)

test('every action has words of its own, and the list is in order', () => {
  const words = Object.values(auditActions)
  expect(new Set(words).size).toBe(words.length)
  for (const text of words) expect(text).toMatch(/^[A-Z][A-Za-z -]+$/)
  expect(codes).toEqual(codes.toSorted())
})

test('a refusal is told by the procedure that was called', () => {
  // Two are both: the event of an export that was taken, and the call that was refused.
  for (const path of procedures.filter((each) => !codes.includes(each)))
    expect(actionWords(path), path).toMatch(/^[A-Z][A-Za-z ]*: [a-z][a-z ]*$/)
  expect(actionWords('schedules.runNow')).toBe('Schedules: run now')
  expect(actionWords('page')).toBe('Page of the console')
})

test('no area of the API is named that is not there', () => {
  const there = new Set(procedures.map((path) => path.split('.')[0]))
  expect(Object.keys(apiAreas).filter((area) => !there.has(area))).toEqual([])
})

test('what this version does not know is shown as it is', () => {
  for (const code of ['lease.lost', 'toString', 'schedules.', 'constructor.name', ''])
    expect(actionWords(code), code).toBe(code)
  expect(targetKindWord('toString')).toBe('toString')
  expect(targetKindWord('api_key')).toBe('API key')
})
