// One object of a local repository in the making: a temporary file that becomes the object by link(2) or rename(2).
import * as fs from 'node:fs'
import { promisify } from 'node:util'
import { codeOf, HoldfastError, messageOf } from '../../contract/errors.ts'
import { errnoName, systemError } from '../errno.ts'
import { checkKey } from '../keys.ts'
import type { ObjectWriter, PutOptions } from '../types.ts'
import { entry, type Folder, type Folders, unlink } from './folders.ts'
import { temporaryName, tmpFolder } from './temporary.ts'

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = fs.constants
// The asynchronous call: the thread goes on compressing while the disk flushes.
const fsync = promisify(fs.fsync)

/** Makes the temporary file (0600) and its writer. */
export async function createWriter(folders: Folders): Promise<ObjectWriter> {
  const name = temporaryName()
  const shown = `${folders.root}/${tmpFolder}/${name}`
  const fd = await folders.within([tmpFolder], (folder) => createFile(entry(folder, name), shown))
  return new LocalWriter(folders, name, shown, fd)
}

function createFile(where: string, shown: string): number {
  try {
    return fs.openSync(where, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
  } catch (error) {
    throw systemError(error, 'writing', 'create', shown)
  }
}

class LocalWriter implements ObjectWriter {
  readonly #folders: Folders
  readonly #name: string
  readonly #shown: string
  #fd: number
  #ended = false

  constructor(folders: Folders, name: string, shown: string, fd: number) {
    this.#folders = folders
    this.#name = name
    this.#shown = shown
    this.#fd = fd
  }

  async append(bytes: Uint8Array): Promise<void> {
    this.#checkOpen()
    try {
      for (let done = 0; done < bytes.length; ) done += fs.writeSync(this.#fd, bytes, done, bytes.length - done)
    } catch (error) {
      throw await this.#discardAfter(systemError(error, 'writing', 'write', this.#shown))
    }
  }

  async commit(key: string, options: PutOptions = {}): Promise<void> {
    this.#checkOpen()
    try {
      checkKey(key)
      refuseRetention(key, options)
      await this.#flush()
      await this.#publish(key, options.ifAbsent === true)
    } catch (error) {
      throw await this.#discardAfter(systemError(error, 'writing', 'commit', `${this.#folders.root}/${key}`))
    }
  }

  async abort(): Promise<void> {
    if (!this.#ended) await this.#discard()
  }

  #checkOpen(): void {
    if (this.#ended) throw new HoldfastError('usage', `The writer of ${this.#shown} has ended: create a new one`)
  }

  async #flush(): Promise<void> {
    if (this.#folders.durable) await fsync(this.#fd)
    this.#close()
  }

  /** A close can fail too (NFS reports a full disk there). */
  #close(): void {
    const fd = this.#fd
    this.#fd = -1
    if (fd >= 0) fs.closeSync(fd)
  }

  async #publish(key: string, ifAbsent: boolean): Promise<void> {
    const names = key.split('/')
    const base = names.pop() ?? key
    await this.#folders.within(names, (target) =>
      this.#folders.within([tmpFolder], async (tmp) => {
        if (ifAbsent) await this.#link(tmp, target, base, key)
        else await this.#rename(tmp, target, base)
      }),
    )
  }

  async #rename(tmp: Folder, target: Folder, base: string): Promise<void> {
    const where = entry(target, base)
    const replaces = fs.existsSync(where)
    fs.renameSync(entry(tmp, this.#name), where)
    this.#ended = true
    await this.#settle(target, where, !replaces)
  }

  async #link(tmp: Folder, target: Folder, base: string, key: string): Promise<void> {
    const where = entry(target, base)
    try {
      fs.linkSync(entry(tmp, this.#name), where)
    } catch (error) {
      if (errnoName(error) === 'EEXIST') throw new HoldfastError('exists', `${target.path}/${base} exists already`)
      throw systemError(error, 'linking', 'link', `${this.#folders.root}/${key}`)
    }
    await this.#settle(target, where, true)
    unlink(entry(tmp, this.#name))
    this.#ended = true
  }

  /** Syncs the folder. An object that may not be on the disk must not be taken for stored by whoever asks next: `remove` it. */
  async #settle(target: Folder, where: string, remove: boolean): Promise<void> {
    try {
      await this.#folders.sync(target)
    } catch (error) {
      if (remove) unlink(where)
      throw error
    }
  }

  /** Gives the error to throw once the temporary file is gone; one that stays behind is told of in its message. */
  async #discardAfter(error: HoldfastError): Promise<HoldfastError> {
    if (this.#ended) return error
    try {
      await this.#discard()
      return error
    } catch (second) {
      const message = `${error.message} The temporary file ${this.#shown} stays behind: ${messageOf(second)}`
      return new HoldfastError(codeOf(error), message, { cause: error })
    }
  }

  async #discard(): Promise<void> {
    this.#ended = true
    try {
      try {
        await this.#folders.withinExisting([tmpFolder], (tmp) => unlink(entry(tmp, this.#name)))
      } finally {
        this.#close()
      }
    } catch (error) {
      throw systemError(error, 'writing', 'remove', this.#shown)
    }
  }
}

/** A folder cannot keep an object from its owner; to take the wish and forget it would be a lie. */
export function refuseRetention(key: string, options: PutOptions): void {
  if (options.retainUntil === undefined) return
  throw new HoldfastError(
    'unsupported',
    `Cannot lock ${key}: a local folder has no object lock. Leave the lock out, or use a storage that has one.`,
  )
}
