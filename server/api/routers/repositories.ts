// Repositories: where backups live, whether they can be reached, and who holds their keys.
import { z } from 'zod'
import { repositoryInputs, secretSourceSchema } from '../../services/repositories/index.ts'
import { byId, id, listOf, maybeTime, pageOf, partialCheck, time } from '../schemas.ts'
import { permission, router } from '../trpc.ts'

const item = z.object({
  id,
  name: z.string(),
  type: z.enum(['local', 'sftp', 's3', 'azure_blob', 'google_cloud_storage']),
  /** A path or URL, without any secret. */
  location: z.string(),
  /** The repository's own id (hexadecimal), once it was opened. */
  engineId: z.string().nullable(),
  /** Where the secret comes from; never the secret. */
  secretSource: secretSourceSchema,
  settings: z.object({
    origin: z.enum(['document', 'manual']),
    compression: z.string().optional(),
    retentionDays: z.number().optional(),
    iterations: z.number().optional(),
  }),
  createdAt: time,
  archivedAt: maybeTime,
  lastSyncAt: maybeTime,
  lastVerifiedAt: maybeTime,
  verifyState: z.enum(['ok', 'damaged', 'unknown']),
  partialCheck,
  storedBytes: z.number(),
  packCount: z.number(),
})

const probe = z.object({
  ok: z.boolean(),
  steps: listOf(
    z.object({
      step: z.enum(['open', 'put', 'get', 'list', 'delete']),
      ok: z.boolean(),
      milliseconds: z.number(),
      error: z.object({ code: z.string(), message: z.string() }).optional(),
    }),
  ),
})

const figure = z.number().nullable()

const usage = z.object({
  id,
  at: time,
  /** When the storage was looked at last; stored bytes and packs are as of then. What is not known is null. */
  measuredAt: maybeTime,
  storedBytes: figure,
  packs: figure,
  snapshots: z.int(),
  /** The newest snapshot of each source, added up. */
  protectedBytes: z.number(),
  /** All snapshots, as if each were stored in full. */
  logicalBytes: z.number(),
  /** logicalBytes / storedBytes. */
  ratio: figure,
  /** Bytes a day, over the last 30 days; less than 0 when it shrinks. */
  growthPerDay: figure,
  freeBytes: figure,
  totalBytes: figure,
  /** Why the room is not known. */
  roomUnknown: z.string().nullable(),
  /** Whole days; null when it does not grow as well. */
  daysUntilFull: figure,
  timezone: z.string(),
  /** The oldest first; the last is today, as far as it has come. */
  days: listOf(z.object({ day: z.iso.date(), storedBytes: figure, logicalBytes: figure, snapshots: figure })),
})

export const repositoriesRouter = router({
  list: permission('repositories.read', 'read', 'Repositories by name')
    .input(repositoryInputs.list)
    .output(pageOf(item))
    .query(({ ctx, input }) => ctx.services.repositories.list(ctx.actor, input)),
  get: permission('repositories.read', 'read', 'One repository')
    .input(byId)
    .output(item)
    .query(({ ctx, input }) => ctx.services.repositories.get(ctx.actor, input)),
  usage: permission('repositories.read', 'read', 'What a repository holds, how it grows, and how long there is room')
    .input(repositoryInputs.usage)
    .output(usage)
    .query(({ ctx, input }) => ctx.services.repositories.usage(ctx.actor, input)),
  usages: permission(
    'repositories.read',
    'read',
    'The same of many repositories; those that are not there are left out',
  )
    .input(repositoryInputs.usages)
    .output(z.object({ items: listOf(usage) }))
    .query(({ ctx, input }) => ctx.services.repositories.usages(ctx.actor, input)),
  keySlots: permission('keys.read', 'read', 'Which keys open a repository')
    .input(byId)
    .output(
      z.object({
        slots: listOf(
          z.object({
            id: z.string(),
            kind: z.string(),
            label: z.string(),
            created: z.string(),
            iterations: z.number(),
          }),
        ),
        damaged: listOf(z.object({ id: z.string(), message: z.string() })),
      }),
    )
    .query(({ ctx, input }) => ctx.services.repositories.keySlots(ctx.actor, input)),
  create: permission('repositories.write', 'change', 'Make a repository, or take over one that is there')
    .input(repositoryInputs.create)
    .output(item)
    .mutation(({ ctx, input }) => ctx.services.repositories.create(ctx.actor, input)),
  update: permission('repositories.write', 'change', 'Change name, settings or where the secret is')
    .input(repositoryInputs.update)
    .output(item)
    .mutation(({ ctx, input }) => ctx.services.repositories.update(ctx.actor, input)),
  archive: permission('repositories.write', 'change', 'Leave a repository out of lists and backups; nothing is deleted')
    .input(byId)
    .output(item)
    .mutation(({ ctx, input }) => ctx.services.repositories.archive(ctx.actor, input)),
  test: permission('repositories.write', 'change', 'Put, get, list and delete a small object there')
    .input(repositoryInputs.probe)
    .output(probe)
    .mutation(({ ctx, input }) => ctx.services.repositories.test(ctx.actor, input)),
})
