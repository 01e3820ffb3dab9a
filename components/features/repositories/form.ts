// The form of a repository: its values, and what the API takes. Pure.

export const compressions = ['zstd', 'gzip', 'bzip2', 'xz', '7z', 'none'] as const
type Compression = (typeof compressions)[number]

export type SecretValues = { readonly kind: 'key_file' | 'environment'; readonly path: string; readonly name: string }

const secretOf = ({ kind, path, name }: SecretValues) =>
  kind === 'key_file' ? { kind, path: path.trim() } : { kind, name: name.trim() }

function mistakeInSecret({ kind, path, name }: SecretValues): string | undefined {
  if (kind === 'key_file') return path.startsWith('/') ? undefined : 'An absolute path, like /etc/holdfast/backup.key'
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name.trim()) ? undefined : 'The name of a variable: letters, digits and _'
}

export type Values = {
  readonly name: string
  readonly location: string
  readonly secret: SecretValues
  /** '' is as the configuration says. */
  readonly compression: string
  readonly retentionDays: string
}

export type Mistakes = { readonly [K in keyof Values]?: string }

export const emptyValues: Values = {
  name: '',
  location: '',
  secret: { kind: 'key_file', path: '', name: 'BACKUP_ENCRYPTION_KEY' },
  compression: '',
  retentionDays: '',
}

/** @param located whether the place is asked for: it never changes afterwards */
export function mistakesIn(values: Values, located: boolean): Mistakes {
  const secret = mistakeInSecret(values.secret)
  const days = Number(values.retentionDays)
  return {
    // Which characters it may have is the server's to say.
    ...(values.name.trim() === '' && { name: 'It needs a name' }),
    ...(located && !values.location.startsWith('/') && { location: 'An absolute path, like /mnt/backups' }),
    ...(secret !== undefined && { secret }),
    ...(values.retentionDays !== '' &&
      !(Number.isInteger(days) && days >= 1 && days <= 36_525) && { retentionDays: 'A whole number of days from 1' }),
  }
}

const isCompression = (text: string): text is Compression => (compressions as readonly string[]).includes(text)

const settingsOf = ({ compression, retentionDays }: Values) => ({
  ...(isCompression(compression) && { compression }),
  ...(retentionDays !== '' && { retentionDays: Number(retentionDays) }),
})

export const createInput = (values: Values, expect: 'new' | 'existing' | 'either') => ({
  name: values.name.trim(),
  type: 'local' as const,
  location: values.location.trim(),
  secretSource: secretOf(values.secret),
  settings: settingsOf(values),
  expect,
})

export const updateInput = (id: string, values: Values, iterations: number | undefined) => ({
  id,
  name: values.name.trim(),
  secretSource: secretOf(values.secret),
  settings: { ...settingsOf(values), ...(iterations === undefined ? {} : { iterations }) },
})
