// Which storages of a document are used, and what for.
import type { ConfigDocument } from '../document.ts'

/** primary: backups go here unless a schedule says otherwise. secondary: a copy of the primary. further: for schedules that name it. */
export type StorageRole = 'primary' | 'secondary' | 'further'

/** The storage that backups go to unless a schedule names another; a document that says nothing of storages has one that is local. */
export function primaryName({ storage }: ConfigDocument): string {
  if (!storage) return 'local'
  return storage.type === 'hybrid' ? (storage.hybrid?.primary ?? 'local') : storage.type
}

/** local, remote, cloud, or a name of integrations.cloud_storage, each with its role; those that nothing uses are left out. */
export function storageRoles(document: ConfigDocument): Map<string, StorageRole> {
  const { storage } = document
  const roles = new Map<string, StorageRole>()
  for (const { name, enabled } of document.integrations?.cloud_storage ?? []) {
    if (enabled !== false) roles.set(name, 'further')
  }
  for (const { repository } of Object.values(document.schedules ?? {})) {
    if (repository !== undefined) roles.set(repository, 'further')
  }
  if (storage?.type === 'hybrid') {
    roles.set(storage.hybrid?.secondary ?? (storage.cloud ? 'cloud' : 'remote'), 'secondary')
  }
  return roles.set(primaryName(document), 'primary')
}
