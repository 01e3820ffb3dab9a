// Keys of programs: made with a part of a user's permissions, shown once, expiring, revoked.
import { z } from 'zod'
import { permissions } from '../../contract/permissions.ts'
import { byId, id, listOf, maybeTime, pageOf, paging, time, words } from '../schemas.ts'
import { permission, router } from '../trpc.ts'

const scope = z.enum(permissions)

const item = z.object({
  id,
  name: z.string(),
  /** The first characters of the key. */
  prefix: z.string(),
  owner: z.object({ id, name: z.string(), email: z.string() }),
  permissions: listOf(scope),
  state: z.enum(['active', 'expired', 'revoked']),
  createdAt: time,
  expiresAt: maybeTime,
  lastUsedAt: maybeTime,
  lastUsedIp: z.string().nullable(),
  revokedAt: maybeTime,
})

export const apiKeysRouter = router({
  list: permission('api_keys.read', 'read', 'Keys of everybody or of one user, newest first')
    .input(z.strictObject({ ...paging, userId: id.optional() }))
    .output(pageOf(item))
    .query(({ ctx, input }) => ctx.services.apiKeys.list(ctx.actor, input)),
  create: permission('api_keys.write', 'change', 'Make a key; the answer shows it this once')
    .input(
      z.strictObject({
        name: words(200),
        permissions: z.array(scope).min(1).max(permissions.length),
        /** How many days it is good for. */
        days: z.int().min(1).max(366).default(90),
        /** Whose key it is; the own unless said otherwise. */
        userId: id.optional(),
      }),
    )
    .output(z.object({ key: z.string(), item }))
    .mutation(({ ctx, input }) => ctx.services.apiKeys.create(ctx.actor, input)),
  revoke: permission('api_keys.write', 'change', 'End a key')
    .input(byId)
    .output(item)
    .mutation(({ ctx, input }) => ctx.services.apiKeys.revoke(ctx.actor, input)),
})
