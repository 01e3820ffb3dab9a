// What is said of an error can do nothing to the page, whatever the server put into it.
import { TRPCClientError } from '@trpc/client'
import { expect, test } from 'vitest'
import { sayError } from './query.tsx'

test('an error is one line of text that turns nothing round', () => {
  const message = 'Refused: a\u202eb\nc \\u{1b}'
  const error = TRPCClientError.from({ error: { message, code: -32600, data: { code: 'usage', message } } })
  expect(sayError(error)).toBe('Refused: a\\u{202e}b\\nc \\u{1b}')
  expect(sayError(new TypeError('fetch failed'))).toContain('The server does not answer')
})
