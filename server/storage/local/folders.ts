// Folders of a local repository, opened one step at a time so that no symbolic link inside it is followed by a write.
import * as fs from 'node:fs'
import * as path from 'node:path'
import { promisify } from 'node:util'
import { errno, errnoName, systemError } from '../errno.ts'

/** An open folder: use `entry` for what is in it, `path` only for messages. */
export type Folder = { readonly fd: number; readonly path: string }

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = fs.constants
const fsync = promisify(fs.fsync)

// Node has no openat(2). On Linux a name below /proc/self/fd/N is looked up in the very folder that is open, even when somebody renames
// it or plants a link meanwhile; elsewhere the path is used, and each step is still opened with O_NOFOLLOW.
const haveProc = fs.existsSync('/proc/self/fd')

/** The path by which to reach `name` in an open folder. */
export const entry = (folder: Folder, name: string): string =>
  haveProc ? `/proc/self/fd/${folder.fd}/${name}` : path.join(folder.path, name)

/** The folders of the repository at `root`. With `durable` a folder that was used here survives a power cut. */
export class Folders {
  readonly root: string
  readonly durable: boolean
  // Folders whose own entry is on the disk for sure. One that exists may have been made a moment ago by another process that has not
  // synced it yet, so its parent is synced once by everybody who relies on it.
  readonly #settled = new Set<string>()

  constructor(root: string, durable: boolean) {
    this.root = root
    this.durable = durable
  }

  /** Runs `use` in the folder, made (0700) when it is missing; it is closed afterwards. */
  async within<T>(names: readonly string[], use: (folder: Folder) => T | Promise<T>): Promise<T> {
    const folder = await this.#open(names)
    try {
      return await use(folder)
    } finally {
      fs.closeSync(folder.fd)
    }
  }

  /** Like `within`, but gives undefined, without calling `use`, when the folder does not exist. */
  async withinExisting<T>(names: readonly string[], use: (folder: Folder) => T | Promise<T>): Promise<T | undefined> {
    const folder = this.#openExisting(names)
    if (folder === undefined) return undefined
    try {
      return await use(folder)
    } finally {
      fs.closeSync(folder.fd)
    }
  }

  /** Makes what happened in the folder (links, renames, removals) survive a power cut. */
  async sync(folder: Folder): Promise<void> {
    if (!this.durable) return
    try {
      await fsync(folder.fd)
    } catch (error) {
      // Some network file systems have no fsync for folders: they keep them in order themselves.
      if (errnoName(error) !== 'EINVAL') throw systemError(error, 'writing', 'sync', folder.path)
    }
  }

  async #open(names: readonly string[]): Promise<Folder> {
    let folder = await this.#openRoot()
    for (const name of names) {
      const parent = folder
      try {
        folder = await this.#openOrMake(parent, name)
      } finally {
        fs.closeSync(parent.fd)
      }
    }
    return folder
  }

  async #openRoot(): Promise<Folder> {
    const root = openRoot(this.root)
    if (root !== undefined) return root
    await this.#makeRoot(this.root)
    return openRoot(this.root) ?? fail('open', this.root)
  }

  async #makeRoot(root: string): Promise<void> {
    const parent = path.dirname(root)
    if (parent !== root && !fs.existsSync(parent)) await this.#makeRoot(parent)
    makeFolder(root, root)
    const folder = openRoot(parent) ?? fail('open', parent)
    try {
      await this.sync(folder)
    } finally {
      fs.closeSync(folder.fd)
    }
  }

  async #openOrMake(parent: Folder, name: string): Promise<Folder> {
    let child = openChild(parent, name)
    if (child === undefined) {
      makeFolder(entry(parent, name), path.join(parent.path, name))
      child = openChild(parent, name) ?? fail('open', path.join(parent.path, name))
    } else if (this.#settled.has(child.path)) {
      return child
    }
    try {
      await this.sync(parent)
    } catch (error) {
      fs.closeSync(child.fd)
      throw error
    }
    this.#settled.add(child.path)
    return child
  }

  #openExisting(names: readonly string[]): Folder | undefined {
    let folder = openRoot(this.root)
    for (const name of names) {
      if (folder === undefined) return undefined
      const parent: Folder = folder
      try {
        folder = openChild(parent, name, true)
      } finally {
        fs.closeSync(parent.fd)
      }
    }
    return folder
  }
}

/** The root itself may be reached through links: its owner chose that path. Undefined when it is missing. */
function openRoot(root: string): Folder | undefined {
  try {
    return { fd: fs.openSync(root, O_RDONLY | O_DIRECTORY), path: root }
  } catch (error) {
    if (errnoName(error) === 'ENOENT') return undefined
    throw systemError(error, 'writing', 'open the folder', root)
  }
}

/** Undefined when it is missing, and with `fileIsNone` also when a file is in its place; `refused` for a symbolic link. */
function openChild(parent: Folder, name: string, fileIsNone = false): Folder | undefined {
  const where = entry(parent, name)
  const shown = path.join(parent.path, name)
  try {
    return { fd: fs.openSync(where, O_RDONLY | O_DIRECTORY | O_NOFOLLOW), path: shown }
  } catch (error) {
    const cause = errnoName(error)
    if (cause === 'ENOENT') return undefined
    // O_DIRECTORY turns the ELOOP of a link into ENOTDIR: look again, so that the message tells which.
    const isLink = fs.lstatSync(where, { throwIfNoEntry: false })?.isSymbolicLink() === true
    if (fileIsNone && cause === 'ENOTDIR' && !isLink) return undefined
    throw systemError(isLink ? errno('ELOOP') : error, 'writing', 'open the folder', shown)
  }
}

/** Removes a file or a link; false when there was none. (rmSync loses the number of the error.) */
export function unlink(where: string): boolean {
  try {
    fs.unlinkSync(where)
    return true
  } catch (error) {
    if (errnoName(error) === 'ENOENT') return false
    throw error
  }
}

function makeFolder(where: string, shown: string): void {
  try {
    fs.mkdirSync(where, { mode: 0o700 })
  } catch (error) {
    if (errnoName(error) !== 'EEXIST') throw systemError(error, 'writing', 'create the folder', shown)
  }
}

function fail(action: string, shown: string): never {
  throw systemError(errno('ENOENT'), 'writing', action, shown)
}
