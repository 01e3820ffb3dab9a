// Notifications on the dashboard: for one person, or for everybody who may see the overview; read by each for himself.
import { type Actor, can } from '../../auth/actor.ts'
import { HoldfastError } from '../../contract/errors.ts'
import type { NewEvent } from '../../contract/events.ts'
import type { Catalog, Tx } from '../../db/index.ts'
import { type Clock, dateOf } from '../../lib/clock.ts'
import type { Audit } from '../audit/audit.ts'
import { cursorOf, isLater, itemOf, type Key, keyOf, type NotificationItem, type Row } from './mapping.ts'

export type { NotificationItem } from './mapping.ts'
export { createRunNotices, noNotices, type RunNotices } from './runs.ts'

export const severities = ['info', 'warning', 'critical'] as const
export type Severity = (typeof severities)[number]

export type NewNotification = {
  /** Absent: for everybody who may see the overview. */
  readonly userId?: string | undefined
  /** What it is about, e.g. 'run.failed', 'health.failed'. */
  readonly kind: string
  readonly severity: Severity
  readonly title: string
  readonly body: string
  /** A path of the console. */
  readonly link?: string | undefined
}

export type NotificationList = { readonly items: NotificationItem[]; readonly nextCursor: string | null }

export type NotificationsService = {
  /** Stores one, in a transaction of its own, and tells whoever listens. @returns its id */
  create(notification: NewNotification): Promise<string>
  /** The same inside another transaction; `announce` afterwards. */
  add(tx: Tx, notification: NewNotification): Promise<string>
  announce(id: string): void
  /** The own ones and those for everybody, newest first. @throws `usage` */
  list(actor: Actor, input: ListInput): Promise<NotificationList>
  /** How many are unread, of the last 30 days. Counted up to a hundred; `more` says that there are more. */
  unread(actor: Actor): Promise<{ count: number; more: boolean }>
  /** @throws `not_found` for one that isn't there or is somebody else's */
  markRead(actor: Actor, input: { readonly ids: readonly string[] }): Promise<void>
  /** Whether it is one that the actor sees: for live events. */
  concerns(actor: Actor, id: string): Promise<boolean>
  /** Marks all that are unread. @returns how many */
  markAllRead(actor: Actor): Promise<{ marked: number }>
}

type ListInput = {
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
  readonly unread?: boolean | undefined
}

export type NotificationsOptions = {
  readonly catalog: Catalog
  readonly clock: Clock
  readonly audit: Audit
  /** Tells listeners that there is something new. */
  readonly publish?: ((event: NewEvent) => unknown) | undefined
}

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 200
const COUNTED = 100
const RECENT_MS = 30 * 86_400_000
/** Marked in one transaction. */
const AT_ONCE = 500

export function createNotificationsService(options: NotificationsOptions): NotificationsService {
  const { catalog, clock, audit, publish } = options
  const announce = (id: string): void => {
    publish?.({ kind: 'notification', id })
  }
  const add = async (tx: Tx, { userId, link, ...rest }: NewNotification): Promise<string> => {
    const data = { ...rest, at: dateOf(clock.now()), userId: userId ?? null, link: link ?? null }
    return (await tx.notification.create({ data, select: { id: true } })).id
  }
  const recent = () => dateOf(clock.now() - RECENT_MS)
  const idsUnread = (actor: Actor, take: number): Promise<string[]> => unreadIds(catalog, actor, recent(), take)

  const mark = async (actor: Actor, ids: readonly string[]): Promise<void> => {
    const userId = personOf(actor)
    const at = dateOf(clock.now())
    await catalog.transaction(async (tx) => {
      const rows = await tx.notification.findMany({
        where: { id: { in: [...ids] } },
        select: { id: true, userId: true },
      })
      const mine = new Set(rows.filter((row) => row.userId === userId).map(({ id }) => id))
      const shared = rows.filter((row) => row.userId === null && seesShared(actor)).map(({ id }) => id)
      const strange = ids.find((id) => !mine.has(id) && !shared.includes(id))
      if (strange !== undefined) throw new HoldfastError('not_found', `There is no notification ${strange}`)
      await tx.notification.updateMany({ where: { id: { in: [...mine] }, readAt: null }, data: { readAt: at } })
      const done = await tx.notificationRead.findMany({ where: { userId, notificationId: { in: shared } } })
      const known = new Set(done.map(({ notificationId }) => notificationId))
      const data = shared.filter((id) => !known.has(id)).map((notificationId) => ({ userId, notificationId, at }))
      if (data.length > 0) await tx.notificationRead.createMany({ data })
      await audit.append(tx, { actor, action: 'notification.read', result: 'success', details: { count: ids.length } })
    })
  }

  return {
    add,
    announce,
    async create(notification) {
      const id = await catalog.transaction((tx) => add(tx, notification))
      announce(id)
      return id
    },
    async list(actor, { limit = DEFAULT_LIMIT, cursor, unread = false }) {
      const after = cursor === undefined ? undefined : keyOf(cursor)
      if (cursor !== undefined && !after) throw new HoldfastError('usage', 'The cursor is none of this list')
      return listFor(catalog, actor, { limit: Math.max(1, Math.min(limit, MAX_LIMIT)), after, unread })
    },
    async unread(actor) {
      const ids = await idsUnread(actor, COUNTED + 1)
      return { count: Math.min(ids.length, COUNTED), more: ids.length > COUNTED }
    },
    markRead: async (actor, { ids }) => {
      const distinct = [...new Set(ids)]
      if (distinct.length > AT_ONCE)
        throw new HoldfastError('usage', `${distinct.length} notifications at once; ${AT_ONCE} are allowed`)
      if (distinct.length > 0) await mark(actor, distinct)
    },
    async concerns(actor, id) {
      const row = await catalog.db.notification.findUnique({ where: { id }, select: { userId: true } })
      return row !== null && (row.userId === null ? seesShared(actor) : row.userId === actor.userId)
    },
    async markAllRead(actor) {
      let marked = 0
      for (;;) {
        const ids = await idsUnread(actor, AT_ONCE)
        if (ids.length === 0) return { marked }
        await mark(actor, ids)
        marked += ids.length
      }
    },
  }
}

/** What is for everybody is about the whole of the server: not for those who may see their own requests only. */
const seesShared = (actor: Actor): boolean => can(actor, 'overview.read')

/** @throws `forbidden` for the server itself, which reads nothing */
function personOf(actor: Actor): string {
  if (actor.userId !== null) return actor.userId
  throw new HoldfastError('forbidden', 'Only a person, or a key of one, has notifications')
}

const ownersOf = (actor: Actor): (string | null)[] => [personOf(actor), ...(seesShared(actor) ? [null] : [])]

type Page = { readonly limit: number; readonly after: Key | undefined; readonly unread: boolean }

async function listFor(catalog: Catalog, actor: Actor, { limit, after, unread }: Page): Promise<NotificationList> {
  const me = personOf(actor)
  // One list for each owner, along its index, and then merged: an OR would be neither.
  const lists = await Promise.all(
    ownersOf(actor).map((userId): Promise<Row[]> => {
      const open = userId === null ? { reads: { none: { userId: me } } } : { readAt: null }
      return catalog.db.notification.findMany({
        where: { userId, ...(unread ? open : {}), ...(after ? later(after) : {}) },
        orderBy: [{ at: 'desc' }, { id: 'desc' }],
        take: limit + 1,
        include: { reads: { where: { userId: me }, select: { at: true } } },
      })
    }),
  )
  const rows = lists.flat().sort((a, b) => (isLater(a, b) ? -1 : 1))
  const last = rows[limit - 1]
  const names = can(actor, 'snapshots.browse')
  return {
    items: rows.slice(0, limit).map((row) => itemOf(row, names)),
    nextCursor: last && rows.length > limit ? cursorOf(last) : null,
  }
}

/** `lte` on the time alone keeps the search within the index; the rest sorts out those of the same millisecond. */
const later = ({ at, id }: Key) => ({ at: { lte: dateOf(at) }, OR: [{ at: { lt: dateOf(at) } }, { id: { lt: id } }] })

async function unreadIds(catalog: Catalog, actor: Actor, since: Date, take: number): Promise<string[]> {
  const me = personOf(actor)
  const lists = await Promise.all(
    ownersOf(actor).map((userId) =>
      catalog.db.notification.findMany({
        where: {
          userId,
          at: { gte: since },
          ...(userId === null ? { reads: { none: { userId: me } } } : { readAt: null }),
        },
        orderBy: { at: 'desc' },
        take,
        select: { id: true },
      }),
    ),
  )
  return lists
    .flat()
    .slice(0, take)
    .map(({ id }) => id)
}
