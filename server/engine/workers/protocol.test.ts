// Errors keep code, message and stack on their way between threads.
import { describe, expect, it } from 'vitest'
import { HoldfastError } from '../../contract/errors.ts'
import { packError, reviveError } from './protocol.ts'

const travel = (error: unknown): HoldfastError => reviveError(structuredClone(packError(error)))

describe('an error', () => {
  it('arrives with its code, message and stack', () => {
    const error = new HoldfastError('no_space', 'The disk is full')
    expect(travel(error)).toMatchObject({ code: 'no_space', message: 'The disk is full', stack: error.stack })
    expect(travel(error)).toBeInstanceOf(HoldfastError)
  })

  it.each([
    [new TypeError('x is not a function'), 'x is not a function'],
    [Object.assign(new Error('no such file'), { code: 'ENOENT' }), 'no such file'],
    ['just text', 'just text'],
    [undefined, 'undefined'],
  ])('that is none of ours arrives as `internal`: %o', (error, message) => {
    expect(travel(error)).toMatchObject({ code: 'internal', message })
  })
})
