import { describe, expect, it } from 'vitest'
import { isTimeZone } from './fields.ts'
import { parseBandwidth, parseMode, parsePeriod, parseTimeOfDay, periodInDays } from './units.ts'

describe('bandwidths', () => {
  it.each([
    ['20 Mbps', 20e6],
    ['100 Mbps', 100e6],
    ['1.5Gbps', 1.5e9],
    ['64 kbps', 64e3],
    ['unlimited', Number.POSITIVE_INFINITY],
    ['20', undefined],
    ['0 Mbps', undefined],
    ['-1 Mbps', undefined],
    ['20 MB/s', undefined],
    ['fast', undefined],
  ])('%s', (text, bits) => expect(parseBandwidth(text)).toBe(bits))
})

describe('periods', () => {
  it.each([
    ['7_years', 2557],
    ['1_year', 366],
    ['6_months', 183],
    ['2_weeks', 14],
    ['90_days', 90],
    ['0_days', undefined],
    ['7 years', undefined],
    ['101_years', undefined],
    ['forever', undefined],
  ])('%s', (text, days) => {
    const period = parsePeriod(text)
    expect(period && periodInDays(period)).toBe(days)
  })
})

describe('modes, times of day, time zones', () => {
  it.each([
    ['750', 0o750],
    ['0640', 0o640],
    ['789', undefined],
    ['75', undefined],
    ['rwx', undefined],
  ])('%s', (text, mode) => expect(parseMode(text)).toBe(mode))

  it.each([
    ['09:30', 570],
    ['23:59', 1439],
    ['24:00', undefined],
    ['9:30', undefined],
  ])('%s', (text, minutes) => expect(parseTimeOfDay(text)).toBe(minutes))

  it.each([
    ['America/New_York', true],
    ['UTC', true],
    ['Europe/Berlin', true],
    ['Etc/GMT+5', true],
    ['America/New York', false],
    ['Mars/Olympus', false],
    ['+02:00', false],
    ['', false],
  ])('%j: %s', (text, expected) => expect(isTimeZone(text)).toBe(expected))
})
