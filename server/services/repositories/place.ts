// The place of a repository as plain data that may be handed to another process, and how it is opened there.
import { HoldfastError, hasCode, messageOf } from '../../contract/errors.ts'
import { Repository } from '../../engine/repository/repository.ts'
import type { SecretKind } from '../../engine/repository/slots.ts'
import { open, storageRef } from '../../storage/open.ts'
import { type RepositoryRow, secretSourceOf, settingsOf } from './mapping.ts'
import type { RepositorySettings } from './plans.ts'
import { readSecret, type Variables } from './secret.ts'

/** Holds the secret: for the job's process alone, never for a log, a row or an answer. */
export type RepositoryPlace = {
  readonly id: string
  readonly name: string
  readonly url: string
  /** The repository's own id as it is known; null before it was first opened. */
  readonly engineId: string | null
  readonly secret: { readonly kind: SecretKind; readonly base64: string }
  readonly settings: RepositorySettings
}

/** @throws `refused` for an archived one; what `readSecret` throws */
export function placeOfRow(row: RepositoryRow, variable: Variables): RepositoryPlace {
  if (row.archivedAt !== null) throw new HoldfastError('refused', `The repository "${row.name}" is archived`)
  const { kind, bytes } = readSecret(secretSourceOf(row), variable)
  return {
    id: row.id,
    name: row.name,
    url: row.location,
    engineId: row.engineId,
    secret: { kind, base64: Buffer.from(bytes).toString('base64') },
    settings: settingsOf(row),
  }
}

/**
 * Opens the repository, in any process.
 *
 * @throws `not_found` when it is not there (any more), `refused` when another one is in its place, `wrong_secret`, `damaged`,
 *   `unsupported`, and what the storage throws; messages name the repository
 */
export async function openPlace(place: RepositoryPlace): Promise<Repository> {
  const secret = { kind: place.secret.kind, bytes: Buffer.from(place.secret.base64, 'base64') }
  try {
    const storage = await open({ url: place.url })
    const repository = await Repository.open({ storage, ref: storageRef({ url: place.url }) }, secret)
    if (place.engineId === null || repository.config.id === place.engineId) return repository
    await storage.close()
  } catch (error) {
    if (hasCode(error, 'internal')) throw error
    const code = (error as HoldfastError).code
    const known = code === 'not_found' && place.engineId !== null
    const why = known ? `it was there before: is its file system mounted? (${messageOf(error)})` : messageOf(error)
    throw new HoldfastError(code, `Repository "${place.name}" (${place.url}): ${why}`, { cause: error })
  }
  const message = `At ${place.url} there is another repository than the one known as "${place.name}": nothing is read from it or written to it`
  throw new HoldfastError('refused', message)
}
