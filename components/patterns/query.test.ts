// What is said of an error can do nothing to the page, whatever the server put into it.
import { TRPCClientError } from '@trpc/client'
import { expect, test } from 'vitest'
import { sayError } from './query.tsx'

const refused = (message: string) =>
  TRPCClientError.from({ error: { message, code: -32600, data: { code: 'usage', message } } })

test('an error is one line of text that turns nothing round', () => {
  expect(sayError(refused('Refused: a\u202eb\nc \\u{1b}'))).toBe('Refused: a\\u{202e}b\\nc \\u{1b}')
  expect(sayError(new TypeError('fetch failed'))).toContain('The server does not answer')
})

test('a list of mistakes has a line for each, and nothing else breaks lines', () => {
  const message = 'The configuration has 2 mistakes:\n  schedules["a\u202eb"]: is no name\n  storage: missing\nx'
  expect(sayError(refused(message))).toBe(
    'The configuration has 2 mistakes:\nschedules["a\\u{202e}b"]: is no name\nstorage: missing\\nx',
  )
  expect(sayError(refused('a\n  b'))).toBe('a\\n  b')
})
