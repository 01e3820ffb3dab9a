// Repositories in words, and what their form sends.
import { expect, test } from 'vitest'
import { createInput, emptyValues, mistakesIn } from './form.ts'
import { roomState, sayGrowth, sayRoom } from './say.ts'

test('room is told in days where that is known, and otherwise why not', () => {
  const known = { freeBytes: 1e9, growthPerDay: 1e6, daysUntilFull: 1000 }
  expect(sayRoom(known)).toBe('full in 1,000 days')
  expect(sayRoom({ ...known, daysUntilFull: 2_000_000 })).toBe('full in over 10 years')
  expect(sayRoom({ ...known, daysUntilFull: 1 })).toBe('full in 1 day')
  expect(sayRoom({ ...known, growthPerDay: -5, daysUntilFull: null })).toBe('does not grow')
  expect(sayRoom({ ...known, growthPerDay: null, daysUntilFull: null })).toBe('not known yet')
  expect(sayRoom({ ...known, freeBytes: null, daysUntilFull: null })).toBe('not known yet')
  expect([3, 20, 200, null].map(roomState)).toEqual(['failed', 'warning', undefined, undefined])
})

test('growth has a sign', () => {
  expect(sayGrowth(2048)).toBe('+2.0 KiB a day')
  expect(sayGrowth(-2048)).toBe('-2.0 KiB a day')
})

test('the form says what is missing before anything is sent', () => {
  expect(Object.keys(mistakesIn(emptyValues, true))).toEqual(['name', 'location', 'secret'])
  const values = {
    ...emptyValues,
    name: ' second ',
    location: '/mnt/backups',
    secret: { ...emptyValues.secret, kind: 'environment' as const },
    retentionDays: '30',
  }
  expect(mistakesIn(values, true)).toEqual({})
  expect(mistakesIn({ ...values, retentionDays: '1.5' }, true)).toHaveProperty('retentionDays')
  expect(createInput(values, 'new')).toEqual({
    name: 'second',
    type: 'local',
    location: '/mnt/backups',
    secretSource: { kind: 'environment', name: 'BACKUP_ENCRYPTION_KEY' },
    settings: { retentionDays: 30 },
    expect: 'new',
  })
})
