// The drivers by URL scheme. A new driver is a file and a line here; it is loaded only when it is used.
import { fileURLToPath } from 'node:url'
import { HoldfastError, messageOf } from '../contract/errors.ts'
import type { Storage } from './types.ts'

export type OpenOptions = {
  /** A path, or a URL of one of the schemes below. */
  readonly url: string
  /** False: a power cut may lose what was written last (for caches). */
  readonly durable?: boolean
}

type Driver = {
  /** For messages and help: what such a URL looks like. */
  readonly example: string
  readonly open: (url: URL, options: OpenOptions) => Promise<Storage>
}

/** Keys are schemes without the colon. */
export const drivers: Readonly<Record<string, Driver>> = {
  file: { example: '/srv/backups or file:///srv/backups', open: (url, options) => openFolder(pathOf(url), options) },
}

/** The bare driver (no wrappers) for a URL; `unsupported` for an unknown scheme. */
export async function openDriver(options: OpenOptions): Promise<Storage> {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(options.url)?.[1]?.toLowerCase()
  if (scheme === undefined) return openFolder(options.url, options)
  const driver = Object.hasOwn(drivers, scheme) ? drivers[scheme] : undefined
  if (driver === undefined) throw unknownScheme(scheme)
  return driver.open(parse(options.url, scheme), options)
}

async function openFolder(path: string, { durable = true }: OpenOptions): Promise<Storage> {
  if (path === '') throw new HoldfastError('usage', 'The path of the repository is empty: name a folder')
  const { openLocal } = await import('./local.ts')
  return openLocal(path, { durable })
}

function pathOf(url: URL): string {
  try {
    if (url.search === '' && url.hash === '') return fileURLToPath(url)
  } catch (error) {
    throw new HoldfastError('usage', `Bad file URL: ${messageOf(error)}. Allowed: ${drivers.file?.example}`, {
      cause: error,
    })
  }
  throw new HoldfastError('usage', 'Bad file URL: "?" and "#" must be written as %3F and %23, or give the path instead')
}

// Messages never show a URL: it may hold a password.
function parse(url: string, scheme: string): URL {
  if (URL.canParse(url)) return new URL(url)
  throw new HoldfastError('usage', `Bad ${scheme}: URL. Example: ${drivers[scheme]?.example}`)
}

function unknownScheme(scheme: string): HoldfastError {
  const allowed = Object.entries(drivers).map(([name, { example }]) => `${name} (${example})`)
  return new HoldfastError(
    'unsupported',
    `No storage driver for "${scheme}:". Allowed: ${allowed.join(', ')}; write ./${scheme}:... for a folder of that name`,
  )
}
