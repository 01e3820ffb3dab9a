import { TRPCError } from '@trpc/server'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { errorCatalogue, HoldfastError } from '../contract/errors.ts'
import { errorDataOf, rpcNumberOf } from './errors.ts'

const wrapped = (cause: unknown): TRPCError => new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause, message: 'x' })

test.each(Object.entries(errorCatalogue).filter(([code]) => code !== 'internal'))(
  '%s keeps its code, message and status',
  (code, { status, retryable }) => {
    const error = wrapped(new HoldfastError(code as keyof typeof errorCatalogue, 'what happened'))
    const wanted = { code, message: 'what happened', httpStatus: status, retryable, path: 'a.b' }
    expect(errorDataOf(error, 'a.b', 'r')).toEqual(wanted)
    expect(rpcNumberOf(code as keyof typeof errorCatalogue)).toBeLessThan(0)
  },
)

test.each([
  new Error('SELECT secret FROM "User"'),
  new HoldfastError('internal', 'at /srv/holdfast/server/x.ts'),
  Object.assign(new Error('connect ECONNREFUSED /run/db'), { code: 'ECONNREFUSED' }),
  'a string',
  undefined,
])('%s is told to nobody', (cause) => {
  const data = errorDataOf(wrapped(cause), 'a.b', 'the-reference')
  expect(data).toMatchObject({ code: 'internal', httpStatus: 500, reference: 'the-reference' })
  expect(JSON.stringify(data)).not.toMatch(/SELECT|srv|run\/db|a string/)
})

test('an answer that does not fit its own schema is an error of the server', () => {
  const { error } = z.object({ secret: z.number() }).safeParse({ secret: 'hunter2' })
  const data = errorDataOf(new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause: error }), 'a.b', 'r')
  expect(data.code).toBe('internal')
  expect(JSON.stringify(data)).not.toContain('secret')
})

test('what tRPC refuses by itself has a code of the catalogue, too', () => {
  const of = (code: TRPCError['code']) => errorDataOf(new TRPCError({ code, message: 'm' }), undefined, 'r')
  expect(of('NOT_FOUND')).toMatchObject({ code: 'not_found', httpStatus: 404 })
  expect(of('METHOD_NOT_SUPPORTED')).toMatchObject({ code: 'usage', httpStatus: 405 })
  expect(of('UNSUPPORTED_MEDIA_TYPE')).toMatchObject({ code: 'usage', httpStatus: 415 })
  expect(of('BAD_REQUEST')).toMatchObject({ code: 'usage', httpStatus: 400, message: 'm' })
})

test('issues name the place and what is allowed there', () => {
  const schema = z.strictObject({
    list: z.array(z.strictObject({ role: z.enum(['a', 'b']) })),
    count: z.int().min(1).max(9),
  })
  const { error } = schema.safeParse({ list: [{ role: 'c' }], count: 10, extra: true })
  const data = errorDataOf(new TRPCError({ code: 'BAD_REQUEST', cause: error }), 'x.y', 'r')
  expect(data.issues).toEqual([
    expect.objectContaining({ path: 'list.0.role', allowed: ['a', 'b'] }),
    expect.objectContaining({ path: 'count', allowed: ['at most 9'] }),
    expect.objectContaining({ path: '', message: expect.stringContaining('extra') }),
  ])
  expect(data.message).toMatch(/^x\.y: list\.0\.role: .*\(allowed: a, b\); count: /)
})
