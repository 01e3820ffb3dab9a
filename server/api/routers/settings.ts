// The configuration: its versions, what differs between them, changes, and the way back.
import { z } from 'zod'
import type { ConfigDocument } from '../../contract/config/document.ts'
import { listOf, nothing, pageOf, paging, time, words } from '../schemas.ts'
import { permission, router } from '../trpc.ts'

/** In answers: what is stored was checked when it came. */
const document = z.custom<ConfigDocument>()

const summary = z.object({
  version: z.int(),
  at: time,
  actorId: z.string().nullable(),
  actorName: z.string(),
  reason: z.string(),
  origin: z.enum(['initial', 'edit', 'import', 'rollback']),
  /** The version that a rollback went back to. */
  restoredFrom: z.int().nullable(),
})
const version = summary.extend({ document })

const difference = z.object({
  path: z.string(),
  /** Absent: it was not there. */
  before: z.unknown().optional(),
  /** Absent: it is gone. */
  after: z.unknown().optional(),
})

const problem = z.object({
  severity: z.enum(['error', 'warning']),
  kind: z.enum(['syntax', 'duplicate', 'unknown', 'missing', 'value', 'secret', 'reference']),
  path: z.string(),
  message: z.string(),
  line: z.int().optional(),
  column: z.int().optional(),
  /** The known key or value that was probably meant. */
  nearest: z.string().optional(),
})

const saved = z.object({
  version: z.int(),
  /** False: it said the same as the version before. */
  changed: z.boolean(),
  differences: listOf(difference),
  warnings: listOf(problem),
})

const versionNumber = z.int().min(1)
const change = {
  /** Why, for whoever looks at it later. */
  reason: words(500),
  /** The version that the change was made on; another current one refuses it. */
  expectedVersion: versionNumber.optional(),
}
/** The service checks it, and names every mistake. */
const given = z.looseObject({})
const text = z.string().max(1_000_000)

export const settingsRouter = router({
  current: permission('settings.read', 'read', 'The newest version, and what counts with the environment over it')
    .input(nothing)
    .output(
      version.extend({
        effective: document,
        overridden: listOf(
          z.object({ variable: z.string(), keys: z.string(), value: z.union([z.string(), z.number(), z.boolean()]) }),
        ),
      }),
    )
    .query(({ ctx }) => ctx.services.settings.current()),
  list: permission('settings.read', 'read', 'Versions, newest first')
    .input(z.strictObject({ ...paging }))
    .output(pageOf(summary))
    .query(({ ctx, input }) => ctx.services.settings.list(ctx.actor, input)),
  get: permission('settings.read', 'read', 'One version')
    .input(z.strictObject({ version: versionNumber }))
    .output(version)
    .query(({ ctx, input }) => ctx.services.settings.get(ctx.actor, input)),
  diff: permission('settings.read', 'read', 'What differs between two versions; 0 is the empty one')
    .input(z.strictObject({ from: z.int().min(0), to: z.int().min(0) }))
    .output(z.object({ from: z.int(), to: z.int(), differences: listOf(difference) }))
    .query(({ ctx, input }) => ctx.services.settings.diff(ctx.actor, input)),
  effects: permission('settings.read', 'read', 'Every key: what it does, and whether it does so already')
    .input(nothing)
    .output(
      listOf(
        z.object({
          key: z.string(),
          meaning: z.string(),
          unit: z.string(),
          default: z.string(),
          where: z.string(),
          effective: z.enum(['now', 'later']),
          /** False: an addition of Holdfast's. */
          inGuide: z.boolean(),
        }),
      ),
    )
    .query(({ ctx }) => ctx.services.settings.effects()),
  check: permission(
    'settings.read',
    'read',
    'What a document or the text of a file would change, and what is wrong with it',
  )
    .input(z.union([z.strictObject({ document: given }), z.strictObject({ text })]))
    .output(z.object({ document: document.nullable(), problems: listOf(problem), differences: listOf(difference) }))
    .mutation(({ ctx, input }) => ctx.services.settings.check(ctx.actor, input)),
  export: permission('settings.read', 'read', 'A version as a file; the newest unless said otherwise')
    .input(z.strictObject({ version: versionNumber.optional() }))
    .output(z.object({ version: z.int(), name: z.string(), text: z.string() }))
    .query(({ ctx, input }) => ctx.services.settings.export(ctx.actor, input)),
  update: permission('settings.write', 'change', 'Make a document the newest version')
    .input(z.strictObject({ ...change, document: given }))
    .output(saved)
    .mutation(({ ctx, input }) => ctx.services.settings.update(ctx.actor, input)),
  import: permission('settings.write', 'change', 'Make the text of a file, JSON with comments, the newest version')
    .input(z.strictObject({ ...change, text, name: z.string().max(200).optional() }))
    .output(saved)
    .mutation(({ ctx, input }) => ctx.services.settings.import(ctx.actor, input)),
  rollback: permission('settings.write', 'change', 'Go back to an older version, as a new one')
    .input(z.strictObject({ ...change, version: versionNumber }))
    .output(saved)
    .mutation(({ ctx, input }) => ctx.services.settings.rollback(ctx.actor, input)),
})
