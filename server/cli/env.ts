// The environment, read here and nowhere else. Values are byte strings.
import { bytesOf, mayBeLossy, readProcStrings } from './bytes.ts'

/** The variables that the command knows, and what --help says of them. */
export const variables = {
  HOLDFAST_PASSWORD: 'the password itself',
  HOLDFAST_PASSWORD_FILE: 'a file that holds the password',
  BACKUP_ENCRYPTION_KEY: 'a key (slots of kind environment)',
  BACKUP_RECOVERY_ENCRYPTION_KEY_PATH: 'a key file',
  HOLDFAST_NEW_PASSWORD: 'the new password, for "key add" and "key change"',
  HOLDFAST_CACHE_DIR: 'folder for caches (default: $XDG_CACHE_HOME/holdfast or ~/.cache/holdfast)',
} as const

export type Environment = {
  /** The value as a byte string; undefined when the variable is not set, or empty. */
  get(name: string): string | undefined
}

export const environment: Environment = {
  get(name) {
    const value = process.env[name]
    if (value === undefined || value === '') return undefined
    return mayBeLossy(value) ? rawValue(name, value) : bytesOf(value)
  },
}

/** Node decodes values as UTF-8 and loses what is not; the kernel keeps what the process was started with. */
function rawValue(name: string, value: string): string {
  const raw = readProcStrings('/proc/self/environ').find((line) => line.startsWith(`${name}=`))
  return raw?.slice(name.length + 1) ?? bytesOf(value)
}
