// A lane of a backup: reads files, cuts, hashes, looks up, groups, compresses, encrypts and stores, all by itself.
import { readSync } from 'node:fs'
import { ByteWriter } from '../../lib/bytes.ts'
import type { Storage } from '../../storage/types.ts'
import { Chunker, gearTable } from '../chunk/fastcdc.ts'
import { ChunkHasher, DATA, HEADROOM } from '../crypto/chunk-id.ts'
import { Keyring } from '../crypto/keyring.ts'
import { ChunkTable } from '../index/table.ts'
import { compressor } from '../pack/compress.ts'
import { FrameBuilder, PackWriter } from '../pack/writer.ts'
import { AT_FDCWD, closeFd } from '../posix/at.ts'
import { errnoOf, PosixError } from '../posix/errors.ts'
import { openForRead } from '../posix/open.ts'
import { statFd } from '../posix/stat.ts'
import { encodeEntry, fileDetails, NO_BYTES } from '../tree/entry.ts'
import type { Handler } from '../workers/protocol.ts'
import { isThrough, tryXattrs } from './handles.ts'
import { isVersion, StatView, sameVersion, VERSION_NUMBERS } from './stat.ts'
import type { ArchiveInit, ArchiveResult, ArchiveTask, FilesResult, FilesTask, RegionResult } from './tasks.ts'

/** Raw bytes of a frame that holds many chunks. */
const FRAME_TARGET = 1 << 20
/** A file that changes while it is read is read so often at most. */
const ATTEMPTS = 3
/** A file is read past the size that it had by so much at most: one that grows as fast as it is read would never end. */
const GROWTH = 64 << 20
const EISDIR = errnoOf('EISDIR')
const ENOENT = errnoOf('ENOENT')

/** The ids of a file's chunks, and how many bytes they stand for. */
type Content = { readonly ids: Uint8Array; readonly length: number }
type FileRead = {
  readonly bytesRead: number
  readonly size: number
  readonly changed: boolean
  readonly problem: string | undefined
}
const NO_CONTENT: Content = { ids: NO_BYTES, length: 0 }

export async function start(init: ArchiveInit, storage: Storage, emit: (event: unknown) => void): Promise<Handler> {
  return new ArchiveLane(init, storage, emit)
}

class ArchiveLane implements Handler {
  readonly #table = new ChunkTable()
  readonly #chunker: Chunker
  readonly #hasher: ChunkHasher
  readonly #packs: PackWriter
  readonly #frame: FrameBuilder
  /** For files longer than one chunk: read ahead, cut, hashed in place. */
  readonly #window: Buffer
  readonly #before = new StatView()
  readonly #after = new StatView()

  constructor(init: ArchiveInit, storage: Storage, emit: (event: unknown) => void) {
    const keyring = new Keyring(init.material)
    for (const memory of init.table) this.#table.attach(memory)
    this.#hasher = new ChunkHasher(keyring.id)
    this.#chunker = new Chunker(gearTable(keyring.chunk), init.chunker)
    const compress = compressor(init.compression)
    this.#packs = new PackWriter({
      storage,
      keyring,
      chunkClass: DATA,
      compress,
      target: init.packSize,
      onStored: emit,
    })
    this.#frame = new FrameBuilder(this.#packs, this.#hasher, DATA, FRAME_TARGET, init.chunker.min)
    this.#window = Buffer.allocUnsafeSlow(HEADROOM + init.chunker.max + (1 << 20))
  }

  attach(memory: SharedArrayBuffer): void {
    this.#table.attach(memory)
  }

  async run(task: unknown): Promise<{ result: ArchiveResult; transfer?: ArrayBuffer[] }> {
    const request = task as ArchiveTask
    if (request.kind === 'files') {
      const result = await this.#files(request)
      return { result, transfer: [result.entries.buffer as ArrayBuffer] }
    }
    if (request.kind === 'region') return { result: await this.#region(request.fd, request.offset, request.length) }
    await this.#frame.flush()
    await this.#packs.flush()
    return { result: undefined }
  }

  async close(): Promise<void> {
    await this.#packs.abort()
  }

  async #files(task: FilesTask): Promise<FilesResult> {
    const entries = new ByteWriter(task.paths.length * 160)
    const lengths: number[] = []
    const failures: [number, number, string][] = []
    const changed: number[] = []
    const withoutAttributes: [number, string][] = []
    let bytesRead = 0
    let bytes = 0
    for (let i = 0; i < task.paths.length; i++) {
      const before = entries.length
      try {
        const read = this.#quick(task, i, entries) ?? (await this.#file(task, i, entries))
        bytesRead += read.bytesRead
        bytes += read.size
        if (read.changed) changed.push(i)
        if (read.problem !== undefined) withoutAttributes.push([i, read.problem])
      } catch (error) {
        if (!(error instanceof PosixError || isNodeErrno(error))) throw error
        const errno = Math.abs(error.errno)
        if (error.code !== 'ENOENT') failures.push([i, errno, error.message])
      }
      lengths.push(entries.length - before)
    }
    return { entries: entries.view(), lengths, failures, bytesRead, bytes, changed, withoutAttributes }
  }

  /**
   * What `#file` does for nearly every file: one that is small, fits into the frame at hand, and was left alone since the walker looked. It makes no
   * promise, which would cost more than most of the rest. @returns undefined in any other case, which `#file` then begins anew
   */
  #quick(task: FilesTask, index: number, entries: ByteWriter): FileRead | undefined {
    const size = task.versions[index * VERSION_NUMBERS]!
    if (size >= this.#chunker.parameters.min || !this.#frame.fits(size + 1)) return undefined
    const path = task.paths[index]!
    const fd = openForRead(AT_FDCWD, path, task.owners[index]!)
    try {
      const content = this.#small(fd, size)
      this.#look(fd, this.#after)
      if (content?.length !== size || !isVersion(task.versions, index, this.#after)) return undefined
      const problem = this.#append(fd, path, this.#after, content, false, entries)
      return { bytesRead: size, size, changed: false, problem }
    } finally {
      closeFd(fd)
    }
  }

  /** Reads file `index` of the task and appends its tree entry. */
  async #file(task: FilesTask, index: number, entries: ByteWriter): Promise<FileRead> {
    const path = task.paths[index]!
    const fd = openForRead(AT_FDCWD, path, task.owners[index]!)
    try {
      // Nearly always nothing has happened since the walker looked: one look, after reading, shows that.
      const expected = task.versions[index * VERSION_NUMBERS]!
      const content = await this.#content(fd, expected)
      this.#look(fd, this.#after)
      if (content.length === expected && isVersion(task.versions, index, this.#after)) {
        const problem = this.#append(fd, path, this.#after, content, false, entries)
        return { bytesRead: expected, size: expected, changed: false, problem }
      }
      if (this.#isAnother(task.versions, index) && !isThrough(path)) throw new PosixError(ENOENT, 'open', path)
      const again = await this.#readAgain(fd, path, entries)
      return { ...again, bytesRead: again.bytesRead + content.length }
    } finally {
      closeFd(fd)
    }
  }

  /**
   * Whether the path led to another file than the walker saw. It may have been replaced; or a folder above it was, by a link to what its owner may
   * not read. The walker looks again, through the folder that it has open.
   */
  #isAnother(versions: Float64Array, index: number): boolean {
    const at = index * VERSION_NUMBERS
    return versions[at + 5] !== this.#after.inoLow || versions[at + 6] !== this.#after.inoHigh
  }

  /** A file that is not, or no longer, what the walker saw. */
  async #readAgain(fd: number, path: string, entries: ByteWriter): Promise<FileRead> {
    let bytesRead = 0
    for (let attempt = 2; ; attempt++) {
      this.#look(fd, this.#before)
      if (this.#before.type === 'directory') throw new PosixError(EISDIR, 'read', path)
      const content = this.#before.type === 'file' ? await this.#content(fd, this.#before.size) : NO_CONTENT
      bytesRead += content.length
      this.#look(fd, this.#after)
      const stable = content.length === this.#before.size && sameVersion(this.#before, this.#after)
      if (!stable && attempt < ATTEMPTS) continue
      const problem = this.#append(fd, path, this.#before, content, !stable, entries)
      return { bytesRead, size: content.length, changed: !stable, problem }
    }
  }

  #look(fd: number, into: StatView): void {
    const errno = statFd(fd, into.stat)
    if (errno !== 0) throw new PosixError(errno, 'stat')
  }

  /** `view` may have another size than what was read: a file that changed all the time. @returns why its attributes are missing, if they are */
  #append(
    fd: number,
    path: string,
    view: StatView,
    content: Content,
    changed: boolean,
    entries: ByteWriter,
  ): string | undefined {
    const { xattrs, problem } = tryXattrs(fd)
    const stat = view.size === content.length ? view : { ...view.snapshot(), size: content.length }
    const name = path.slice(path.lastIndexOf('/') + 1)
    encodeEntry(entries, name, stat, fileDetails(content.ids, xattrs, changed))
    return problem
  }

  async #content(fd: number, size: number): Promise<Content> {
    if (size < this.#chunker.parameters.min) {
      if (!this.#frame.fits(size + 1)) await this.#frame.flush()
      const content = this.#small(fd, size)
      if (content) return content
    }
    const ids: Buffer[] = []
    const length = await this.#stream(fd, 0, size + GROWTH, ids)
    return { ids: Buffer.concat(ids), length }
  }

  /** A file of one chunk goes straight into the frame, where there must be room for it. @returns undefined when it is longer: then nothing was kept */
  #small(fd: number, size: number): Content | undefined {
    const length = readFully(fd, this.#frame.buffer, this.#frame.end, size + 1, 0, size)
    if (length > size) return undefined
    return length === 0 ? NO_CONTENT : { ids: this.#keep(length), length }
  }

  /** Makes the bytes at the end of the frame part of it, unless they are known. @returns their id */
  #keep(length: number): Buffer {
    const id = this.#frame.identify(length)
    if (this.#table.claim(id)) this.#frame.keep(id, length)
    return id
  }

  async #region(fd: number, offset: number, length: number): Promise<RegionResult> {
    const ids: Buffer[] = []
    try {
      const bytesRead = await this.#stream(fd, offset, offset + length, ids)
      return { ids: Buffer.concat(ids), bytesRead }
    } catch (error) {
      if (!isNodeErrno(error)) throw error
      return { ids: new Uint8Array(0), bytesRead: 0, failure: [Math.abs(error.errno), error.message] }
    }
  }

  /** Cuts and stores fd[from .. to), or up to the end of the file. @returns bytes read */
  async #stream(fd: number, from: number, to: number, ids: Buffer[]): Promise<number> {
    const window = this.#window
    const { max } = this.#chunker.parameters
    let position = from
    let start = HEADROOM
    let end = HEADROOM
    let ended = false
    for (;;) {
      if (!ended && end - start < max) {
        window.copyWithin(HEADROOM, start, end)
        end -= start - HEADROOM
        start = HEADROOM
        const want = Math.min(window.length - end, to - position)
        const read = readFully(fd, window, end, want, position)
        ended = read < window.length - end
        position += read
        end += read
      }
      if (start === end) return position - from
      const cut = this.#chunker.cut(window, start, end)
      ids.push(await this.#store(window, start, cut - start))
      start = cut
    }
  }

  /** Stores a chunk that lies in the window, unless it is known. */
  async #store(window: Buffer, start: number, length: number): Promise<Buffer> {
    const id = this.#hasher.id(DATA, window, start, length)
    if (!this.#table.claim(id)) return id
    if (length >= this.#chunker.parameters.min) {
      await this.#packs.addFrame(window.subarray(start, start + length), id, [length])
    } else {
      if (!this.#frame.fits(length)) await this.#frame.flush()
      window.copy(this.#frame.buffer, this.#frame.end, start, start + length)
      this.#frame.keep(id, length)
    }
    return id
  }
}

/** Reads until `length` bytes are there or the file ends. @returns bytes read */
function readFully(fd: number, into: Buffer, at: number, length: number, position: number, expected = length): number {
  let read = 0
  while (read < length) {
    const more = readSync(fd, into, at + read, length - read, position + read)
    if (more === 0) break
    read += more
    // What is shorter than was asked for and as long as it should be has ended: no need to ask once more.
    if (read === expected) break
  }
  return read
}

const isNodeErrno = (error: unknown): error is NodeJS.ErrnoException & { errno: number; code: string } =>
  error instanceof Error && typeof (error as NodeJS.ErrnoException).errno === 'number'
