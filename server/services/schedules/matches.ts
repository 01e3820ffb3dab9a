// What the wizard for a schedule shows of the server's files: what a choice of paths and patterns would take, and folders to choose from.
import { z } from 'zod'
import type { Actor } from '../../auth/actor.ts'
import type { AuditAction } from '../../contract/audit-actions.ts'
import { type ErrorCode, HoldfastError, messageOf } from '../../contract/errors.ts'
import { absolutePath } from '../../contract/jobs.ts'
import type { Catalog } from '../../db/index.ts'
import { compilePatterns } from '../../engine/select/matcher.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Audit } from '../audit/audit.ts'
import { guarded } from '../runs/handlers.ts'
import { createLooks } from '../snapshots/looks.ts'
import { byteFields, pathOf } from '../snapshots/names.ts'
import { foldersInThread } from './folders.ts'
import { type Found, nothingFound } from './matching.ts'
import { createThreads } from './threads.ts'

const pattern = z.string().max(4096)

export const matchInputs = {
  matches: z.strictObject({
    includePaths: z.array(absolutePath).min(1).max(100),
    excludePatterns: z.array(pattern).max(1000).default([]),
    /** Where the backups would go: it is never a part of them. */
    repositoryId: z.string().max(100).optional(),
  }),
  folders: z.strictObject({
    path: absolutePath.optional(),
    /** The same in base64, for a name that is no text; it counts more. */
    pathBytes: z.base64().max(8192).optional(),
  }),
}
export type MatchInput = { [K in keyof typeof matchInputs]: z.output<(typeof matchInputs)[K]> }

/** What the thread is given. */
export type MatchTask = {
  readonly includePaths: readonly string[]
  readonly excludePatterns: readonly string[]
  readonly protectedPaths: readonly string[]
  /** The repository's location. */
  readonly repository: string | undefined
  /** Milliseconds that it may take. */
  readonly lasts: number
}

export type MatchUpdate =
  | { readonly found: Found; readonly done: boolean; readonly cut: boolean }
  | { readonly error: { readonly code: ErrorCode; readonly message: string } }

type Path = { readonly path: string; readonly pathBytes?: string }

export type MatchState = {
  readonly files: number
  readonly directories: number
  readonly others: number
  readonly bytes: number
  readonly excluded: number
  readonly unreadable: number
  /** The first fifty of each. */
  readonly matchedPaths: readonly Path[]
  readonly excludedPaths: readonly Path[]
  readonly unreadablePaths: readonly (Path & { readonly message: string })[]
  /** All was seen. */
  readonly done: boolean
  /** Time was up before all was seen: there is more. */
  readonly cut: boolean
}

export type FolderList = {
  /** With all links resolved. */
  readonly folder: Path
  readonly folders: readonly ({ readonly name: string; readonly nameBytes?: string } & Path)[]
  /** There are more, which the list leaves out. */
  readonly cut: boolean
}

export type MatchDeps = {
  readonly catalog: Catalog
  readonly clock: Clock
  readonly audit: Audit
  /** Holdfast's own files and folders: nothing below them is shown. */
  readonly protectedPaths: () => readonly string[]
}

/** Milliseconds that a preview may take. */
const LASTS = 10_000
/** Milliseconds after that until it is ended from outside. */
const GRACE = 2000
/** Previews at once, of all people. */
const AT_ONCE = 4

const previews = createThreads(new URL('./matching-thread.ts', import.meta.url), {
  atOnce: AT_ONCE,
  busy: `${AT_ONCE} previews are being made`,
})

export function createMatching(deps: MatchDeps, threads = previews) {
  const looks = createLooks(deps.clock)

  const looked = async (actor: Actor, action: AuditAction, details: unknown): Promise<void> => {
    const look = { actor, action, target: undefined, details }
    // A preview is made anew with each pattern that is typed: the same paths are one look.
    if (looks.known(look)) return
    await deps.audit.record({ ...look, result: 'success' })
    looks.remember(look)
  }

  return {
    /**
     * What a backup would take, as it is counted; the last one is `done` or `cut`. Ends with `signal`.
     * @throws `usage` for a pattern that makes no sense, `not_found` and `denied` for a path, `refused` for Holdfast's own files, `rate_limited`
     */
    async *matches(actor: Actor, input: MatchInput['matches'], signal?: AbortSignal): AsyncGenerator<MatchState> {
      compilePatterns(input.excludePatterns)
      const repository = input.repositoryId === undefined ? undefined : await locationOf(deps, input.repositoryId)
      const { includePaths, excludePatterns } = input
      const protectedPaths = await guarded(deps)
      const task = { includePaths, excludePatterns, protectedPaths, repository, lasts: LASTS }
      yield* inThread(task, signal, threads, () => looked(actor, 'schedule.matches', { includePaths }))
    },

    /** The folders in a folder. @throws `not_found`, `denied`, `refused` for Holdfast's own, `unavailable` when the file system does not answer, `rate_limited` */
    async folders(actor: Actor, input: MatchInput['folders']): Promise<FolderList> {
      const asked = `/${pathOf(input)}`
      const task = { folder: asked, protectedPaths: await guarded(deps) }
      const { folder, names, cut } = await foldersInThread(task, () =>
        looked(actor, 'schedule.folders', byteFields('path', asked)),
      )
      const below = folder === '/' ? '/' : `${folder}/`
      const folders = names.map((name) => ({ ...byteFields('name', name), ...byteFields('path', below + name) }))
      return { folder: byteFields('path', folder), folders, cut }
    },
  }
}

async function locationOf({ catalog }: MatchDeps, id: string): Promise<string> {
  const row = await catalog.db.repository.findUnique({ where: { id }, select: { location: true } })
  if (row) return row.location
  throw new HoldfastError('not_found', `There is no repository ${id}`)
}

/**
 * The updates of a thread that does the task; a slow reader gets the newest only.
 * @param started what follows once there is a thread for it, and before anything is told
 */
export async function* inThread(
  task: MatchTask,
  signal?: AbortSignal,
  threads = previews,
  started = async (): Promise<void> => undefined,
): AsyncGenerator<MatchState> {
  const worker = await threads.start(task)
  let newest: MatchUpdate | undefined
  let found = nothingFound()
  let wake = (): void => undefined
  const hear = (update: MatchUpdate): void => {
    newest = update
    if ('found' in update) found = update.found
    wake()
  }
  const fail = (error: unknown): void => hear({ error: { code: 'internal', message: messageOf(error) } })
  const abort = (): void => hear({ error: { code: 'interrupted', message: 'Nobody waits for the preview any more' } })
  worker.on('message', hear)
  worker.on('error', fail)
  signal?.addEventListener('abort', abort)
  if (signal?.aborted) abort()
  // A thread that hangs in a dead mount does not look at the clock.
  const late = setTimeout(() => hear({ found, done: false, cut: true }), task.lasts + GRACE)
  try {
    await started()
    for (;;) {
      const update = newest
      newest = undefined
      if (update === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        continue
      }
      if ('error' in update) throw new HoldfastError(update.error.code, update.error.message)
      yield stateOf(update)
      if (update.done || update.cut) return
    }
  } finally {
    clearTimeout(late)
    signal?.removeEventListener('abort', abort)
    threads.end(worker)
  }
}

const stateOf = ({ found, done, cut }: Extract<MatchUpdate, { found: Found }>): MatchState => ({
  ...found,
  matchedPaths: found.matchedPaths.map((path) => byteFields('path', path)),
  excludedPaths: found.excludedPaths.map((path) => byteFields('path', path)),
  unreadablePaths: found.unreadablePaths.map(({ path, message }) => ({ ...byteFields('path', path), message })),
  done,
  cut,
})
