// The configuration that counts: the stored document with the environment's values over it.
import type { ConfigDocument } from '../contract/config/document.ts'
import { overrides, withOverrides } from '../contract/config/environment.ts'
import type { Environment } from './environment.ts'

export type Overridden = {
  readonly variable: string
  /** The keys that it takes the place of. */
  readonly keys: string
  readonly value: string | number | boolean
}

export type Effective = {
  readonly document: ConfigDocument
  /** Which values come from the environment, for the console to show. */
  readonly overridden: readonly Overridden[]
}

export function effective(document: ConfigDocument, env: Pick<Environment, 'overrides'>): Effective {
  const overridden = overrides.flatMap(({ variable, keys, field }) => {
    const value = env.overrides[field]
    return value === undefined ? [] : [{ variable, keys, value }]
  })
  return { document: withOverrides(document, env.overrides), overridden }
}
