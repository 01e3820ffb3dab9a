// The server's inside without listeners: catalog, configuration, repositories, runtime and the services around it, put together for tests.
import * as fs from 'node:fs'
import * as path from 'node:path'
import { systemActor } from '#server/auth/actor.ts'
import type { ConfigDocument, ScheduleSettings } from '#server/contract/config/document.ts'
import { type Catalog, openCatalog } from '#server/db/index.ts'
import { type Clock, systemClock } from '#server/lib/clock.ts'
import { type Logger, silentLogger } from '#server/lib/logger.ts'
import { createEvents } from '#server/runtime/events.ts'
import { createRuntime, type RuntimeOptions } from '#server/runtime/lifecycle.ts'
import type { JobHandler } from '#server/runtime/types.ts'
import { createAudit } from '#server/services/audit/audit.ts'
import { createRepositoriesService, plansOf } from '#server/services/repositories/index.ts'
import { createRestoresService } from '#server/services/restores/index.ts'
import { createJobHandlers, createRunStore, createRunsService, createVerdicts } from '#server/services/runs/index.ts'
import { applyDocument, createScheduleStore, createSchedulesService } from '#server/services/schedules/index.ts'
import { createSettingsService } from '#server/services/settings/index.ts'
import { createSnapshotsService } from '#server/services/snapshots/index.ts'

export const root = path.resolve(import.meta.dirname, '../../..')
export const hostProgram = path.join(root, 'server/jobs/host.ts')
export const actor = systemActor('test')

export type TestServerOptions = {
  /** Everything of the server is in here: catalog.db, repo, key. */
  readonly folder: string
  readonly schedules: Readonly<Record<string, ScheduleSettings>>
  /** Another catalog than the file in the folder. */
  readonly catalog?: Catalog | undefined
  readonly clock?: Clock | undefined
  readonly log?: Logger | undefined
  readonly document?: Partial<ConfigDocument> | undefined
  readonly handlers?: readonly JobHandler[] | undefined
  readonly runtime?: Partial<RuntimeOptions> | undefined
}

export type TestServer = Awaited<ReturnType<typeof openServer>>

/** Opens or makes everything; nothing runs before `runtime.start()`. */
export async function openServer(options: TestServerOptions) {
  const { folder, clock = systemClock, log = silentLogger } = options
  const keyFile = path.join(folder, 'key')
  if (!fs.existsSync(keyFile)) fs.writeFileSync(keyFile, 'correct horse', { mode: 0o600 })
  const catalog = options.catalog ?? (await openCatalog({ url: `file:${path.join(folder, 'catalog.db')}`, clock }))
  const audit = createAudit(catalog, clock)
  const common = { catalog, clock, audit, log }
  const repositories = createRepositoriesService({ ...common, variable: () => undefined })
  const snapshots = createSnapshotsService({ ...common, repositories })
  const settings = createSettingsService({ ...common, env: { overrides: {}, secret: () => undefined } })
  const places = { defaultStorage: path.join(folder, 'repo'), defaultKey: keyFile }
  settings.project((tx, effective) => repositories.ensureFromDocument(tx, plansOf(effective, places)))
  settings.project((tx, effective, by) => applyDocument(tx, effective, { actor: by, audit, now: clock.now() }))
  await settings.initialize(actor, {
    document: {
      storage: { type: 'local', local: { path: places.defaultStorage } },
      encryption: {
        key_derivation: { iterations: 100_000 },
        key_management: { source: 'file', file_path: keyFile },
      },
      ...options.document,
      schedules: options.schedules,
    },
    reason: 'made by a test',
  })
  const repository = await catalog.db.repository.findUniqueOrThrow({ where: { name: 'local' } })
  await repositories.makeReady(actor, { id: repository.id })
  const document = async () => (await settings.current()).effective
  const events = createEvents(clock)
  const handlers = createJobHandlers({
    catalog,
    clock,
    document,
    program: 'holdfast test',
    protectedPaths: () => [path.join(folder, 'catalog.db'), path.join(folder, 'own')],
    repositories,
    snapshots,
    publish: events.publish,
  })
  const runtime = createRuntime({
    runs: createRunStore(catalog, createVerdicts({ repositories, snapshots })),
    schedules: createScheduleStore({ catalog, clock, document }),
    handlers: [...handlers, ...(options.handlers ?? [])],
    host: { program: hostProgram, environment: { NODE_COMPILE_CACHE: path.join(folder, 'compiled') } },
    clock,
    log,
    events,
    ...options.runtime,
  })
  const live = { queue: runtime.queue, publish: events.publish }
  return {
    catalog,
    clock,
    settings,
    snapshots,
    repositories,
    runtime,
    events,
    repositoryId: repository.id,
    repositoryFolder: places.defaultStorage,
    runs: createRunsService({ ...common, ...live }),
    schedules: createSchedulesService({ ...common, ...live, settings, protectedPaths: () => [] }),
    restores: createRestoresService({ folder: '/restores', ...common, ...live, document }),
    async close() {
      await runtime.stop()
      await repositories.close()
      await catalog.close()
    },
  }
}

/** Asks again and again until something is so. @throws what `check` threw last, after a minute */
export async function eventually<T>(check: () => Promise<T>, milliseconds = 60_000): Promise<T> {
  const until = performance.now() + milliseconds
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (performance.now() > until) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
