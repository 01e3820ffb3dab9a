// A queue on a catalog, with a job that behaves as its payload says.
import * as path from 'node:path'
import { expect } from 'vitest'
import type { Catalog } from '#server/db/index.ts'
import { type Clock, dateOf, systemClock } from '#server/lib/clock.ts'
import { silentLogger } from '#server/lib/logger.ts'
import { createEvents } from '#server/runtime/events.ts'
import { createRuntime, type RuntimeOptions } from '#server/runtime/lifecycle.ts'
import type { JobHandler } from '#server/runtime/types.ts'
import { createRunStore } from '#server/services/runs/index.ts'
import type { Behaviour } from './job.ts'
import { eventually } from './server.ts'

export const testJob: JobHandler = {
  kind: 'test',
  afterCrash: 'again',
  prepare: async (run) => run.payload,
  completed: async () => undefined,
}

export type TestQueue = ReturnType<typeof openQueue>

export function openQueue(catalog: Catalog, options: Partial<RuntimeOptions> = {}) {
  const clock: Clock = options.clock ?? systemClock
  const runtime = createRuntime({
    runs: createRunStore(catalog, async () => undefined),
    schedules: { due: async () => [], advance: async () => [] },
    handlers: [testJob],
    host: { program: path.join(import.meta.dirname, 'job.ts'), environment: {} },
    clock,
    log: silentLogger,
    events: createEvents(clock),
    ticker: () => async () => undefined,
    times: { leaseMs: 5000, renewEveryMs: 200, lookEveryMs: 100 },
    ...options,
  })
  return runtime
}

type More = {
  readonly priority?: number
  readonly concurrencyKey?: string
  readonly maxAttempts?: number
  readonly notBefore?: number
  readonly trigger?: string
}

/** Puts a run into the queue. @returns its id */
export async function enqueue(catalog: Catalog, behaviour: Behaviour, more: More = {}): Promise<string> {
  const now = systemClock.now()
  const { id } = await catalog.transaction((tx) =>
    tx.run.create({
      data: {
        kind: 'test',
        state: 'queued',
        trigger: 'manual',
        payload: JSON.stringify(behaviour),
        queuedAt: dateOf(now),
        ...more,
        notBefore: dateOf(more.notBefore ?? now),
      },
    }),
  )
  return id
}

export const runOf = (catalog: Catalog, id: string) => catalog.db.run.findUniqueOrThrow({ where: { id } })

/** The run once it is in one of the states. */
export const inState = (catalog: Catalog, id: string, ...states: string[]) =>
  eventually(async () => {
    const run = await runOf(catalog, id)
    expect(states).toContain(run.state)
    return run
  })

export const ended = (catalog: Catalog, id: string) =>
  inState(catalog, id, 'succeeded', 'warning', 'failed', 'cancelled', 'orphaned')
