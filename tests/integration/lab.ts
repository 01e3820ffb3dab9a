// A repository in a folder, with backups and restores as processes of their own would make them: it is opened anew for each.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { type BackupOptions, type BackupOutcome, backup } from '#server/engine/archive/backup.ts'
import { Repository } from '#server/engine/repository/repository.ts'
import type { StoredSnapshot } from '#server/engine/repository/snapshot.ts'
import { type RestoreOptions, type RestoreOutcome, type RestoreStep, restore } from '#server/engine/restore/restore.ts'
import { type VerifyOutcome, verify } from '#server/engine/verify/verify.ts'
import { systemClock } from '#server/lib/clock.ts'
import { openLocal } from '#server/storage/local.ts'
import { storageRef } from '#server/storage/open.ts'
import { makeFolder } from './tree.ts'

const SECRET = { kind: 'password' as const, bytes: Buffer.from('correct horse') }
const COMPRESSION = { codec: 'zstd' as const, level: 1 }

export async function initRepository(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const options = { clock: systemClock, compression: COMPRESSION, iterations: 100_000, label: 'test' }
  await Repository.init({ storage: await openLocal(folder) }, SECRET, options)
}

export async function openRepository(folder: string): Promise<Repository> {
  return Repository.open({ storage: await openLocal(folder), ref: storageRef({ url: folder }) }, SECRET)
}

export type BackupRequest = Partial<BackupOptions> & Pick<BackupOptions, 'roots'>
export type RestoreRequest = Partial<RestoreOptions> & Pick<RestoreOptions, 'target'>

/** What `backup` is asked by default: incremental, in this thread, at the present time. */
export const backupOptions = (request: BackupRequest): BackupOptions => ({
  host: 'lab',
  type: 'incremental',
  excludes: [],
  tags: [],
  threads: 0,
  allowEmpty: false,
  skip: [],
  program: 'test',
  pid: process.pid,
  clock: systemClock,
  ...request,
})

/** What `restore` is asked by default: all of it, what differs is replaced. */
export const restoreOptions = (request: RestoreRequest): RestoreOptions => ({
  path: '',
  includes: [],
  overwrite: 'if-changed',
  dryRun: false,
  verify: false,
  threads: 0,
  who: { euid: process.geteuid!(), egid: process.getegid!(), umask: process.umask() },
  ...request,
})

export type Restored = RestoreOutcome & { readonly steps: readonly RestoreStep[] }

/** All of it lies in one folder, which goes when the test ends. */
export class Lab {
  readonly folder: string
  readonly repository: string
  /** Where a test puts what it backs up. */
  readonly source: string
  readonly target: string
  #runs = 0

  private constructor(folder: string) {
    this.folder = folder
    this.repository = path.join(folder, 'repository')
    this.source = path.join(folder, 'source')
    this.target = path.join(folder, 'target')
  }

  static async open(parent?: string): Promise<Lab> {
    const lab = new Lab(makeFolder(parent))
    mkdirSync(lab.source)
    mkdirSync(lab.target)
    await initRepository(lab.repository)
    return lab
  }

  /** Where the source comes to lie in the target. */
  get restored(): string {
    return path.join(this.target, this.source)
  }

  /** Each run happens ten seconds after the one before, so that what was changed before it is old enough to be trusted. */
  async backup(request: Partial<BackupOptions> = {}): Promise<BackupOutcome> {
    const later = 10_000 * ++this.#runs
    const clock = { now: () => systemClock.now() + later }
    return backup(await openRepository(this.repository), backupOptions({ roots: [this.source], clock, ...request }))
  }

  async restore(snapshot: StoredSnapshot, request: Partial<RestoreOptions> = {}): Promise<Restored> {
    const steps: RestoreStep[] = []
    const onStep = (step: RestoreStep): void => void steps.push(step)
    const options = restoreOptions({ target: this.target, onStep, ...request })
    return { ...(await restore(await openRepository(this.repository), snapshot, options)), steps }
  }

  async verify(): Promise<VerifyOutcome> {
    return verify(await openRepository(this.repository), { readData: true, sample: undefined, threads: 0 })
  }
}
