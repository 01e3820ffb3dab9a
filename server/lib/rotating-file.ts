// A file of lines that is exchanged for a new one when it is full: PATH, PATH.1 (the one before) and so on. Lines are whole or absent.
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'

export type RotatingFileOptions = {
  readonly path: string
  /** The file is exchanged before it would grow beyond this. A single longer line still gets a file of its own. */
  readonly maxBytes: number
  /** How many old files are kept; with 0 the full file is removed. */
  readonly backups: number
}

const MODE = 0o640

/** Writes at once: what was written is there when the program is killed the moment after. One process writes to one path. */
export class RotatingFile {
  readonly #options: RotatingFileOptions
  #fd: number | undefined
  #inode = 0
  #size = 0
  /** A pipe or terminal (/dev/stdout) has no end. */
  #rotates = true

  constructor(options: RotatingFileOptions) {
    this.#options = options
  }

  /** Adds a line, which ends in a newline. @throws Node's error; then nothing of the line is in the file */
  write(line: string): void {
    const bytes = Buffer.from(line, 'utf8')
    let fd = this.#open()
    if (this.#rotates && this.#size > 0 && this.#size + bytes.length > this.#options.maxBytes) {
      this.#rotate()
      fd = this.#open()
    }
    this.#append(fd, bytes)
  }

  /** Looks whether somebody has moved or removed the file, so that the next line goes to a new one. */
  followPath(): void {
    if (this.#fd === undefined) return
    const found = statSync(this.#options.path, { throwIfNoEntry: false })
    if (found === undefined || found.ino !== this.#inode) this.close()
  }

  close(): void {
    if (this.#fd === undefined) return
    const fd = this.#fd
    this.#fd = undefined
    closeSync(fd)
  }

  #open(): number {
    if (this.#fd !== undefined) return this.#fd
    const { path } = this.#options
    mkdirSync(dirname(path), { recursive: true })
    const fd = openSync(path, 'a', MODE)
    const stats = fstatSync(fd)
    this.#fd = fd
    this.#inode = stats.ino
    this.#size = stats.size
    this.#rotates = stats.isFile()
    return fd
  }

  #append(fd: number, bytes: Buffer): void {
    let written = 0
    try {
      while (written < bytes.length) written += writeSync(fd, bytes, written)
      this.#size += bytes.length
    } catch (error) {
      if (written > 0 && this.#rotates) ftruncateSync(fd, this.#size)
      throw error
    }
  }

  /** Each step is one rename; a stop in between leaves a gap in the numbers and loses nothing that was to be kept. */
  #rotate(): void {
    const { path, backups } = this.#options
    if (backups === 0) unlinkSync(path)
    for (let number = backups - 1; number >= 0; number--) {
      const from = number === 0 ? path : `${path}.${number}`
      if (statSync(from, { throwIfNoEntry: false })) renameSync(from, `${path}.${number + 1}`)
    }
    this.close()
  }
}
