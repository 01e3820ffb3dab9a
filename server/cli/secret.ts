// Where the secret of a repository comes from: options, environment, or a person. The first way that is set is taken.
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { HoldfastError, messageOf } from '../contract/errors.ts'
import type { Secret, SecretKind } from '../engine/repository/slots.ts'
import { fspath, quote } from './bytes.ts'
import type { Context, repositoryOptions, Values } from './command.ts'
import type { Output } from './output.ts'

/** A secret, and how to speak of where it came from. */
export type FoundSecret = { readonly secret: Secret; readonly from: string }

/** One way to give a secret: a value, or a file that holds it. All are byte strings. */
type Way = {
  readonly from: string
  readonly kind: SecretKind
  readonly value?: string | undefined
  readonly file?: string | undefined
}

type SecretOptions = Pick<Values<typeof repositoryOptions>, 'password-file' | 'key-file'>

export const secretWays =
  '--password-file, --key-file, or one of the variables HOLDFAST_PASSWORD, HOLDFAST_PASSWORD_FILE, BACKUP_ENCRYPTION_KEY and BACKUP_RECOVERY_ENCRYPTION_KEY_PATH'

/** In the order in which they count. */
function waysToOpen(options: SecretOptions, { env }: Context): Way[] {
  return [
    { from: '--password-file', kind: 'password', file: options['password-file'] },
    { from: '--key-file', kind: 'keyfile', file: options['key-file'] },
    { from: 'HOLDFAST_PASSWORD', kind: 'password', value: env.get('HOLDFAST_PASSWORD') },
    { from: 'HOLDFAST_PASSWORD_FILE', kind: 'password', file: env.get('HOLDFAST_PASSWORD_FILE') },
    { from: 'BACKUP_ENCRYPTION_KEY', kind: 'environment', value: env.get('BACKUP_ENCRYPTION_KEY') },
    {
      from: 'BACKUP_RECOVERY_ENCRYPTION_KEY_PATH',
      kind: 'keyfile',
      file: env.get('BACKUP_RECOVERY_ENCRYPTION_KEY_PATH'),
    },
  ]
}

/** The secret that is set somewhere; undefined when none is. @throws `usage` for a file that can't be read */
export function givenSecret(options: SecretOptions, context: Context): FoundSecret | undefined {
  return firstOf(waysToOpen(options, context), context.out)
}

/** The secret to open a repository with; a person is asked when none is set (twice for a new repository). @throws `usage` when nobody can be */
export async function findSecret(options: SecretOptions, context: Context, isNew = false): Promise<FoundSecret> {
  return (
    givenSecret(options, context) ?? askFor(isNew ? 'Password for the new repository' : 'Password', isNew, secretWays)
  )
}

export type NewSecretOptions = {
  readonly 'new-password-file': string | undefined
  readonly 'new-key-file': string | undefined
  readonly 'new-key-env': string | undefined
}

/** The secret of a new key slot. @throws `usage` */
export async function findNewSecret(options: NewSecretOptions, context: Context): Promise<FoundSecret> {
  const { env, out } = context
  const variable = options['new-key-env']
  const key = variable === undefined ? undefined : env.get(variable)
  if (variable !== undefined && key === undefined) {
    throw new HoldfastError('usage', `--new-key-env names the variable ${quote(variable)}, which is not set`)
  }
  const ways: Way[] = [
    { from: '--new-password-file', kind: 'password', file: options['new-password-file'] },
    { from: '--new-key-file', kind: 'keyfile', file: options['new-key-file'] },
    { from: '--new-key-env', kind: 'environment', value: key },
    { from: 'HOLDFAST_NEW_PASSWORD', kind: 'password', value: env.get('HOLDFAST_NEW_PASSWORD') },
  ]
  const allowed = '--new-password-file, --new-key-file, --new-key-env, or the variable HOLDFAST_NEW_PASSWORD'
  return firstOf(ways, out) ?? askFor('New password', true, allowed)
}

function firstOf(ways: readonly Way[], out: Output): FoundSecret | undefined {
  const set = ways.filter(({ value, file }) => value !== undefined || file !== undefined)
  const [way, ...others] = set
  if (!way) return undefined
  if (others.length > 0)
    out.detail(`The secret is taken from ${way.from}, not from ${others.map((other) => other.from).join(', ')}`)
  return { secret: { kind: way.kind, bytes: bytesOfWay(way, out) }, from: way.from }
}

function bytesOfWay({ from, kind, value, file }: Way, out: Output): Buffer {
  if (file === undefined) return Buffer.from(value ?? '', 'latin1')
  const bytes = readSecretFile(from, file, out)
  return kind === 'password' ? withoutNewline(bytes) : bytes
}

const NEWLINE = 0x0a
const RETURN = 0x0d

/** A password is typed into its file with an editor, which ends the line. */
function withoutNewline(bytes: Buffer): Buffer {
  if (bytes.at(-1) !== NEWLINE) return bytes
  return bytes.subarray(0, bytes.at(-2) === RETURN ? -2 : -1)
}

function readSecretFile(from: string, file: string, out: Output): Buffer {
  try {
    const fd = openSync(fspath(file), 'r')
    try {
      warnIfOpenToOthers(fd, from, file, out)
      return readFileSync(fd)
    } finally {
      closeSync(fd)
    }
  } catch (error) {
    // Node's message would show the path without escapes.
    const why = (error as { code?: string }).code ?? messageOf(error)
    throw new HoldfastError('usage', `${from} names ${quote(file)}, which can't be read: ${why}`, { cause: error })
  }
}

function warnIfOpenToOthers(fd: number, from: string, file: string, out: Output): void {
  const stats = fstatSync(fd)
  const mode = stats.mode & 0o777
  if (!stats.isFile() || (mode & 0o077) === 0) return
  out.note(`Warning: ${quote(file)} (${from}) is open to others, mode ${mode.toString(8)}; it should be 600`)
}

async function askFor(question: string, twice: boolean, allowed: string): Promise<FoundSecret> {
  const terminal = await import('./terminal.ts')
  if (!(await terminal.canAsk())) {
    throw new HoldfastError('usage', `No secret is set, and there is no terminal to ask on. Allowed: ${allowed}`)
  }
  const bytes = await (twice ? terminal.askTwice(question) : terminal.ask(question))
  return { secret: { kind: 'password', bytes }, from: 'the terminal' }
}
