// For tests of services: a catalog, services of repositories and snapshots, and real repositories on disk.
import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Actor, systemActor } from '../../auth/actor.ts'
import { openTestCatalog, type TestCatalog } from '../../db/testing.ts'
import { MIN_ITERATIONS } from '../../engine/repository/slots.ts'
import type { StoredSnapshot } from '../../engine/repository/snapshot.ts'
import { backUp } from '../../engine/testing.ts'
import { type Clock, systemClock } from '../../lib/clock.ts'
import { createLogger } from '../../lib/logger.ts'
import { createAudit } from '../audit/audit.ts'
import { createSnapshotsService, type SnapshotsService } from '../snapshots/index.ts'
import { createRepositoriesService, type RepositoriesService, type RepositoryItem } from './index.ts'

export const actor: Actor = { ...systemActor('tester'), kind: 'user', id: 'u1', userId: 'u1' }

export type Bench = AsyncDisposable & {
  readonly catalog: TestCatalog
  readonly clock: Clock
  readonly repositories: RepositoriesService
  readonly snapshots: SnapshotsService
  /** A folder for everything; it goes at the end. */
  readonly folder: string
  readonly keyFile: string
  /** Values of environment variables that services see. */
  readonly variables: Map<string, string>
  /** A repository with a row, in a folder of its own. */
  makeRepository(name?: string): Promise<RepositoryItem>
  /** A backup of a folder into the repository of a row, without a row of its own. */
  backUp(id: string, source: string, options?: Parameters<typeof backUp>[2]): Promise<StoredSnapshot>
}

/** `url`: another catalog than SQLite in a temporary folder; `onQuery`: told of each statement that reads. */
export async function openBench(options: { url?: string; onQuery?: (sql: string) => void } = {}): Promise<Bench> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-services-')))
  const catalog = await openTestCatalog(options)
  const clock = systemClock
  const log = createLogger({ level: 'error', clock, fallback: () => undefined })
  const audit = createAudit(catalog, clock)
  const variables = new Map<string, string>()
  const deps = { catalog, clock, audit, log }
  const repositories = createRepositoriesService({ ...deps, variable: (name) => variables.get(name) })
  const keyFile = join(folder, 'backup.key')
  writeFileSync(keyFile, 'a key of the tests', { mode: 0o600 })
  chmodSync(keyFile, 0o600)
  return {
    catalog,
    clock,
    repositories,
    snapshots: createSnapshotsService({ ...deps, repositories }),
    folder,
    keyFile,
    variables,
    makeRepository: (name = 'local') =>
      repositories.create(actor, {
        name,
        type: 'local',
        location: join(folder, `repository-${name}`),
        secretSource: { kind: 'key_file', path: keyFile },
        settings: { iterations: MIN_ITERATIONS },
        expect: 'new',
      }),
    async backUp(id, source, more) {
      const repository = await repositories.open(id)
      try {
        return (await backUp(repository, source, more)).snapshot
      } finally {
        await repository.storage.close()
      }
    },
    async [Symbol.asyncDispose]() {
      await repositories.close()
      await catalog.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
