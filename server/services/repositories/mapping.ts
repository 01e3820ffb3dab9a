// Rows of repositories as the services give them out.
import type { Prisma } from '#generated/sqlite/client.ts'
import { type PartialCheck, proofOf, type VerifyState } from '../../contract/verification.ts'
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
  /** When all data was read last, or damage found; null before. */
  readonly lastVerifiedAt: string | null
  readonly verifyState: VerifyState
  /** What was looked at besides, as long as neither is known. */
  readonly partialCheck: PartialCheck | null
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

function proofFields(row: RepositoryRow): Pick<RepositoryItem, 'lastVerifiedAt' | 'verifyState' | 'partialCheck'> {
  const { verifiedAt, ...proof } = proofOf(row.verifyState, timeText(row.lastVerifiedAt))
  return { ...proof, lastVerifiedAt: verifiedAt }
}

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
  ...proofFields(row),
  storedBytes: Number(row.storedBytes),
  packCount: row.packCount,
})
