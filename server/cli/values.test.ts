// Values of options: what is taken, and what is refused with the reason.
import { describe, expect, it } from 'vitest'
import { oneOf, required, share, wholeNumber } from './values.ts'

describe('wholeNumber', () => {
  it('takes what lies within the bounds', () => {
    expect(wholeNumber('n', '1', { min: 1, max: 9 })).toBe(1)
    expect(wholeNumber('n', '09', { min: 1, max: 9 })).toBe(9)
    expect(wholeNumber('n', undefined, { min: 1, max: 9 })).toBeUndefined()
  })
  it.each(['0', '10', '', '-1', '1.5', '1e1', '0x5', ' 5', '٣', '99999999999999999999'])('refuses %j', (given) => {
    expect(() => wholeNumber('n', given, { min: 1, max: 9 })).toThrow(
      /^--n is ".*": a whole number from 1 to 9 is allowed$/,
    )
  })
})

describe('share', () => {
  it.each([
    ['10%', 0.1],
    ['100', 1],
    ['2.5%', 0.025],
  ])('%s', (given, expected) => expect(share('sample', given)).toBeCloseTo(expected, 12))
  it.each(['0', '0%', '101%', '%', 'ten', '-5', '1e2', '5%%'])('refuses %j', (given) => {
    expect(() => share('sample', given)).toThrow(/a percentage above 0 and up to 100/)
  })
})

describe('words', () => {
  it('is one of those allowed', () => {
    expect(oneOf('type', 'full', ['full', 'incremental'])).toBe('full')
    expect(() => oneOf('type', 'Full', ['full', 'incremental'])).toThrow(
      '--type is "Full": full, incremental are allowed',
    )
  })
  it('is there', () => expect(() => required('repo', undefined)).toThrow('--repo is missing'))
})
