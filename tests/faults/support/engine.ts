// The engine's calls with everything that the tests of faults do not care about filled in. Lanes run in-process, so any storage will do.
import { type BackupOptions, type BackupOutcome, backup } from '#server/engine/archive/backup.ts'
import { Repository } from '#server/engine/repository/repository.ts'
import { readSnapshots, type StoredSnapshot } from '#server/engine/repository/snapshot.ts'
import { type RestoreOptions, type RestoreOutcome, restore } from '#server/engine/restore/restore.ts'
import { type VerifyOutcome, verify } from '#server/engine/verify/verify.ts'
import { type Clock, systemClock } from '#server/lib/clock.ts'
import type { Storage } from '#server/storage/types.ts'

export const secret = { kind: 'password', bytes: Buffer.from('correct horse') } as const

/** Runs a little ahead, so that the files a test made a moment ago are older than the second of the snapshot, and trusted by the next one. */
export const clock: Clock = { now: () => systemClock.now() + 10_000 }

/** Small packs, so that a tree of a few megabytes has several. */
export async function initRepository(storage: Storage): Promise<void> {
  await Repository.init({ storage }, secret, {
    clock,
    compression: { codec: 'zstd', level: 1 },
    iterations: 100_000,
    label: 'test',
    packSize: { data: 1 << 20, meta: 2 << 10 },
  })
}

export const openRepository = (storage: Storage): Promise<Repository> => Repository.open({ storage }, secret)

/** A storage is opened anew, as every run does; a repository keeps what it knows. */
type Where = Storage | Repository
const opened = (where: Where): Promise<Repository> | Repository =>
  where instanceof Repository ? where : openRepository(where)

export async function takeBackup(
  where: Where,
  root: string,
  options: Partial<BackupOptions> = {},
): Promise<BackupOutcome> {
  return backup(await opened(where), {
    roots: [root],
    host: 'test',
    type: 'incremental',
    excludes: [],
    tags: [],
    threads: 0,
    allowEmpty: false,
    skip: [],
    program: 'holdfast test',
    pid: process.pid,
    clock,
    ...options,
  })
}

export async function restoreInto(
  where: Where,
  snapshot: StoredSnapshot,
  target: string,
  options: Partial<RestoreOptions> = {},
): Promise<RestoreOutcome> {
  return restore(await opened(where), snapshot, {
    path: '',
    target,
    includes: [],
    overwrite: 'if-changed',
    dryRun: false,
    verify: false,
    threads: 0,
    who: { euid: process.geteuid?.() ?? -1, egid: process.getegid?.() ?? -1, umask: process.umask() },
    ...options,
  })
}

export async function verifyAll(where: Where): Promise<VerifyOutcome> {
  return verify(await opened(where), { readData: true, sample: undefined, threads: 0 })
}

export async function listSnapshots(where: Where): Promise<StoredSnapshot[]> {
  const { storage, keyring } = await opened(where)
  return (await readSnapshots(storage, keyring)).snapshots
}
