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
    'TO RESTORE',
    '  1. Any Linux machine with Node 16 or later and npm. Get Holdfast, and type: npm ci',
    '  2. holdfast snapshots --repo LOCATION --key-file backup.key',
    '  3. holdfast restore --repo LOCATION --key-file backup.key latest --target /some/empty/folder',
    '  4. holdfast verify --repo LOCATION --key-file backup.key --read-data',
    '',
    'README.txt in each repository says how its bytes are laid out, should Holdfast itself be lost.',
  ]
  return `${lines.join('\n')}\n`
}

function keyLines({ path, line }: KitKey): string[] {
  if (line === undefined) return [`  It is no text. Copy the file ${path} to a safe place, bit for bit.`]
  return [
    `  ${line}`,
    '',
    `  It is the content of ${path}. To make the file again (with the line end that it has):`,
    `    (umask 077; printf '%s\\n' '${line}' > backup.key)`,
  ]
}
