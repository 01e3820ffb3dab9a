// Rows of repositories as the services give them out.
import type { Prisma } from '#generated/sqlite/client.ts'
import { isoTime } from '../../lib/clock.ts'
import type { RepositorySettings, RepositoryType } from './plans.ts'
import { type SecretSource, secretSourceSchema } from './secret.ts'

export type RepositoryRow = Prisma.RepositoryModel

export type RepositoryItem = {
  readonly id: string
  readonly name: string
  readonly type: RepositoryType
  /** A path or URL, without any secret. */
  readonly location: string
  /** The repository's own id (hexadecimal), once it was opened. */
  readonly engineId: string | null
  /** Where the secret comes from. */
  readonly secretSource: SecretSource
  readonly settings: RepositorySettings
  readonly createdAt: string
  readonly archivedAt: string | null
  readonly lastSyncAt: string | null
  readonly lastVerifiedAt: string | null
  readonly verifyState: 'ok' | 'damaged' | 'unknown'
  /** Of all packs. */
  readonly storedBytes: number
  readonly packCount: number
}

export const timeText = (date: Date | null): string | null => (date === null ? null : isoTime(date.getTime()))

export const secretSourceOf = (row: Pick<RepositoryRow, 'secretSource'>): SecretSource =>
  secretSourceSchema.parse(JSON.parse(row.secretSource))

export const settingsOf = (row: Pick<RepositoryRow, 'settings'>): RepositorySettings => ({
  origin: 'manual',
  ...(JSON.parse(row.settings) as Partial<RepositorySettings>),
})

export const repositoryItem = (row: RepositoryRow): RepositoryItem => ({
  id: row.id,
  name: row.name,
  type: row.type as RepositoryType,
  location: row.location,
  engineId: row.engineId,
  secretSource: secretSourceOf(row),
  settings: settingsOf(row),
  createdAt: isoTime(row.createdAt.getTime()),
  archivedAt: timeText(row.archivedAt),
  lastSyncAt: timeText(row.lastSyncAt),
  lastVerifiedAt: timeText(row.lastVerifiedAt),
  verifyState: row.verifyState as RepositoryItem['verifyState'],
  storedBytes: Number(row.storedBytes),
  packCount: row.packCount,
})
