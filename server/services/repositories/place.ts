// The place of a repository as plain data that may be handed to another process.
import { HoldfastError } from '../../contract/errors.ts'
import { type RepositoryRow, secretSourceOf, settingsOf } from './mapping.ts'
import type { RepositoryPlace } from './open-place.ts'
import { readSecret, type Variables } from './secret.ts'

export { openPlace, type RepositoryPlace } from './open-place.ts'

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
