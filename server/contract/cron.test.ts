import { describe, expect, it } from 'vitest'
import { matchesDay, parseCron } from './cron.ts'
import { HoldfastError } from './errors.ts'

const list = (set: ReadonlySet<number>): number[] => [...set].sort((a, b) => a - b)
const messageFor = (text: string): string => {
  try {
    parseCron(text)
    return 'accepted'
  } catch (error) {
    expect(error).toBeInstanceOf(HoldfastError)
    expect(error).toMatchObject({ code: 'usage' })
    return (error as Error).message
  }
}

describe('parseCron', () => {
  it('reads lists, ranges, steps and names', () => {
    const cron = parseCron('0,30 8-18/5 1,15 JAN,jun-Aug mon-Fri')
    expect(list(cron.minutes)).toEqual([0, 30])
    expect(list(cron.hours)).toEqual([8, 13, 18])
    expect(list(cron.days)).toEqual([1, 15])
    expect(list(cron.months)).toEqual([1, 6, 7, 8])
    expect(list(cron.weekdays)).toEqual([1, 2, 3, 4, 5])
  })

  it('reads steps over all values, and from one on', () => {
    const cron = parseCron('*/20 20/2 * * *')
    expect(list(cron.minutes)).toEqual([0, 20, 40])
    expect(list(cron.hours)).toEqual([20, 22])
  })

  it('takes 7 for Sunday, also in a range', () => {
    expect(list(parseCron('0 0 * * 7').weekdays)).toEqual([0])
    expect(list(parseCron('0 0 * * 5-7').weekdays)).toEqual([0, 5, 6])
    expect(list(parseCron('0 0 * * FRI-SUN').weekdays)).toEqual([0, 5, 6])
    expect(list(parseCron('0 0 * * */2').weekdays)).toEqual([0, 2, 4, 6])
  })

  it.each([
    ['@yearly', '0 0 1 1 *'],
    ['@annually', '0 0 1 1 *'],
    ['@monthly', '0 0 1 * *'],
    ['@weekly', '0 0 * * 0'],
    ['@daily', '0 0 * * *'],
    ['@midnight', '0 0 * * *'],
    ['@hourly', '0 * * * *'],
  ])('%s is %s', (macro, text) => expect(parseCron(macro)).toEqual(parseCron(text)))

  it.each([
    ['', '0 fields; five are needed'],
    ['* * * *', '4 fields; five are needed'],
    ['0 0 2 * * *', '6 fields; five are needed'],
    ['60 * * * *', 'minute: "60" is not allowed; allowed are 0 to 59'],
    ['* 24 * * *', 'hour: "24" is not allowed'],
    ['* * 0 * *', 'day of month: "0" is not allowed'],
    ['* * * 13 *', 'month: "13" is not allowed; allowed are 1 to 12, or jan to dec'],
    ['* * * * 8', 'day of week: "8" is not allowed'],
    ['* * L * *', 'day of month: "l" is not allowed'],
    ['* * ? * *', 'day of month: "?" is not allowed'],
    ['*/0 * * * *', 'the step "/0" must be'],
    ['*/x * * * *', 'the step "/x" must be'],
    ['1/2/3 * * * *', 'not allowed'],
    ['5-1 * * * *', 'the range "5-1" must go'],
    ['1-2-3 * * * *', 'the range "1-2-3" must go'],
    ['1,,2 * * * *', '"" is not allowed'],
    ['-1 * * * *', '"" is not allowed'],
    ['1.5 * * * *', '"1.5" is not allowed'],
    ['@reboot', 'there is no "@reboot"'],
    ['0 0 31 2,4 *', 'would never run'],
    ['constructor', '1 fields'],
  ])('refuses "%s" and says why', (text, why) => expect(messageFor(text)).toContain(why))

  it('accepts the 29th of February, and a day that another field makes up for', () => {
    expect(messageFor('0 0 29 2 *')).toBe('accepted')
    expect(messageFor('0 0 31 2 1')).toBe('accepted')
  })
})

describe('matchesDay', () => {
  const [friday, saturday] = [5, 6]

  it('takes either day field when both name days', () => {
    const cron = parseCron('0 0 13 * 5')
    expect(matchesDay(cron, 3, 13, saturday)).toBe(true)
    expect(matchesDay(cron, 3, 14, friday)).toBe(true)
    expect(matchesDay(cron, 3, 14, saturday)).toBe(false)
  })

  it('takes both when one begins with a star', () => {
    const cron = parseCron('0 0 */2 * 5')
    expect(matchesDay(cron, 3, 13, friday)).toBe(true)
    expect(matchesDay(cron, 3, 13, saturday)).toBe(false)
    expect(matchesDay(cron, 3, 14, friday)).toBe(false)
  })

  it('looks at the month first', () => {
    expect(matchesDay(parseCron('0 0 13 3 5'), 4, 13, friday)).toBe(false)
  })
})
