// The recovery kit: one page of plain text with everything that a restore needs when nothing is left but a repository.

export type KitRepository = {
  readonly name: string
  readonly location: string
  /** The repository's own id, hexadecimal; absent while it could not be opened. */
  readonly engineId: string | null
}

export type KitKey = {
  /** Where the server keeps it. */
  readonly path: string
  /** The content of the key file, one line of text; undefined for bytes that are no text, which have to be copied as a file. */
  readonly line: string | undefined
}

export type Kit = {
  readonly madeAt: string
  readonly version: string
  readonly repositories: readonly KitRepository[]
  readonly key: KitKey
}

const LINE = /^[\x21-\x26\x28-\x7e]{1,512}\n?$/

/** The line of a key file that is text, without its newline; undefined for any other. */
export function keyLine(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes).toString('latin1')
  return LINE.test(text) ? text.replace(/\n$/, '') : undefined
}

/** @returns text that ends in a newline. It holds the key: whoever reads it can read every backup. */
export function recoveryKit({ madeAt, version, repositories, key }: Kit): string {
  const lines = [
    'HOLDFAST RECOVERY KIT',
    `made ${madeAt} by Holdfast ${version}`,
    '',
    'Whoever has this page and a repository can read every backup in it. Without the key nobody can, you',
    'included. Print it, or keep it in a password manager: not on this machine, and not in the backups.',
    '',
    'REPOSITORIES',
    ...repositories.map(
      ({ name, location, engineId }) => `  ${name}: ${location}  (id ${engineId ?? 'not known yet'})`,
    ),
    '',
    'THE KEY',
    ...keyLines(key),
    '',
    'THE PROGRAM',
    '  Holdfast, of the version named above or newer, from the place your company got it: not whatever a',
    '  package registry has under that name. Keep a copy of the program with this kit: of its whole folder,',
    '  with node_modules in it, so that it needs no network on another machine of the same kind.',
    '',
    'TO RESTORE',
    '  1. Take a Linux machine (glibc; x64 or arm64), and go to the folder of the program. If it has no',
    '     node_modules, type: npm ci (needs Node 16 or later, npm 9 or later, and a package registry).',
    ...keyStep(key),
    '  3. bin/holdfast snapshots --repo LOCATION --key-file backup.key',
    '     (lists the snapshots, oldest first. Each source, that is each schedule or set of folders, has its',
    '     own line of them: the last column tells them apart. None of one source has the files of another.)',
    '  4. bin/holdfast restore --repo LOCATION --key-file backup.key SNAPSHOT --target /some/empty/folder',
    '     (SNAPSHOT is an id of step 3. Repeat this for the newest snapshot of EACH source: one restore',
    '     brings back one source only. For a single file or folder type SNAPSHOT:/its/path in its place)',
    '  5. bin/holdfast verify --repo LOCATION --key-file backup.key --read-data',
    '',
    'Should Holdfast itself be lost: README.txt in each repository says how its bytes are laid out, and',
    'docs/repository-format.md of the program says all of it.',
  ]
  return `${lines.join('\n')}\n`
}

/** Without the line that says when it was made, and by which version. */
const withoutDate = (kit: string): string => kit.replace(/^made .*$/m, '')

const SECTIONS = /^(?:REPOSITORIES|THE KEY)\n(?:(?: {2}.*)?\n)*/gm

/** The repositories and the key in a kit, as they stand there. Other words, or another version, make no other kit of it. */
export const contentsOf = (kit: string): string => (kit.match(SECTIONS) ?? []).join('')

/** What the kit of now has that an older one has not: other contents have to be printed again, other words do not. */
export function changeOf(old: string, kit: string): 'none' | 'words' | 'contents' {
  if (contentsOf(old) !== contentsOf(kit)) return 'contents'
  return withoutDate(old) === withoutDate(kit) ? 'none' : 'words'
}

function keyLines({ path, line }: KitKey): string[] {
  if (line === undefined) return [`  It is no text. Copy the file ${path} to a safe place, bit for bit.`]
  return [
    `  ${line}`,
    '',
    `  It is the content of ${path}.`,
    '  This makes the file again, with the line end that it has; step 2 below says where to type it:',
    `    (umask 077; printf '%s\\n' '${line}' > backup.key)`,
  ]
}

/** The other steps are typed in the program's folder and name the key file without one: so it has to lie there. */
const keyStep = ({ line }: KitKey): string[] =>
  line === undefined
    ? ['  2. Copy the key file into that folder, as backup.key. Nobody but you may be able to read it.']
    : ['  2. In that folder make the key file: type the line above that begins with "(umask".']
