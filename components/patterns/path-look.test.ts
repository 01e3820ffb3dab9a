// Looks for a path: one answer each, and one in any case.
import { TRPCClientError } from '@trpc/client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type LookHandlers, lookFor, PATIENCE } from './path-look.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const refused = (code: string): Error =>
  TRPCClientError.from({ error: { code: 0, message: 'why', data: { code, message: 'why' } } })

/** A look with the server's side of it in hand. */
function begun() {
  const answer = vi.fn()
  const unsubscribe = vi.fn()
  let server: LookHandlers | undefined
  const end = lookFor((handlers) => {
    server = handlers
    handlers.onConnectionStateChange({ error: null })
    return { unsubscribe }
  }, answer)
  if (server === undefined) throw new Error('nothing was asked')
  return { answer, unsubscribe, end, server }
}

test('the first word of the preview takes a path, and what comes later is no answer any more', () => {
  const { answer, unsubscribe, server } = begun()
  expect(answer).not.toHaveBeenCalled()
  server.onData()
  server.onData()
  server.onError(refused('not_found'))
  vi.advanceTimersByTime(PATIENCE)
  expect(answer.mock.calls).toEqual([[undefined]])
  expect(unsubscribe).toHaveBeenCalledTimes(1)
})

test('a refusal is told', () => {
  const { answer, server } = begun()
  server.onError(refused('not_found'))
  expect(answer.mock.calls).toEqual([[{ message: 'why', mayCome: true }]])
})

test.each([['unavailable'], ['internal']])('what is tried again by itself (%s) is waited for no longer', (code) => {
  const { answer, unsubscribe, server } = begun()
  server.onConnectionStateChange({ error: refused(code) })
  expect(answer.mock.calls).toEqual([[undefined]])
  expect(unsubscribe).toHaveBeenCalledTimes(1)
})

test('a server that says nothing is waited for some seconds', () => {
  const { answer, unsubscribe } = begun()
  vi.advanceTimersByTime(PATIENCE - 1)
  expect(answer).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(answer.mock.calls).toEqual([[undefined]])
  expect(unsubscribe).toHaveBeenCalledTimes(1)
})

test('a look that was ended answers nothing', () => {
  const { answer, unsubscribe, end, server } = begun()
  end()
  server.onData()
  vi.advanceTimersByTime(PATIENCE)
  expect(answer).not.toHaveBeenCalled()
  expect(unsubscribe).toHaveBeenCalledTimes(1)
})
