// Snapshots: what there is, the names in it, and the content of files.
import { z } from 'zod'
import { imageTypes, previewEncodings, snapshotInputs } from '../../services/snapshots/index.ts'
import { downloadPieces } from '../download.ts'
import { byId, id, listOf, maybeTime, pageOf, partialCheck, streamOf, time } from '../schemas.ts'
import { permission, router } from '../trpc.ts'

const item = z.object({
  id,
  repositoryId: id,
  /** The engine's id, hexadecimal. */
  snapshotId: z.string(),
  time,
  finished: time,
  host: z.string(),
  paths: listOf(z.object({ path: z.string(), pathBytes: z.string().optional() })),
  tags: listOf(z.string()),
  type: z.string(),
  parentId: z.string().nullable(),
  treeId: z.string(),
  program: z.string(),
  files: z.number(),
  directories: z.number(),
  bytes: z.number(),
  /** What its backup added to the repository. */
  bytesStored: z.number(),
  errorCount: z.number(),
  scheduleName: z.string().nullable(),
  runId: z.string().nullable(),
  verifiedAt: maybeTime,
  verifyState: z.enum(['ok', 'damaged', 'unknown']),
  partialCheck,
})

/** Names are bytes: `...Bytes` (base64) is there when they are no UTF-8. */
const entry = z.object({
  name: z.string(),
  nameBytes: z.string().optional(),
  type: z.enum(['file', 'directory', 'symlink', 'fifo', 'socket', 'character', 'block']),
  mode: z.number(),
  uid: z.number(),
  gid: z.number(),
  user: z.string().nullable(),
  group: z.string().nullable(),
  size: z.number(),
  mtime: z.string().nullable(),
  mtimeSec: z.number(),
  mtimeNsec: z.number(),
  target: z.string().optional(),
  targetBytes: z.string().optional(),
  device: z.tuple([z.number(), z.number()]).readonly().optional(),
  filesBelow: z.number().optional(),
  bytesBelow: z.number().optional(),
  /** It changed while it was read: the content may be a mixture. */
  changed: z.literal(true).optional(),
  /** It could not be read: there is no content. */
  errno: z.number().optional(),
})

const moment = z.object({ snapshot: id, time })

export const snapshotsRouter = router({
  list: permission('snapshots.read', 'read', 'Snapshots, newest first')
    .input(snapshotInputs.list)
    .output(pageOf(item))
    .query(({ ctx, input }) => ctx.services.snapshots.list(ctx.actor, input)),
  sources: permission('snapshots.read', 'read', 'The newest snapshot of each source, newest first')
    .input(snapshotInputs.sources)
    .output(pageOf(item))
    .query(({ ctx, input }) => ctx.services.snapshots.sources(ctx.actor, input)),
  get: permission('snapshots.read', 'read', 'One snapshot')
    .input(byId)
    .output(item)
    .query(({ ctx, input }) => ctx.services.snapshots.get(ctx.actor, input)),
  browse: permission('snapshots.browse', 'data', 'One page of a folder')
    .input(snapshotInputs.browse)
    .output(pageOf(entry).extend({ folder: entry.nullable() }))
    .query(({ ctx, input }) => ctx.services.snapshots.browse(ctx.actor, input)),
  entry: permission('snapshots.browse', 'data', 'One file or folder; null for the top')
    .input(snapshotInputs.entry)
    .output(entry.nullable())
    .query(({ ctx, input }) => ctx.services.snapshots.entry(ctx.actor, input)),
  find: permission('snapshots.browse', 'data', 'Files by name or path, in one snapshot or all of a repository')
    .input(snapshotInputs.find)
    .output(
      pageOf(z.object({ snapshot: id, snapshotTime: time, path: z.string(), pathBytes: z.string().optional(), entry })),
    )
    .query(({ ctx, input }) => ctx.services.snapshots.find(ctx.actor, input)),
  versions: permission('snapshots.browse', 'data', 'The versions of one file or folder, newest first')
    .input(snapshotInputs.versions)
    .output(pageOf(z.object({ version: z.string(), entry, newest: moment, oldest: moment, snapshots: z.number() })))
    .query(({ ctx, input }) => ctx.services.snapshots.versions(ctx.actor, input)),
  diff: permission('snapshots.browse', 'data', 'What differs between two snapshots of a repository')
    .input(snapshotInputs.diff)
    .output(
      pageOf(
        z.object({
          path: z.string(),
          pathBytes: z.string().optional(),
          change: z.enum(['added', 'removed', 'content', 'metadata', 'type']),
          before: entry.nullable(),
          after: entry.nullable(),
        }),
      ),
    )
    .query(({ ctx, input }) => ctx.services.snapshots.diff(ctx.actor, input)),
  download: permission('snapshots.download', 'data', 'The content of a file: what it is, then its bytes in base64')
    .input(snapshotInputs.entry)
    .output(
      streamOf(
        z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('file'), name: z.string(), nameBytes: z.string().optional(), size: z.number() }),
          z.object({ kind: z.literal('data'), base64: z.string() }),
        ]),
      ),
    )
    .subscription(({ ctx, input }) => downloadPieces(ctx, input)),
  preview: permission('snapshots.download', 'data', 'The beginning of a file: text, a picture, or its first bytes')
    .input(snapshotInputs.entry)
    .output(
      z.discriminatedUnion('kind', [
        z.object({
          kind: z.literal('text'),
          text: z.string(),
          truncated: z.boolean(),
          encoding: z.enum(previewEncodings),
        }),
        z.object({ kind: z.literal('image'), mime: z.enum(imageTypes), base64: z.string() }),
        z.object({ kind: z.literal('binary'), hex: z.string() }),
      ]),
    )
    .query(({ ctx, input }) => ctx.services.snapshots.preview(ctx.actor, input)),
})
