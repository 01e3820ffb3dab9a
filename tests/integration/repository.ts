// Repositories for the tests, and what a backup and a restore are asked by default.
import { mkdirSync } from 'node:fs'
import type { BackupOptions } from '#server/engine/archive/backup.ts'
import { Repository } from '#server/engine/repository/repository.ts'
import type { RestoreOptions } from '#server/engine/restore/restore.ts'
import { systemClock } from '#server/lib/clock.ts'
import { openLocal } from '#server/storage/local.ts'
import { storageRef } from '#server/storage/open.ts'

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
