// Holdfast's own files: whoever reads or writes them through a backup or a restore holds its keys, its sessions and its certificates.
import path from 'node:path'
import type { ConfigDocument } from '../contract/config/document.ts'
import { listenerPlans } from '../contract/config/plans/listeners.ts'

/** What SQLite keeps beside its file, and the copies that are made before it is migrated. */
const BESIDE = ['-wal', '-shm', '-journal', '.copies']

/**
 * Absolute paths of files and folders, whether they are there or not: the data folder, the key file, the files of TLS, the catalog's file.
 * `catalogUrl` as the catalog is opened with it.
 */
export function ownPaths(dataDir: string, catalogUrl: string, document: ConfigDocument): string[] {
  const catalog = catalogUrl.startsWith('file:') ? catalogUrl.slice('file:'.length) : undefined
  const key = document.encryption?.key_management?.file_path
  const { console, api } = listenerPlans(document)
  const tls = [console.tls, api.tls].flatMap((plan) => [plan?.certPath, plan?.keyPath])
  const files = [key, ...tls, catalog, ...BESIDE.map((end) => catalog && `${catalog}${end}`)]
  const outside = files.filter((file) => file !== undefined && file !== null).map((file) => path.normalize(file))
  return [...new Set([path.normalize(dataDir), ...outside])]
}
