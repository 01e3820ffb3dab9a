// Hands the caller of a page request to the code that renders it, along with the request and beside all others.
import { AsyncLocalStorage } from 'node:async_hooks'
import { callTRPCProcedure } from '@trpc/server'
import type { Context } from '../api/context.ts'
import { lastEventIdOf } from '../api/live.ts'
import { appRouter } from '../api/root.ts'
import { type PageCall, pageSlot } from '../contract/page-call.ts'
import { permissions } from '../contract/permissions.ts'

const calls = new AsyncLocalStorage<PageCall>()
Object.assign(globalThis, { [pageSlot]: calls })

/** Runs `work`, whose pages see this context's actor and nobody else's. */
export function asPageCall<T>(
  context: Context,
  { version, build }: Pick<PageCall, 'version' | 'build'>,
  work: () => Promise<T>,
): Promise<T> {
  const { actor, services } = context
  const since = lastEventIdOf(services.events)
  const viewer = {
    id: actor.userId,
    name: actor.name,
    role: actor.role,
    permissions: permissions.filter((each) => actor.permissions.has(each)),
  }
  const call = async (path: string, input: unknown): Promise<unknown> =>
    callTRPCProcedure({
      router: appRouter,
      path,
      getRawInput: async () => input,
      ctx: context,
      type: 'query',
      signal: undefined,
      batchIndex: 0,
    })
  return calls.run({ viewer, version, build, since, call }, work)
}
