// Where the secret of a repository comes from. What is stored is the place, never the secret.
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { HoldfastError, messageOf } from '../../contract/errors.ts'
import type { Secret } from '../../engine/repository/slots.ts'

export const secretSourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('key_file'), path: z.string().startsWith('/').max(4096) }),
  z.strictObject({ kind: z.literal('environment'), name: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,199}$/) }),
  z.strictObject({ kind: z.literal('hsm'), module: z.string().max(4096), keyLabel: z.string().max(100) }),
])
export type SecretSource = z.infer<typeof secretSourceSchema>

/** The value of an environment variable; undefined when it is not set. */
export type Variables = (name: string) => string | undefined

/** More is no key, but a file that was named by mistake. */
const MAX_KEY = 1 << 20

/**
 * @throws `not_found` when there is no such file or variable, `refused` when the file is open to others, `denied` when it can't be read,
 *   `usage` when it holds nothing, `unsupported` for an HSM
 */
export function readSecret(source: SecretSource, variable: Variables): Secret {
  if (source.kind === 'key_file') return { kind: 'keyfile', bytes: readKeyFile(source.path) }
  if (source.kind === 'hsm') {
    const message = `The key "${source.keyLabel}" is in an HSM, which this version can't ask; allowed are "file" and "environment"`
    throw new HoldfastError('unsupported', message)
  }
  const value = variable(source.name)
  if (value === undefined) {
    throw new HoldfastError(
      'not_found',
      `The variable ${source.name}, which holds the key of the repository, is not set`,
    )
  }
  return { kind: 'environment', bytes: Buffer.from(value) }
}

function readKeyFile(path: string): Buffer {
  const descriptor = open(path)
  try {
    const stats = fstatSync(descriptor)
    const mode = stats.mode & 0o777
    if (!stats.isFile()) throw new HoldfastError('usage', `The key file ${path} is no file`)
    if ((mode & 0o077) !== 0) {
      const message = `The key file ${path} is open to others (mode ${mode.toString(8)}); it must be 600: chmod 600 it, and think about who has read it`
      throw new HoldfastError('refused', message)
    }
    if (stats.size === 0 || stats.size > MAX_KEY) {
      throw new HoldfastError('usage', `The key file ${path} has ${stats.size} bytes; 1 to ${MAX_KEY} are allowed`)
    }
    return readFileSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function open(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (error) {
    const code = (error as { code?: unknown }).code
    if (code === 'ENOENT') throw new HoldfastError('not_found', `There is no key file ${path}`, { cause: error })
    throw new HoldfastError('denied', `The key file ${path} can't be read: ${messageOf(error)}`, { cause: error })
  }
}
