// The configuration of a first start, when there is none: everything in the data folder, reachable from this machine only, no schedules.
import path from 'node:path'
import type { ConfigDocument } from '../contract/config/document.ts'
import { API_PORT, CONSOLE_PORT } from '../contract/config/plans/listeners.ts'

export type DataPaths = {
  readonly repository: string
  readonly keyFile: string
  readonly catalog: string
  readonly log: string
}

/** Where things are in a data folder (absolute). */
export const dataPaths = (dataDir: string): DataPaths => ({
  repository: path.join(dataDir, 'repository'),
  keyFile: path.join(dataDir, 'keys', 'backup.key'),
  catalog: path.join(dataDir, 'catalog.db'),
  log: path.join(dataDir, 'logs', 'holdfast.log'),
})

/** `dataDir`: absolute. */
export function defaultDocument({ dataDir }: { dataDir: string }): ConfigDocument {
  const paths = dataPaths(dataDir)
  return {
    storage: { type: 'local', local: { path: paths.repository } },
    encryption: {
      enabled: true,
      algorithm: 'AES-256-GCM',
      key_size: 256,
      key_derivation: { algorithm: 'PBKDF2', iterations: 600_000 },
      key_management: { source: 'file', file_path: paths.keyFile },
    },
    schedules: {},
    recovery: {
      verification_enabled: true,
      restore_validation: { checksum_verification: true, file_integrity_check: true, metadata_validation: true },
    },
    monitoring: {
      enabled: true,
      logging: {
        level: 'INFO',
        file_path: paths.log,
        rotation: { size_mb: 100, backup_count: 10 },
        sensitive_data_masking: true,
      },
    },
    console: { host: '127.0.0.1', port: CONSOLE_PORT },
    api: {
      host: '127.0.0.1',
      port: API_PORT,
      ssl: { enabled: true },
      authentication: { enabled: true, method: 'api_key' },
      rate_limiting: { enabled: true, requests_per_minute: 100, burst_capacity: 200 },
    },
  }
}

/** Where the catalog is: what the environment says, else in the data folder. */
export const catalogUrl = ({ databaseUrl, dataDir }: { databaseUrl: string | undefined; dataDir: string }): string =>
  databaseUrl ?? `file:${dataPaths(dataDir).catalog}`
