// Opens the repository that --repo names, with its cache.
import { mkdirSync, realpathSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { HoldfastError, hasCode, messageOf } from '../contract/errors.ts'
import type { Place, Repository } from '../engine/repository/repository.ts'
import type { Storage, StorageRef } from '../storage/types.ts'
import { bytesOf, fspath, needText, onOneLine } from './bytes.ts'
import type { Context, repositoryOptions, Values } from './command.ts'
import { type FoundSecret, findSecret } from './secret.ts'
import { required } from './values.ts'

export type RepositoryOptions = Values<typeof repositoryOptions>

export type Opened = {
  readonly repository: Repository
  /** Folders (absolute byte strings, real paths) that belong to the repository and its cache: a backup leaves them out. */
  readonly folders: readonly string[]
}

export type OpenedStorage = { readonly storage: Storage; readonly ref: StorageRef; readonly url: string }

/** The storage alone, for what needs no secret. @throws `usage`, `unsupported` */
export async function openStorage(options: RepositoryOptions): Promise<OpenedStorage> {
  const url = needText(required('repo', options.repo), '--repo')
  const { open, storageRef } = await import('../storage/open.ts')
  return { storage: await open({ url }), ref: storageRef({ url }), url }
}

/**
 * Opens the repository. `meanwhile` is called once while the key is derived in another thread: the time for imports.
 * @throws `usage`, `not_found`, `wrong_secret`, `damaged`, `unsupported`
 */
export async function openRepository(
  options: RepositoryOptions,
  context: Context,
  meanwhile?: () => Promise<unknown>,
): Promise<Opened> {
  const [{ Repository }, { storage, ref, url }] = await Promise.all([
    import('../engine/repository/repository.ts'),
    openStorage(options),
  ])
  const found = await findSecret(options, context)
  const cache = await openCache(storage, context)
  const place: Place = { storage, ref, cache: cache?.storage }
  const opening = Repository.open(place, found.secret).catch(async (error: unknown) => {
    if (hasCode(error, 'wrong_secret')) throw await explain(error, storage, found)
    if (hasCode(error, 'not_found'))
      throw new HoldfastError('not_found', `${shownUrl(url)}: ${messageOf(error)}`, { cause: error })
    throw error
  })
  // Should it fail before anybody waits for it, that is told when somebody does.
  opening.catch(() => undefined)
  if (meanwhile) {
    // Lets `opening` get as far as the key derivation, which another thread does.
    await new Promise((resolve) => setImmediate(resolve))
    await Promise.all([opening, meanwhile()])
  }
  const folders = [localFolder(url), cache?.folder].filter((folder) => folder !== undefined).map(realPath)
  return { repository: await opening, folders }
}

/** Says which secret was wrong, and whether it could have been right. */
async function explain(error: unknown, storage: Storage, { secret, from }: FoundSecret): Promise<unknown> {
  const { readSlots } = await import('../engine/repository/slots.ts')
  const { slots, damaged } = await readSlots(storage)
  const kinds = [...new Set(slots.map((slot) => slot.kind))]
  const spoilt = damaged.length > 0 ? ` (${damaged.length} more can't be read)` : ''
  if (kinds.includes(secret.kind)) {
    const tried = slots.filter((slot) => slot.kind === secret.kind).length
    const slot = tried === 1 ? 'the only key slot of its kind' : `any of the ${tried} key slots of its kind`
    return new HoldfastError('wrong_secret', `Wrong ${secret.kind} (from ${from}): it does not open ${slot}${spoilt}`, {
      cause: error,
    })
  }
  return new HoldfastError(
    'wrong_secret',
    `${from} gives a secret of kind ${secret.kind}, but no key slot is of that kind (there are: ${kinds.join(', ')})${spoilt}`,
    { cause: error },
  )
}

/** The folder of a local repository; undefined for one elsewhere. */
export function localFolder(url: string): string | undefined {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(url)) return path.resolve(url)
  return /^file:/i.test(url) ? fileURLToPath(url) : undefined
}

/** The address as it may be shown: a URL may hold a password, or a signature in its query. */
export function shownUrl(url: string): string {
  if (localFolder(url) !== undefined || !URL.canParse(url)) return onOneLine(url)
  const { protocol, host, pathname } = new URL(url)
  return onOneLine(`${protocol}//${host}${pathname}`)
}

/** The real path (a byte string) of a folder given as text; one that is not there yet stays as it is. */
function realPath(folder: string): string {
  try {
    return realPathOf(bytesOf(folder))
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOENT') throw error
    return bytesOf(folder)
  }
}

/** The real path of a file or folder, all links resolved; byte strings. @throws what the file system says */
export const realPathOf = (bytes: string): string => realpathSync.native(fspath(bytes), { encoding: 'latin1' })

type Cache = { readonly storage: Storage; readonly folder: string }

/** A local repository is as near as its cache would be: it gets one only when it is asked for. */
async function openCache(storage: Storage, context: Context): Promise<Cache | undefined> {
  const asked = context.env.get('HOLDFAST_CACHE_DIR')
  if (asked === undefined && storage.capabilities.kind === 'local') return undefined
  try {
    const base = asked ?? defaultCache(context)
    const id = base === undefined ? undefined : await repositoryId(storage)
    if (base === undefined || id === undefined) return undefined
    const folder = path.resolve(needText(base, 'The cache folder'), id.slice(0, 16))
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const { open } = await import('../storage/open.ts')
    return { storage: await open({ url: folder, durable: false }), folder }
  } catch (error) {
    context.out.detail(`There is no cache: ${messageOf(error)}`)
    return undefined
  }
}

function defaultCache({ env }: Context): string | undefined {
  const xdg = env.get('XDG_CACHE_HOME')
  // The standard says: a relative one is to be ignored.
  if (xdg?.startsWith('/')) return `${xdg}/holdfast`
  const home = env.get('HOME')
  return home?.startsWith('/') ? `${home}/.cache/holdfast` : undefined
}

/** From the config object, which is readable without a key; undefined when it is lost. */
export async function repositoryId(storage: Storage): Promise<string | undefined> {
  const { CONFIG_KEY, parseConfig } = await import('../engine/repository/config.ts')
  try {
    return parseConfig(Buffer.from(await storage.get(CONFIG_KEY)).toString()).id
  } catch (error) {
    if (hasCode(error, 'not_found') || hasCode(error, 'damaged')) return undefined
    throw error
  }
}
