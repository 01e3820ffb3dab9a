// Errors are known by their codes, also after they crossed a thread or a process.
import { describe, expect, it } from 'vitest'
import { codeOf, type ErrorCode, errorCatalogue, HoldfastError, hasCode, messageOf } from './errors.ts'

const codes = Object.keys(errorCatalogue) as ErrorCode[]

describe('the catalogue', () => {
  it.each(codes)('%s has an HTTP status and an exit status that says "not done"', (code) => {
    const { status, exit } = errorCatalogue[code]
    expect(status === 207 || (status >= 400 && status <= 599)).toBe(true)
    expect(exit).toBeGreaterThan(0)
    expect(exit).toBeLessThan(256)
  })

  it('calls nothing retryable that asking again can not mend', () => {
    expect(codes.filter((code) => errorCatalogue[code].retryable)).toEqual(['unavailable', 'rate_limited'])
  })
})

describe('HoldfastError', () => {
  it('has its code, message and cause', () => {
    const cause = new Error('why')
    const error = new HoldfastError('damaged', 'what', { cause })
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ code: 'damaged', message: 'what', name: 'HoldfastError', cause })
  })
})

describe('codeOf', () => {
  it.each(codes)('finds %s', (code) => {
    expect(codeOf(new HoldfastError(code, ''))).toBe(code)
    expect(codeOf(JSON.parse(JSON.stringify({ code })))).toBe(code)
    expect(hasCode({ code }, code)).toBe(true)
  })

  it.each([
    undefined,
    null,
    0,
    'damaged',
    {},
    { code: 7 },
    { code: 'ENOENT' },
    { code: 'toString' },
    { code: '__proto__' },
    new TypeError('x'),
  ])('takes %o for `internal`', (thrown) => {
    expect(codeOf(thrown)).toBe('internal')
    expect(hasCode(thrown, 'damaged')).toBe(false)
  })
})

describe('messageOf', () => {
  it('gives the message of an error, and the text of anything else', () => {
    expect(messageOf(new HoldfastError('usage', 'so'))).toBe('so')
    expect(messageOf('plain')).toBe('plain')
    expect(messageOf(undefined)).toBe('undefined')
  })
})
