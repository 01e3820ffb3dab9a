// Simple choices of when, there and back.
import { describe, expect, it } from 'vitest'
import { parseCron } from '#server/contract/cron.ts'
import { cronOf, simpleDefault, simpleOf } from './simple-cron.ts'

describe('simple choices', () => {
  it.each([
    ['5 * * * *', { rhythm: 'hourly', time: '00:05' }],
    ['30 2 * * *', { rhythm: 'daily', time: '02:30' }],
    ['0 23 * * 1,3,0', { rhythm: 'weekly', time: '23:00', weekdays: [1, 3, 0] }],
    ['15 4 28 * *', { rhythm: 'monthly', time: '04:15', day: 28 }],
  ] as const)('%s is one, and is made of it', (cron, choice) => {
    const simple = { ...simpleDefault, ...choice }
    expect(simpleOf(cron)).toEqual(simple)
    expect(cronOf(simple)).toBe(cron)
    expect(() => parseCron(cron)).not.toThrow()
  })

  it.each(['*/10 * * * *', '0 4 1,15 * 5', '0 4 31 * *', '0 4 1 * 5', '0 4 * 6 *', '@daily', 'nonsense'])(
    '%s is none',
    (cron) => {
      expect(simpleOf(cron)).toBeUndefined()
    },
  )

  it('makes nothing of a choice that is not whole', () => {
    expect(cronOf({ ...simpleDefault, time: '' })).toBeUndefined()
    expect(cronOf({ ...simpleDefault, rhythm: 'weekly', weekdays: [] })).toBeUndefined()
  })
})
