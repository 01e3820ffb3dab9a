// What the console does, as lines of `holdfast` to copy into a shell: each is the same work by hand, quoted for POSIX sh.
import { HoldfastError } from './errors.ts'
import type { backupTypes, overwriteWays } from './jobs.ts'

type BackupType = (typeof backupTypes)[number]
type OverwriteWay = (typeof overwriteWays)[number]

/** Text; or, for a name that is not UTF-8, its bytes in base64, which then count. */
export type Name = string | { readonly text: string; readonly bytes?: string | undefined }

/** Where a repository is and how it opens, as `repositories.get` tells. */
export type LineRepository = {
  readonly location: string
  readonly secretSource:
    | { readonly kind: 'key_file'; readonly path: string }
    | { readonly kind: 'environment'; readonly name: string }
    | { readonly kind: 'hsm' }
}

/** An engine's id (hexadecimal), or 'latest'. */
export type LineSnapshot = string

// What a terminal acts on, or what fools the reader. A newline does no harm within quotes, and a command substitution would lose one.
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/u
const plain = /^[A-Za-z0-9_@%+:,./-]+$/

/**
 * One word for POSIX sh. Control characters and bytes that are not UTF-8 are written as printf makes them: a paste shows and does nothing.
 *
 * @throws `usage` for a zero byte, which no argument can hold
 */
export function shellWord(name: Name): string {
  const parts = partsOf(name)
  const [only] = parts
  if (parts.length === 1 && only?.kind === 'text' && plain.test(only.text)) return only.text
  return parts.length === 0 ? "''" : parts.map(shown).join('')
}

type Part = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'bytes'; readonly bytes: number[] }

const shown = (part: Part): string =>
  part.kind === 'text' ? `'${part.text.replaceAll("'", `'\\''`)}'` : `"$(printf '${part.bytes.map(octal).join('')}')"`

const octal = (byte: number): string => `\\${byte.toString(8).padStart(3, '0')}`

/** Runs of characters that may be shown, and of bytes that may not. */
function partsOf(name: Name): Part[] {
  const parts: Part[] = []
  const add = (text: string | undefined, bytes: readonly number[]): void => {
    const last = parts.at(-1)
    if (text !== undefined) {
      if (last?.kind === 'text') parts[parts.length - 1] = { kind: 'text', text: last.text + text }
      else parts.push({ kind: 'text', text })
    } else if (last?.kind === 'bytes') last.bytes.push(...bytes)
    else parts.push({ kind: 'bytes', bytes: [...bytes] })
  }
  for (const { text, bytes } of charactersOf(bytesOf(name))) {
    if (bytes.includes(0)) throw new HoldfastError('usage', 'A zero byte can stand in no argument of a command')
    const safe = text !== undefined && (text === '\n' || !unsafe.test(text))
    add(safe ? text : undefined, bytes)
  }
  return parts
}

const bytesOf = (name: Name): Uint8Array => {
  if (typeof name === 'string') return new TextEncoder().encode(name)
  if (name.bytes === undefined) return new TextEncoder().encode(name.text)
  return Uint8Array.from(atob(name.bytes), (each) => each.charCodeAt(0))
}

/** The characters of UTF-8; `text` is absent for a byte that is none. */
function* charactersOf(bytes: Uint8Array): Generator<{ text: string | undefined; bytes: readonly number[] }> {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  for (let at = 0; at < bytes.length; ) {
    const length = lengthOf(bytes[at] ?? 0)
    const piece = bytes.subarray(at, at + length)
    const text = decoded(strict, piece)
    const taken = text === undefined ? piece.subarray(0, 1) : piece
    yield { text, bytes: [...taken] }
    at += taken.length
  }
}

const lengthOf = (first: number): number => (first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4)

function decoded(decoder: TextDecoder, bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    // Not UTF-8: the caller writes the bytes.
    return undefined
  }
}

/** An option with its value; one that begins with a dash is tied to its name, as the command wants it. */
const option = (name: string, value: Name): string => {
  const word = shellWord(value)
  return bytesOf(value)[0] === 0x2d ? `--${name}=${word}` : `--${name} ${word}`
}

const optional = (name: string, value: Name | undefined): string[] => (value === undefined ? [] : [option(name, value)])
const each = (name: string, values: readonly Name[] = []): string[] => values.map((value) => option(name, value))
const flag = (name: string, on: boolean | undefined): string[] => (on ? [`--${name}`] : [])

/** Words, after a `--` when one of them could be taken for an option. */
function words(...given: readonly Name[]): string[] {
  const shownWords = given.map(shellWord)
  return given.some((word) => bytesOf(word)[0] === 0x2d) ? ['--', ...shownWords] : shownWords
}

const line = (...parts: readonly (string | readonly string[])[]): string => parts.flat().join(' ')

/** `holdfast NAME --repo R` with the secret. A key in an HSM has no option: the command asks for another. */
function withRepository(command: string, { location, secretSource }: LineRepository): string {
  const head = `holdfast ${command} ${option('repo', location)}`
  if (secretSource.kind === 'key_file') return `${head} ${option('key-file', secretSource.path)}`
  if (secretSource.kind === 'environment' && secretSource.name !== 'BACKUP_ENCRYPTION_KEY')
    return `BACKUP_ENCRYPTION_KEY="$${secretSource.name}" ${head}`
  return head
}

/** Ids are cut as everywhere; 'latest' stays. */
const snapshotWord = (snapshot: LineSnapshot): string => (snapshot === 'latest' ? snapshot : snapshot.slice(0, 12))

/** A path of a snapshot with its slash in front; undefined for the top. */
function snapshotPath(path: Name | undefined): Name | undefined {
  if (path === undefined || bytesOf(path).length === 0) return undefined
  if (bytesOf(path)[0] === 0x2f) return path
  return prefixed('/', path)
}

/** `prefix` is ASCII. */
const prefixed = (prefix: string, name: Name): Name => {
  if (typeof name === 'string') return prefix + name
  return name.bytes === undefined
    ? prefix + name.text
    : { text: prefix + name.text, bytes: btoa(prefix + atob(name.bytes)) }
}

export type BackupLine = {
  readonly paths: readonly string[]
  readonly type?: BackupType | undefined
  readonly excludes?: readonly string[] | undefined
  readonly tags?: readonly string[] | undefined
  readonly allowEmpty?: boolean | undefined
}

export const backupLine = (repository: LineRepository, { paths, type, excludes, tags, allowEmpty }: BackupLine) =>
  line(
    withRepository('backup', repository),
    optional('type', type),
    each('exclude', excludes),
    each('tag', tags),
    flag('allow-empty', allowEmpty),
    words(...paths),
  )

export type RestoreLine = {
  readonly snapshot: LineSnapshot
  readonly path?: Name | undefined
  readonly target: string
  readonly include?: readonly string[] | undefined
  readonly overwrite?: OverwriteWay | undefined
  readonly dryRun?: boolean | undefined
  readonly verify?: boolean | undefined
}

export function restoreLine(repository: LineRepository, input: RestoreLine): string {
  const path = snapshotPath(input.path)
  const snapshot = snapshotWord(input.snapshot)
  return line(
    withRepository('restore', repository),
    option('target', input.target),
    each('include', input.include),
    optional('overwrite', input.overwrite),
    flag('dry-run', input.dryRun),
    flag('verify', input.verify),
    words(path === undefined ? snapshot : prefixed(`${snapshot}:`, path)),
  )
}

/** `sample` in percent. */
export const verifyLine = (repository: LineRepository, input: { readData?: boolean; sample?: number } = {}): string =>
  line(
    withRepository('verify', repository),
    flag('read-data', input.readData),
    optional('sample', input.sample === undefined ? undefined : `${input.sample}%`),
  )

export const snapshotsLine = (repository: LineRepository): string => withRepository('snapshots', repository)

export const lsLine = (
  repository: LineRepository,
  input: { snapshot: LineSnapshot; path?: Name | undefined; recursive?: boolean },
): string => {
  const path = snapshotPath(input.path)
  return line(
    withRepository('ls', repository),
    flag('recursive', input.recursive),
    words(snapshotWord(input.snapshot), ...(path === undefined ? [] : [path])),
  )
}

export const findLine = (repository: LineRepository, input: { pattern: string; ignoreCase?: boolean }): string =>
  line(withRepository('find', repository), flag('ignore-case', input.ignoreCase), words(input.pattern))

/** All versions of one file or folder: its path as a pattern, in which a byte that is no text is "any". */
export function versionsLine(repository: LineRepository, path: Name): string {
  const whole = snapshotPath(path) ?? '/'
  const pattern = [...charactersOf(bytesOf(whole))]
    .map(({ text }) => (text === undefined ? '?' : /[\\*?[\]]/.test(text) ? `\\${text}` : text))
    .join('')
  return findLine(repository, { pattern })
}

export const diffLine = (repository: LineRepository, input: { before: LineSnapshot; after: LineSnapshot }): string =>
  line(withRepository('diff', repository), words(snapshotWord(input.before), snapshotWord(input.after)))

export const initLine = (repository: LineRepository): string => withRepository('init', repository)
export const keyListLine = (repository: LineRepository): string => withRepository('key list', repository)
export const rebuildIndexLine = (repository: LineRepository, input: { readData?: boolean } = {}): string =>
  line(withRepository('rebuild-index', repository), flag('read-data', input.readData))

/** `expect`: an event, known from elsewhere, that must be in the trail. */
export const auditVerifyLine = (expect?: { seq: number; hash: string }): string =>
  line('holdfast audit verify', optional('expect', expect && `${expect.seq}:${expect.hash}`))

export const catalogRebuildLine = (): string => 'holdfast catalog rebuild'

/** Checks a configuration file; what the console's import does beyond that needs the server. */
export const configCheckLine = (file: string): string => line('holdfast config check', words(file))
