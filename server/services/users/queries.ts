// Looking at users.

import type { Actor } from '../../auth/actor.ts'
import { accessLimits } from '../../auth/limits.ts'
import { HoldfastError } from '../../contract/errors.ts'
import { dateOf } from '../../lib/clock.ts'
import { type UserRow, userItem } from './mapping.ts'
import { type Page, pageOf, takeOf } from './paging.ts'
import type { UserDetails, UserFilter, UserItem, UsersDeps } from './types.ts'

type Finder = { readonly user: UsersDeps['catalog']['db']['user'] }

/** @throws `not_found` */
export async function findUser(db: Pick<Finder['user'], 'findUnique'>, id: string): Promise<UserRow> {
  const row = await db.findUnique({ where: { id } })
  if (!row) throw new HoldfastError('not_found', `There is no user ${id}`)
  return row
}

export const userQueries = ({ catalog, clock }: UsersDeps) => ({
  /** By e-mail address, a page at a time. */
  async list(_actor: Actor, filter: UserFilter): Promise<Page<UserItem>> {
    const { role, status, search, cursor } = filter
    const text = search?.trim() ?? ''
    const rows = await catalog.db.user.findMany({
      where: {
        ...(role === undefined ? {} : { role }),
        ...(status === undefined ? {} : { status }),
        ...(text === '' ? {} : { OR: [{ email: { contains: text.toLowerCase() } }, { name: { contains: text } }] }),
        ...(cursor === undefined ? {} : { email: { gt: cursor } }),
      },
      orderBy: { email: 'asc' },
      take: takeOf(filter),
    })
    return pageOf(
      rows,
      filter,
      (row) => row.email,
      (row) => userItem(row, clock.now()),
    )
  },

  /** @throws `not_found` */
  async get(actor: Actor, { id }: { id: string }): Promise<UserDetails> {
    const now = clock.now()
    const user = await findUser(catalog.db.user, id)
    const mayKeys = actor.permissions.has('api_keys.read')
    const [openSessions, activeKeys] = await Promise.all([
      catalog.db.session.count({
        where: {
          userId: id,
          revokedAt: null,
          expiresAt: { gt: dateOf(now) },
          lastSeenAt: { gt: dateOf(now - accessLimits.sessionIdle) },
        },
      }),
      mayKeys
        ? catalog.db.apiKey.count({
            where: { userId: id, revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: dateOf(now) } }] },
          })
        : null,
    ])
    return { ...userItem(user, now), openSessions, activeKeys }
  },
})
