// At the start: every variable that the document needs must be set, or the server says which are missing and what for.
import type { ConfigDocument } from '../contract/config/document.ts'
import { missingSecrets, type SecretUse } from '../contract/config/plans/secrets.ts'
import { HoldfastError } from '../contract/errors.ts'
import type { Environment } from './environment.ts'

const told = ({ path, variable, purpose }: SecretUse): string => `${variable} (${path}: ${purpose})`

/**
 * @returns the missing variables of what is not built yet: worth a warning
 * @throws `usage` naming all missing variables of what works already
 */
export function demandSecrets(document: ConfigDocument, env: Pick<Environment, 'secret'>): string[] {
  const missing = missingSecrets(document, env)
  const needed = missing.filter(({ effective }) => effective === 'now')
  if (needed.length === 0) return missing.map(told)
  const list = needed.map(told).join(', ')
  throw new HoldfastError(
    'usage',
    `The configuration names environment variables that are not set: ${list}. Set them, or switch off what needs them`,
  )
}
