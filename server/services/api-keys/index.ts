// API keys: made for a user with a part of that user's permissions, shown once, expiring, revoked.
import type { Actor } from '../../auth/actor.ts'
import { createApiKey } from '../../auth/api-key.ts'
import { accessLimits } from '../../auth/limits.ts'
import { parsePermissions } from '../../auth/requests.ts'
import { personOf } from '../../auth/sessions.ts'
import { HoldfastError } from '../../contract/errors.ts'
import { type Permission, permissionsOf, personal } from '../../contract/permissions.ts'
import type { Catalog, Tx } from '../../db/index.ts'
import { dateOf, isoTime } from '../../lib/clock.ts'
import { checkedName } from '../users/mapping.ts'
import { type Page, type PageRequest, pageOf, takeOf } from '../users/paging.ts'
import type { CommonDeps } from '../users/types.ts'

export type ApiKeyItem = {
  readonly id: string
  readonly name: string
  /** The first characters of the key. */
  readonly prefix: string
  readonly owner: { readonly id: string; readonly name: string; readonly email: string }
  readonly permissions: readonly Permission[]
  readonly state: 'active' | 'expired' | 'revoked'
  readonly createdAt: string
  readonly expiresAt: string | null
  readonly lastUsedAt: string | null
  readonly lastUsedIp: string | null
  readonly revokedAt: string | null
}

export type NewApiKeyInput = {
  readonly name: string
  readonly permissions: readonly Permission[]
  /** How many days it is good for: 1 to 366, 90 unless said otherwise. */
  readonly days?: number | undefined
  /** Whose key it is; the actor's own unless said otherwise. */
  readonly userId?: string | undefined
}

type Row = NonNullable<Awaited<ReturnType<Catalog['db']['apiKey']['findUnique']>>> & {
  user: { id: string; name: string; email: string }
}

const DAY = 86_400_000
const defaultDays = 90
const withUser = { user: { select: { id: true, name: true, email: true } } } as const

function stateOf(row: Row, now: number): ApiKeyItem['state'] {
  if (row.revokedAt !== null) return 'revoked'
  return row.expiresAt !== null && row.expiresAt.getTime() <= now ? 'expired' : 'active'
}

const time = (date: Date | null): string | null => date && isoTime(date.getTime())

const apiKeyItem = (row: Row, now: number): ApiKeyItem => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  owner: row.user,
  permissions: parsePermissions(row.permissions),
  state: stateOf(row, now),
  createdAt: isoTime(row.createdAt.getTime()),
  expiresAt: time(row.expiresAt),
  lastUsedAt: time(row.lastUsedAt),
  lastUsedIp: row.lastUsedIp,
  revokedAt: time(row.revokedAt),
})

/** What an audit event tells of a key. */
const audited = ({ name, prefix, permissions, expiresAt, owner }: ApiKeyItem) => ({
  name,
  prefix,
  permissions,
  expiresAt,
  owner: owner.email,
})

/** @throws `usage` for days that no key has */
function lifetimeOf(days: number): number {
  const most = accessLimits.apiKey / DAY
  if (!Number.isInteger(days) || days < 1 || days > most) {
    throw new HoldfastError('usage', `A key is good for 1 to ${most} days, not ${days}`)
  }
  return days * DAY
}

/** @throws `usage` for none or personal ones, `forbidden` for what the actor or the owner lacks */
function checkScope(actor: Actor, owner: ReadonlySet<Permission>, wanted: readonly Permission[]): void {
  if (wanted.length === 0) throw new HoldfastError('usage', 'A key has to have at least one permission')
  const own = wanted.filter((permission) => personal.includes(permission))
  if (own.length > 0)
    throw new HoldfastError('usage', `No key can have ${own.join(', ')}: that takes a person who signs in`)
  const beyond = wanted.filter((permission) => !owner.has(permission) || !actor.permissions.has(permission))
  if (beyond.length > 0) {
    throw new HoldfastError(
      'forbidden',
      `A key can't have more permissions than its owner and its maker: ${beyond.join(', ')}`,
    )
  }
}

export type ApiKeysService = ReturnType<typeof createApiKeysService>

export function createApiKeysService({ catalog, clock, audit }: CommonDeps) {
  const ownerOf = async (tx: Tx, actor: Actor, userId: string | undefined) => {
    const id = userId ?? actor.userId
    const user = id === null ? null : await tx.user.findUnique({ where: { id } })
    const person = user && personOf(user)
    if (!person) throw new HoldfastError('not_found', 'A key needs an owner: there is no such user, or it is disabled')
    return person
  }

  return {
    /** The newest first. */
    async list(_actor: Actor, request: PageRequest & { userId?: string | undefined }): Promise<Page<ApiKeyItem>> {
      const { userId, cursor } = request
      const rows = await catalog.db.apiKey.findMany({
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
        (row) => apiKeyItem(row, now),
      )
    },

    /**
     * Makes a key; `key` is shown this once.
     * @throws `usage`, `not_found` for the owner, `forbidden` for a scope beyond the owner's or the actor's permissions
     */
    async create(actor: Actor, input: NewApiKeyInput): Promise<{ key: string; item: ApiKeyItem }> {
      const name = checkedName(input.name)
      const lifetime = lifetimeOf(input.days ?? defaultDays)
      const { key, prefix, hash } = createApiKey()
      const item = await catalog.transaction(async (tx) => {
        const now = clock.now()
        const owner = await ownerOf(tx, actor, input.userId)
        const wanted = [...new Set(input.permissions)]
        checkScope(actor, new Set(permissionsOf(owner.role)), wanted)
        const row = await tx.apiKey.create({
          data: {
            userId: owner.id,
            name,
            prefix,
            hash,
            permissions: JSON.stringify(wanted),
            createdAt: dateOf(now),
            expiresAt: dateOf(now + lifetime),
          },
          include: withUser,
        })
        const made = apiKeyItem(row, now)
        const target = { kind: 'api_key', id: row.id, name }
        await audit.append(tx, { actor, action: 'api_key.create', target, result: 'success', after: audited(made) })
        return made
      })
      return { key, item }
    },

    /** From now on the key opens nothing. @throws `not_found` */
    async revoke(actor: Actor, { id }: { id: string }): Promise<ApiKeyItem> {
      return await catalog.transaction(async (tx) => {
        const now = clock.now()
        const before = await tx.apiKey.findUnique({ where: { id }, include: withUser })
        if (!before) throw new HoldfastError('not_found', `There is no API key ${id}`)
        if (before.revokedAt !== null) return apiKeyItem(before, now)
        const after = await tx.apiKey.update({ where: { id }, data: { revokedAt: dateOf(now) }, include: withUser })
        const target = { kind: 'api_key', id, name: before.name }
        await audit.append(tx, {
          actor,
          action: 'api_key.revoke',
          target,
          result: 'success',
          before: audited(apiKeyItem(before, now)),
        })
        return apiKeyItem(after, now)
      })
    },
  }
}
