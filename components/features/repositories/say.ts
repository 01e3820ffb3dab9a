// Repositories in words, and what the pages ask for. Pure.
import { bytes, counted } from '../../patterns/format.ts'

export const listDefaults = { archived: '', dialog: '' }

/** @param archived what the address says */
export const listInput = (archived: string | readonly string[] | undefined) => ({
  limit: 50,
  archived: archived === '1',
})

/** The figures of a page of the list. */
export const usagesInput = ({ items }: { readonly items: readonly { readonly id: string }[] }) => ({
  ids: items.map(({ id }) => id),
  days: 1,
})

/** The last verifications of one. */
export const verificationsOf = (repositoryId: string) => ({ repositoryId, kind: 'verify' as const, limit: 5 })

const types: Readonly<Record<string, string>> = {
  local: 'Folder of this server',
  sftp: 'SFTP',
  s3: 'Amazon S3',
  azure_blob: 'Azure Blob Storage',
  google_cloud_storage: 'Google Cloud Storage',
}
export const sayType = (type: string): string => types[type] ?? type

/** Whether this version of Holdfast can open it: the others can be described in the configuration, and nothing more yet. */
export const canOpen = (type: string): boolean => type === 'local'

type Source =
  | { readonly kind: 'key_file'; readonly path: string }
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'hsm'; readonly module: string; readonly keyLabel: string }

export function saySecret(source: Source): string {
  if (source.kind === 'key_file') return `Key file ${source.path}`
  if (source.kind === 'environment') return `Variable ${source.name}`
  return `Key "${source.keyLabel}" in an HSM (${source.module})`
}

export const sayGrowth = (perDay: number | null): string =>
  perDay === null ? 'not known yet' : `${perDay < 0 ? '-' : '+'}${bytes(Math.abs(perDay))} a day`

type Room = {
  readonly daysUntilFull: number | null
  readonly growthPerDay: number | null
  readonly freeBytes: number | null
}

/** Further ahead nobody can see. */
const FAR_DAYS = 3650

/** Days until it is full, or why there is no such number. */
export function sayRoom({ daysUntilFull, growthPerDay, freeBytes }: Room): string {
  if (daysUntilFull !== null && daysUntilFull > FAR_DAYS) return 'full in over 10 years'
  if (daysUntilFull !== null) return `full in ${counted(daysUntilFull, 'day')}`
  if (freeBytes === null || growthPerDay === null) return 'not known yet'
  return 'does not grow'
}

/** Less than this is soon: time to buy disks (days). */
const SOON = 30
const NOW = 7

export function roomState(daysUntilFull: number | null): 'failed' | 'warning' | undefined {
  if (daysUntilFull === null || daysUntilFull > SOON) return undefined
  return daysUntilFull <= NOW ? 'failed' : 'warning'
}

export const sayRatio = (ratio: number | null): string =>
  ratio === null ? 'not known yet' : `${ratio.toFixed(ratio < 10 ? 1 : 0)} x`
