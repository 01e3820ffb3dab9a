import { expect, it } from 'vitest'
import { hasCode } from '../../contract/errors.ts'
import { bind, bindOptional, lazy } from './native.ts'

const missing = () => bindOptional('bzip2', 'libno-such-thing.so.1', 'libbz2-1.0 (Debian)', { run: 'int run()' })

it('says which package brings a missing library', () => {
  expect(missing).toThrow(/codec "bzip2" needs the library libno-such-thing\.so\.1.*Install libbz2-1\.0 \(Debian\)/)
  expect(missing).toThrow(expect.toSatisfy((error) => hasCode(error, 'unsupported')))
})

it('refuses a function that the library does not have', () => {
  expect(() => bind(null, { run: 'int holdfast_has_no_such_function()' })).toThrow()
})

it('asks a maker that failed once more, and one that succeeded never again', () => {
  const answers = [undefined, 'made', 'made again']
  const value = lazy(() => {
    const answer = answers.shift()
    if (answer === undefined) throw new Error('not yet')
    return answer
  })
  expect(value).toThrow('not yet')
  expect([value(), value()]).toEqual(['made', 'made'])
})
