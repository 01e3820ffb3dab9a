// What jobs are asked to do: the payloads of the queue, checked. What needs no checking is in runs.ts, which loads nothing.
import { z } from 'zod'
import { type JobKind, overwriteWays } from './runs.ts'

export * from './runs.ts'

export const backupTypes = ['full', 'incremental', 'differential'] as const

/** An absolute path as text; folders may end in a slash. One that goes up again is not where it seems to be. */
export const absolutePath = z
  .string()
  .max(4096)
  .regex(/^\/[^\0]*$/, 'must be an absolute path')
  .refine((path) => !/\/\.{1,2}(\/|$)/.test(path), 'must be an absolute path without "." and ".."')
export const lines = z.array(z.string().max(4096)).max(10_000)

/** What each kind is asked to do. Where the repository is, its secret and the settings are looked up when the run starts. */
export const jobPayloads = {
  backup: z.object({
    type: z.enum(backupTypes),
    paths: z.array(absolutePath).min(1).max(1000),
    excludes: lines.default([]),
    tags: z.array(z.string().min(1).max(200)).max(20).default([]),
    allowEmpty: z.boolean().default(false),
    /** The first run of a chain of attempts: what it committed before it was lost is not done again. */
    origin: z.string().optional(),
  }),
  restore: z.object({
    snapshotId: z.string().regex(/^[0-9a-f]{64}$/, 'must be the whole id of a snapshot'),
    /** In the snapshot; '' for all of it. */
    path: z.union([z.literal(''), absolutePath]).default(''),
    /** The same in base64, for names that are no text; it counts more. */
    pathBytes: z.base64().max(8192).optional(),
    include: lines.default([]),
    target: absolutePath,
    /** What is there stays, unless somebody chooses otherwise: as in the console. */
    overwrite: z.enum(overwriteWays).default('never'),
    dryRun: z.boolean().default(false),
    verify: z.boolean().default(true),
  }),
  verify: z.object({
    readData: z.boolean().default(false),
    /** Share of the packs whose data is read, 0 to 1. */
    sample: z.number().min(0).max(1).optional(),
  }),
} as const satisfies Record<JobKind, z.ZodType>

export type JobPayload<K extends JobKind> = z.infer<(typeof jobPayloads)[K]>
