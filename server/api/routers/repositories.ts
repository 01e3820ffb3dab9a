// Repositories: where backups live, whether they can be reached, and who holds their keys.
import { z } from 'zod'
import { repositoryInputs, secretSourceSchema } from '../../services/repositories/index.ts'
import { byId, id, listOf, maybeTime, pageOf, time } from '../schemas.ts'
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

export const repositoriesRouter = router({
  list: permission('repositories.read', 'read', 'Repositories by name')
    .input(repositoryInputs.list)
    .output(pageOf(item))
    .query(({ ctx, input }) => ctx.services.repositories.list(ctx.actor, input)),
  get: permission('repositories.read', 'read', 'One repository')
    .input(byId)
    .output(item)
    .query(({ ctx, input }) => ctx.services.repositories.get(ctx.actor, input)),
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
