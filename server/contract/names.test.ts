// What of a message is for somebody who may see no names of files.
import { expect, test } from 'vitest'
import { messageWithoutNames, namesBehind } from './names.ts'

const SECRET = '/home/ada/divorce.odt'

test('a message is cut before the first mark', () => {
  for (const mark of [namesBehind.first, namesBehind.path, namesBehind.cause, namesBehind.printed])
    expect(messageWithoutNames(`Something is wrong.${mark}${SECRET}: EIO. The first: ${SECRET}`)).toBe(
      'Something is wrong.',
    )
  expect(messageWithoutNames(`${namesBehind.output}${SECRET}`)).toBe('Output:')
  expect(messageWithoutNames('The output of it. The first of all')).toBe('The output of it. The first of all')
})
