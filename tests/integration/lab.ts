// A source, a repository and a target, with backups and restores as processes of their own would make them: the repository is opened anew for each.
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BackupOptions, type BackupOutcome, backup } from '#server/engine/archive/backup.ts'
import type { StoredSnapshot } from '#server/engine/repository/snapshot.ts'
import { type RestoreOptions, type RestoreOutcome, type RestoreStep, restore } from '#server/engine/restore/restore.ts'
import { type VerifyOutcome, verify } from '#server/engine/verify/verify.ts'
import { systemClock } from '#server/lib/clock.ts'
import { inOpenView } from '../open-view.ts'
import type { Job } from './as-user.ts'
import { backupOptions, initRepository, openRepository, restoreOptions } from './repository.ts'
import { isRoot, makeFolder } from './tree.ts'

export type Restored = RestoreOutcome & { readonly steps: readonly RestoreStep[] }

/** All of it lies in one folder. */
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

  /** In a new folder that goes when the running test ends, or in a given one. */
  static async open(folder = makeFolder()): Promise<Lab> {
    const lab = new Lab(folder)
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

/** The ordinary user of the tests, with another group that he is in: nobody when they run as root, else whoever runs them. */
export const USER = isRoot
  ? { uid: 65534, gid: 65534, group: 1234 }
  : { uid: process.geteuid!(), gid: process.getegid!(), group: process.getegid!() }

/** Gives the ordinary user everything in the lab's folder. */
export function giveToUser(lab: Lab): void {
  chmodSync(lab.folder, 0o755)
  if (isRoot) execFileSync('chown', ['-hR', `${USER.uid}:${USER.gid}`, lab.folder])
}

const SCRIPT = fileURLToPath(new URL('./as-user.ts', import.meta.url))
const AS_USER = ['setpriv', '--reuid', String(USER.uid), '--regid', String(USER.gid), '--groups', String(USER.group)]

type BackupJob = Job & { readonly backup: unknown }
type RestoreJob = Job & { readonly restore: unknown }

/** Runs a backup or a restore (of the latest snapshot) as the ordinary user, in a process of its own. */
export function asUser(job: BackupJob): BackupOutcome
export function asUser(job: RestoreJob): RestoreOutcome
export function asUser(job: Job & { readonly init: true }): void
export function asUser(job: Job): unknown {
  const words = programOf(job)
  return outcomeOf(isRoot ? inOpenView([...AS_USER, ...words]) : words)
}

/** Runs it with so many file descriptors at most. */
export function limited(descriptors: number, job: BackupJob): BackupOutcome
export function limited(descriptors: number, job: RestoreJob): RestoreOutcome
export function limited(descriptors: number, job: Job): unknown {
  return outcomeOf(['prlimit', `--nofile=${descriptors}:${descriptors}`, ...programOf(job)])
}

const programOf = (job: Job): readonly string[] => [
  process.execPath,
  '--disable-warning=ExperimentalWarning',
  SCRIPT,
  JSON.stringify(job),
]

const outcomeOf = ([program, ...args]: readonly string[]): unknown =>
  JSON.parse(execFileSync(program!, args, { maxBuffer: 64 << 20 }).toString())
