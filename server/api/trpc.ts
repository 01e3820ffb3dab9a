// The ladder that every procedure climbs: public, signed in, permission. There is no other way to make one.
import { initTRPC } from '@trpc/server'
import { can, demand } from '../auth/actor.ts'
import { codeOf, HoldfastError, messageOf } from '../contract/errors.ts'
import type { Permission } from '../contract/permissions.ts'
import type { Context } from './context.ts'
import { errorDataOf, rpcNumberOf } from './errors.ts'

/** What a call does: looks, reads content of backups, changes something, or goes on telling. */
export type Kind = 'read' | 'data' | 'change' | 'stream'

export type Meta = {
  /** What the table of permissions must give (one of several), or that nothing (public) or just an account (signed_in) is needed. */
  readonly permission: Permission | readonly Permission[] | 'public' | 'signed_in'
  readonly kind: Kind
  /** One line for docs/api.md. */
  readonly summary: string
}

/** How often an idle stream shows that it lives, and after which silence a client connects anew. */
const PING = 10_000
const SILENCE = 30_000

const t = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    isDev: false,
    sse: {
      ping: { enabled: true, intervalMs: PING },
      client: { reconnectAfterInactivityMs: SILENCE },
    },
    errorFormatter({ error, path, ctx }) {
      const data = errorDataOf(error, path, ctx?.requestId ?? 'none')
      return { message: data.message, code: rpcNumberOf(data.code), data }
    },
  })

export const router = t.router
export const createCallerFactory = t.createCallerFactory

/** Writes refusals into the audit trail, whoever in the chain below refused. */
const outermost = t.middleware(async ({ ctx, path, next }) => {
  const result = await next()
  if (result.ok) return result
  const { cause } = result.error
  const code = codeOf(cause)
  if (code === 'unauthenticated' || code === 'forbidden') await ctx.refusals.record(ctx.actor, path, messageOf(cause))
  return result
})

const base = t.procedure.use(outermost)

/** Anybody, signed in or not. */
export const publicly = (kind: Kind, summary: string) => base.meta({ permission: 'public', kind, summary })

/** Anybody with an account; what they see is their own. */
export const signedIn = (kind: Kind, summary: string) =>
  base.meta({ permission: 'signed_in', kind, summary }).use(({ ctx, next }) => {
    if (ctx.actor.kind === 'anonymous') throw strangerError(ctx)
    return next()
  })

/** One of these is enough. */
type Needed = readonly [Permission, ...Permission[]]

/** Whoever has the permission, or one of them. It is decided before the input is looked at. */
export const permission = (needed: Permission | Needed, kind: Kind, summary: string) =>
  base.meta({ permission: needed, kind, summary }).use(({ ctx, next }) => {
    if (ctx.actor.kind === 'anonymous') throw strangerError(ctx)
    const enough: Needed = typeof needed === 'string' ? [needed] : needed
    if (!enough.some((each) => can(ctx.actor, each))) demand(ctx.actor, enough[0])
    return next()
  })

const strangerError = (ctx: Context): HoldfastError =>
  ctx.rejected ?? new HoldfastError('unauthenticated', 'Sign in first, or send an API key')
