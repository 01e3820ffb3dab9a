// Downloads and exports end with the session that asked for them.
import { expect, test } from 'vitest'
import { systemActor } from '../auth/actor.ts'
import { permissionsOf } from '../contract/permissions.ts'
import { silentLogger } from '../lib/logger.ts'
import type { Context } from './context.ts'
import { auditRouter } from './routers/audit.ts'
import { snapshotsRouter } from './routers/snapshots.ts'
import { createCallerFactory, router } from './trpc.ts'
import { whileValid } from './while-valid.ts'

/** A caller whose session can end, with a clock that goes on by a second at each piece, and how often the session was asked about. */
function openCaller(check = 1000) {
  const state = { now: 0, valid: true, broken: false, asked: 0, left: false }
  async function* pieces<T>(piece: T): AsyncGenerator<T> {
    try {
      for (;;) {
        state.now += 1000
        yield piece
      }
    } finally {
      state.left = true
    }
  }
  const context = {
    actor: { ...systemActor('test'), kind: 'user', permissions: new Set(permissionsOf('administrator')) },
    clock: { now: () => state.now },
    log: silentLogger,
    requestId: 'test',
    pace: { check, stall: 60_000 },
    stillValid: async () => {
      state.asked++
      if (state.broken) throw new Error('no catalog')
      return state.valid
    },
    services: {
      audit: { export: () => pieces('line') },
      snapshots: { content: async () => ({ name: 'f', size: 9, stream: pieces(new Uint8Array(3)) }) },
    },
  } as unknown as Context
  return { state, context, pieces }
}

const callerOf = createCallerFactory(router({ audit: auditRouter, snapshots: snapshotsRouter }))

test.each(['export', 'download'] as const)('an %s ends when the session does', async (which) => {
  const { state, context } = openCaller()
  const caller = callerOf(context)
  const stream: AsyncIterable<unknown> =
    which === 'export'
      ? await caller.audit.export({ format: 'jsonl' })
      : await caller.snapshots.download({ id: 's', path: '/f' })
  const reader = stream[Symbol.asyncIterator]()
  for (let i = 0; i < 3; i++) expect(await reader.next()).toMatchObject({ done: false })
  state.valid = false
  await expect(reader.next()).rejects.toMatchObject({ code: 'unauthenticated' })
  expect(state.left).toBe(true)
})

test('it is asked now and then, not at each piece', async () => {
  const { state, context, pieces } = openCaller(5000)
  const stream = whileValid(context, pieces('x'))
  for (let i = 0; i < 20; i++) await stream.next()
  expect(state.asked).toBe(4)
})

test('a catalog that cannot be asked for a while ends nothing, and is asked again', async () => {
  const { state, context, pieces } = openCaller()
  const stream = whileValid(context, pieces('x'))
  state.broken = true
  expect(await stream.next()).toMatchObject({ done: false })
  state.broken = false
  state.valid = false
  await expect(stream.next()).rejects.toMatchObject({ code: 'unauthenticated' })
})
