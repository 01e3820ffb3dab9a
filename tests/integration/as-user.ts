// Makes a repository, backs up or restores as whoever runs it: for tests of what an ordinary user can do. One argument, JSON; the outcome as JSON.

import { backup } from '#server/engine/archive/backup.ts'
import { readSnapshots } from '#server/engine/repository/snapshot.ts'
import { restore } from '#server/engine/restore/restore.ts'
import {
  type BackupRequest,
  backupOptions,
  initRepository,
  openRepository,
  type RestoreRequest,
  restoreOptions,
} from './repository.ts'

export type Job = { readonly repository: string } & (
  | { readonly init: true }
  | { readonly backup: BackupRequest }
  | { readonly restore: RestoreRequest }
)

async function run(job: Job): Promise<unknown> {
  if ('init' in job) return initRepository(job.repository)
  const repository = await openRepository(job.repository)
  if ('backup' in job) return backup(repository, backupOptions(job.backup))
  const { snapshots } = await readSnapshots(repository.storage, repository.keyring)
  return restore(repository, snapshots.at(-1)!, restoreOptions(job.restore))
}

process.stdout.write(JSON.stringify((await run(JSON.parse(process.argv[2]!) as Job)) ?? null))
