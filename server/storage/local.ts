// Driver "local": a repository in a folder. File calls are synchronous, because the engine's threads call it and the promise API costs
// twenty times as much for a small file; only the flushes to the disk are waited for.
import * as fs from 'node:fs'
import * as path from 'node:path'
import { codeOf, HoldfastError } from '../contract/errors.ts'
import { systemClock } from '../lib/clock.ts'
import { errno, errnoName, systemError } from './errno.ts'
import { checkKey, isKey, splitPrefix } from './keys.ts'
import { entry, type Folder, Folders, unlink } from './local/folders.ts'
import { removeAbandoned } from './local/temporary.ts'
import { createWriter, refuseRetention } from './local/writer.ts'
import { partsOf, roomFor, spanOf } from './range.ts'
import type { Capabilities, GetOptions, ObjectInfo, ObjectWriter, PutOptions, Storage } from './types.ts'

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants
// A link in the place of an object is refused; a pipe in its place must not block the thread for ever.
const openForReading = O_RDONLY | O_NOFOLLOW | O_NONBLOCK

/**
 * The storage over the folder `path`, which is made when first written to. Removes temporary files whose writers are dead.
 * `durable: false` leaves out the flushes to the disk: for caches, which may be lost in a power cut.
 */
export async function openLocal(path_: string, { durable = true } = {}): Promise<Storage> {
  const root = path.resolve(path_)
  checkRoot(root)
  const folders = new Folders(root, durable)
  await removeAbandoned(folders, systemClock.now())
  return new LocalStorage(folders)
}

function checkRoot(root: string): void {
  if (root.includes('\0'))
    throw new HoldfastError('usage', `Bad path ${JSON.stringify(root)}: it holds a NUL character`)
  try {
    const stats = fs.statSync(root, { throwIfNoEntry: false })
    if (stats === undefined || stats.isDirectory()) return
  } catch (error) {
    throw systemError(error, 'writing', 'open the repository folder', root)
  }
  throw new HoldfastError('usage', `${root} is no folder: name a folder, or a path that does not exist yet`)
}

class LocalStorage implements Storage {
  readonly capabilities: Capabilities = { kind: 'local', conditionalPut: true, lock: false }
  readonly #folders: Folders
  readonly #prefix: string

  constructor(folders: Folders) {
    this.#folders = folders
    this.#prefix = folders.root.endsWith('/') ? folders.root : `${folders.root}/`
  }

  async get(key: string, options: GetOptions = {}): Promise<Uint8Array> {
    const file = this.#prefix + checkKey(key)
    const fd = openFile(file)
    try {
      const stats = fs.fstatSync(fd)
      if (!stats.isFile()) throw errno('ENOENT')
      const { offset, length } = spanOf(key, stats.size, options.range)
      const room = roomFor(key, length, options.into)
      readExactly(fd, room, offset, file)
      return room
    } catch (error) {
      throw systemError(error, 'reading', 'read', file)
    } finally {
      fs.closeSync(fd)
    }
  }

  async stat(key: string): Promise<ObjectInfo> {
    const info = statObject(this.#prefix + checkKey(key), key)
    if (info === undefined) throw systemError(errno('ENOENT'), 'reading', 'find', this.#prefix + key)
    return info
  }

  async *list(prefix: string): AsyncGenerator<ObjectInfo> {
    const { folder, name } = splitPrefix(prefix)
    // A link would show objects of elsewhere. (Below this folder the walk meets links as entries, and refuses them.)
    const names = folder.split('/')
    names.forEach((_, i) => {
      statObject(this.#prefix + names.slice(0, i + 1).join('/'), folder)
    })
    yield* this.#walk(folder, name)
  }

  async put(key: string, bytes: Uint8Array | readonly Uint8Array[], options: PutOptions = {}): Promise<void> {
    checkKey(key)
    refuseRetention(key, options)
    const writer = await this.create()
    for (const part of partsOf(bytes)) await writer.append(part)
    await writer.commit(key, options)
  }

  create(): Promise<ObjectWriter> {
    return createWriter(this.#folders)
  }

  async delete(key: string): Promise<void> {
    const names = checkKey(key).split('/')
    const base = names.pop() ?? key
    await this.#folders.withinExisting(names, async (folder) => {
      if (removeFile(folder, base)) await this.#folders.sync(folder)
    })
  }

  async close(): Promise<void> {
    // Nothing is held open between calls.
  }

  /** The objects of one folder whose names begin with `name`, and all below its folders of such names. */
  *#walk(folder: string, name: string): Generator<ObjectInfo> {
    for (const found of readFolder(this.#prefix + folder)) {
      const key = folder === '' ? found.name : `${folder}/${found.name}`
      // What is no key is none of ours: lost+found, and tmp/.
      if (!found.name.startsWith(name) || !isKey(key)) continue
      if (found.isDirectory()) yield* this.#walk(key, '')
      else {
        const info = statObject(this.#prefix + key, key)
        if (info !== undefined) yield info
      }
    }
  }
}

function openFile(file: string): number {
  try {
    return fs.openSync(file, openForReading)
  } catch (error) {
    throw systemError(error, 'reading', 'read', file)
  }
}

function readExactly(fd: number, room: Uint8Array, offset: number, file: string): void {
  for (let done = 0; done < room.length; ) {
    const got = fs.readSync(fd, room, done, room.length - done, offset + done)
    if (got === 0)
      throw new HoldfastError('damaged', `${file} ended ${room.length - done} bytes early while it was read`)
    done += got
  }
}

/** Undefined when there is nothing, or no file; `refused` for a link. */
function statObject(file: string, key: string): ObjectInfo | undefined {
  try {
    const stats = fs.lstatSync(file)
    if (stats.isSymbolicLink()) throw errno('ELOOP')
    return stats.isFile() ? { key, size: stats.size } : undefined
  } catch (error) {
    const known = systemError(error, 'reading', 'look at', file)
    if (codeOf(known) === 'not_found') return undefined
    throw known
  }
}

/** The entries of a folder; none when it is missing, vanished meanwhile, or is a file. */
function readFolder(folder: string): fs.Dirent[] {
  try {
    return fs.readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    const known = systemError(error, 'reading', 'list', folder)
    if (codeOf(known) === 'not_found') return []
    throw known
  }
}

/** False when there was nothing to remove. */
function removeFile(folder: Folder, base: string): boolean {
  try {
    return unlink(entry(folder, base))
  } catch (error) {
    // A folder is no object. (POSIX says EPERM, Linux EISDIR.)
    if (errnoName(error) === 'EISDIR') return false
    throw systemError(error, 'writing', 'delete', `${folder.path}/${base}`)
  }
}
