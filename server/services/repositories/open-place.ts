// Opening a repository from plain data, in any process. It loads nothing but the engine: each job begins with it.
import { HoldfastError, hasCode, messageOf } from '../../contract/errors.ts'
import { Repository } from '../../engine/repository/repository.ts'
import type { SecretKind } from '../../engine/repository/slots.ts'
import { open, storageRef } from '../../storage/open.ts'
import type { RepositorySettings } from './plans.ts'

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
