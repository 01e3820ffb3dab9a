// Sessions: who is signed in, from where, and ending that.
import type { Actor } from '../../auth/actor.ts'
import { accessLimits } from '../../auth/limits.ts'
import { revokeSessions } from '../../auth/sessions.ts'
import { HoldfastError } from '../../contract/errors.ts'
import type { Catalog, Tx } from '../../db/index.ts'
import { isoTime } from '../../lib/clock.ts'
import { type Page, type PageRequest, pageOf, takeOf } from '../users/paging.ts'
import type { CommonDeps } from '../users/types.ts'

export type SessionItem = {
  readonly id: string
  readonly user: { readonly id: string; readonly name: string; readonly email: string }
  readonly method: string
  /** Open sessions let their holder in; the others are kept for the record. */
  readonly state: 'open' | 'revoked' | 'expired'
  readonly createdAt: string
  readonly lastSeenAt: string
  /** The latest that it ends. */
  readonly expiresAt: string
  readonly revokedAt: string | null
  readonly ip: string | null
  readonly userAgent: string | null
  /** The one that asks. */
  readonly current: boolean
}

type Row = NonNullable<Awaited<ReturnType<Catalog['db']['session']['findUnique']>>> & {
  user: { id: string; name: string; email: string }
}

const withUser = { user: { select: { id: true, name: true, email: true } } } as const

function stateOf(row: Row, now: number): SessionItem['state'] {
  if (row.revokedAt !== null) return 'revoked'
  const ends = Math.min(row.expiresAt.getTime(), row.lastSeenAt.getTime() + accessLimits.sessionIdle)
  return ends <= now ? 'expired' : 'open'
}

const sessionItem = (row: Row, actor: Actor, now: number): SessionItem => ({
  id: row.id,
  user: row.user,
  method: row.method,
  state: stateOf(row, now),
  createdAt: isoTime(row.createdAt.getTime()),
  lastSeenAt: isoTime(row.lastSeenAt.getTime()),
  expiresAt: isoTime(row.expiresAt.getTime()),
  revokedAt: row.revokedAt && isoTime(row.revokedAt.getTime()),
  ip: row.ip,
  userAgent: row.userAgent,
  current: row.id === actor.sessionId,
})

export type SessionsService = ReturnType<typeof createSessionsService>

export function createSessionsService({ catalog, clock, audit }: CommonDeps) {
  /** The session, of a certain user if one is given; of others it is as if there were none. @throws `not_found` */
  const find = async (tx: Pick<Tx, 'session'>, id: string, userId?: string): Promise<Row> => {
    const row = await tx.session.findUnique({ where: { id }, include: withUser })
    if (!row || (userId !== undefined && row.userId !== userId))
      throw new HoldfastError('not_found', `There is no session ${id}`)
    return row
  }

  return {
    /** The newest first; ids are made in the order of time. */
    async list(actor: Actor, request: PageRequest & { userId?: string | undefined }): Promise<Page<SessionItem>> {
      const { userId, cursor } = request
      const rows = await catalog.db.session.findMany({
        where: { ...(userId === undefined ? {} : { userId }), ...(cursor === undefined ? {} : { id: { lt: cursor } }) },
        include: withUser,
        orderBy: { id: 'desc' },
        take: takeOf(request),
      })
      const now = clock.now()
      return pageOf(
        rows,
        request,
        (row) => row.id,
        (row) => sessionItem(row, actor, now),
      )
    },

    /** Ends a session; one that is over already stays as it is. `userId`: only if it is theirs. @throws `not_found` */
    async revoke(actor: Actor, { id, userId }: { id: string; userId?: string | undefined }): Promise<SessionItem> {
      return await catalog.transaction(async (tx) => {
        const now = clock.now()
        const before = await find(tx, id, userId)
        const count = await revokeSessions(tx, { id }, now)
        if (count === 0) return sessionItem(before, actor, now)
        await audit.append(tx, {
          actor,
          action: 'session.revoke',
          target: { kind: 'session', id, name: before.user.email },
          result: 'success',
        })
        return sessionItem(await find(tx, id), actor, now)
      })
    },

    /** Ends all sessions of a user, but `except`. */
    async revokeAll(
      actor: Actor,
      { userId, except }: { userId: string; except?: string | undefined },
    ): Promise<{ revoked: number }> {
      return await catalog.transaction(async (tx) => {
        const user = await tx.user.findUnique({ where: { id: userId } })
        if (!user) throw new HoldfastError('not_found', `There is no user ${userId}`)
        const revoked = await revokeSessions(tx, { userId, except }, clock.now())
        await audit.append(tx, {
          actor,
          action: 'session.revoke_all',
          target: { kind: 'user', id: userId, name: user.email },
          result: 'success',
          details: { revoked },
        })
        return { revoked }
      })
    },
  }
}
