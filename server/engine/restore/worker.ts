// A lane of a restore: reads stretches of packs, opens frames, checks every chunk against its id and writes it where it belongs.
import { codeOf, HoldfastError, messageOf } from '../../contract/errors.ts'
import { ByteReader, hex } from '../../lib/bytes.ts'
import type { Storage } from '../../storage/types.ts'
import { ChunkHasher, DATA, ID_LENGTH } from '../crypto/chunk-id.ts'
import { Keyring } from '../crypto/keyring.ts'
import { HEADER_LENGTH, PackCipher } from '../pack/format.ts'
import { withFrame } from '../pack/frame.ts'
import { packKey } from '../pack/writer.ts'
import { systemCode } from '../posix/errors.ts'
import { decodeEntry, type Entry } from '../tree/entry.ts'
import type { Handler } from '../workers/protocol.ts'
import { checkFile } from './check.ts'
import type { Restorer } from './metadata.ts'
import {
  type CheckTask,
  type Failure,
  type FileList,
  PASSES_ON,
  REPLACE,
  type RestoreInit,
  type RestoreResult,
  type RestoreTask,
  SHARED,
  type WriteTask,
} from './tasks.ts'
import { writeSparse, writeWhole } from './write.ts'

/** Neighbouring frames are read together up to so many bytes, over gaps of at most so many. */
const READ_AT_ONCE = 4 << 20
const GAP = 64 << 10
const CIPHERS = 64
const FRAME_WORDS = 5
const PIECE_WORDS = 4

export async function start(init: RestoreInit, storage: Storage): Promise<Handler> {
  return new RestoreLane(init, storage)
}

/** A frame as a task's numbers name it. */
type Frame = { number: number; offset: number; stored: number; raw: number; codec: number }

class RestoreLane implements Handler {
  readonly #storage: Storage
  readonly #keyring: Keyring
  readonly #hasher: ChunkHasher
  readonly #who: Restorer
  readonly #ciphers = new Map<string, PackCipher>()
  #buffer = Buffer.alloc(0)

  constructor(init: RestoreInit, storage: Storage) {
    this.#storage = storage
    this.#keyring = new Keyring(init.material)
    this.#hasher = new ChunkHasher(this.#keyring.id)
    this.#who = init
  }

  async run(task: unknown): Promise<{ result: RestoreResult }> {
    const request = task as RestoreTask
    return { result: request.kind === 'write' ? await new Writing(this, request).run() : this.#check(request) }
  }

  get who(): Restorer {
    return this.#who
  }

  async cipher(id: string): Promise<PackCipher> {
    const known = this.#ciphers.get(id)
    if (known) return known
    const cipher = new PackCipher(
      this.#keyring,
      await this.#storage.get(packKey(id), { range: { offset: 0, length: HEADER_LENGTH } }),
    )
    if (this.#ciphers.size >= CIPHERS) this.#ciphers.delete(this.#ciphers.keys().next().value!)
    this.#ciphers.set(id, cipher)
    return cipher
  }

  /** Bytes of a pack, in a buffer that the next call uses again. */
  async read(id: string, offset: number, length: number): Promise<Uint8Array> {
    if (this.#buffer.length < length) this.#buffer = Buffer.allocUnsafeSlow(Math.max(length, 1 << 20))
    return this.#storage.get(packKey(id), { range: { offset, length }, into: this.#buffer })
  }

  /** Whether these bytes are that chunk of file data. */
  chunkIs(id: Uint8Array, raw: Uint8Array, offset: number, length: number): boolean {
    return this.#hasher.idAt(DATA, raw, offset, length).equals(id)
  }

  #check(task: CheckTask): RestoreResult {
    const failures: Failure[] = []
    const differences: Failure[] = []
    let bytes = 0
    let at = 0
    eachEntry(task.files, (entry, file) => {
      const count = task.counts[file]!
      const problem =
        entry &&
        checkFile(task.files.fds[file]!, entry, {
          ids: task.ids.subarray(at * ID_LENGTH, (at + count) * ID_LENGTH),
          lengths: task.lengths.subarray(at, at + count),
          hasher: this.#hasher,
        })
      if (problem?.closed) differences.push({ file, code: 'denied', message: problem.message })
      else if (problem) failures.push({ file, code: 'damaged', message: problem.message })
      bytes += entry?.size ?? 0
      at += count
    })
    return { failures, differences, bytes }
  }
}

/** One write task. */
class Writing {
  readonly #lane: RestoreLane
  readonly #task: WriteTask
  readonly #entries: (Entry | undefined)[] = []
  readonly #failures = new Map<number, Failure>()
  readonly #differences: Failure[] = []
  #bytes = 0

  constructor(lane: RestoreLane, task: WriteTask) {
    this.#lane = lane
    this.#task = task
    eachEntry(task.files, (entry) => this.#entries.push(entry))
  }

  async run(): Promise<RestoreResult> {
    const frames = framesOf(this.#task.frames)
    let piece = 0
    for (let from = 0; from < frames.length; ) {
      const to = togetherFrom(frames, from)
      piece = await this.#stretch(frames, from, to, piece)
      from = to
    }
    return { failures: [...this.#failures.values()], differences: this.#differences, bytes: this.#bytes }
  }

  /** Reads frames that lie together; writes the pieces that lie in them. @returns the first piece that doesn't */
  async #stretch(frames: readonly Frame[], from: number, to: number, firstPiece: number): Promise<number> {
    const first = frames[from]!
    const last = frames[to - 1]!
    const id = this.#task.pack
    let piece = firstPiece
    try {
      const cipher = await this.#lane.cipher(id)
      const bytes = await this.#lane.read(id, first.offset, last.offset + last.stored - first.offset)
      for (let index = from; index < to; index++) {
        const at = frames[index]!.offset - first.offset
        const next = this.#pieceEnd(piece, index)
        this.#frame(cipher, frames[index]!, bytes.subarray(at, at + frames[index]!.stored), piece, next)
        piece = next
      }
      return piece
    } catch (error) {
      const end = this.#pieceEnd(piece, to - 1)
      this.#failPieces(piece, end, error)
      return end
    }
  }

  /** The first piece after `piece` that lies in a later frame. */
  #pieceEnd(piece: number, frame: number): number {
    const { pieces } = this.#task
    let end = piece
    while (end * PIECE_WORDS < pieces.length && pieces[end * PIECE_WORDS]! <= frame) end++
    return end
  }

  #frame(cipher: PackCipher, frame: Frame, sealed: Uint8Array, from: number, to: number): void {
    try {
      withFrame(cipher, { number: frame.number, rawLength: frame.raw, codec: frame.codec }, sealed, (raw) => {
        for (let piece = from; piece < to; piece++) this.#write(piece, raw)
      })
    } catch (cause) {
      const message = `Pack ${this.#task.pack}, frame ${frame.number}: ${messageOf(cause)}`
      this.#failPieces(from, to, new HoldfastError(codeOf(cause), message, { cause }))
    }
  }

  #failPieces(from: number, to: number, error: unknown): void {
    for (let piece = from; piece < to; piece++) this.#fail(this.#task.pieces[piece * PIECE_WORDS + 3]!, error)
  }

  #write(piece: number, raw: Uint8Array): void {
    const [, offset, length, file] = this.#task.pieces.subarray(
      piece * PIECE_WORDS,
      (piece + 1) * PIECE_WORDS,
    ) as unknown as [number, number, number, number]
    const id = this.#task.ids.subarray(piece * ID_LENGTH, (piece + 1) * ID_LENGTH)
    try {
      if (!this.#lane.chunkIs(id, raw, offset, length)) {
        throw new HoldfastError(
          'damaged',
          `Pack ${this.#task.pack}: chunk ${hex(id).slice(0, 16)} has the wrong content`,
        )
      }
      const data = raw.subarray(offset, offset + length)
      const fd = this.#task.files.fds[file]!
      if (this.#task.files.modes[file] === SHARED) writeSparse(fd, data, this.#task.positions[piece]!)
      else this.#writeFile(fd, file, data)
      this.#bytes += length
    } catch (error) {
      this.#fail(file, error)
    }
  }

  #writeFile(dirfd: number, file: number, data: Uint8Array): void {
    const mode = this.#task.files.modes[file]!
    const place = { replace: (mode & ~PASSES_ON) === REPLACE, plain: (mode & PASSES_ON) === 0 }
    writeWhole(dirfd, this.#entries[file]!, data, place, this.#lane.who, (message) =>
      this.#differences.push({ file, code: 'denied', message }),
    )
  }

  #fail(file: number, error: unknown): void {
    if (this.#failures.has(file)) return
    const code = systemCode(error) ?? codeOf(error)
    this.#failures.set(file, { file, code, message: messageOf(error) })
  }
}

function eachEntry(files: FileList, take: (entry: Entry | undefined, file: number) => void): void {
  let at = 0
  files.entryLengths.forEach((length, file) => {
    take(length === 0 ? undefined : decodeEntry(new ByteReader(files.entries, at, at + length)), file)
    at += length
  })
}

function framesOf(words: Uint32Array): Frame[] {
  const frames: Frame[] = []
  for (let i = 0; i < words.length; i += FRAME_WORDS) {
    const [number, offset, stored, raw, codec] = words.subarray(i, i + FRAME_WORDS) as unknown as [
      number,
      number,
      number,
      number,
      number,
    ]
    frames.push({ number, offset, stored, raw, codec })
  }
  return frames
}

/** The end of the run of frames from `from` that is worth one read. */
function togetherFrom(frames: readonly Frame[], from: number): number {
  const start = frames[from]!.offset
  let to = from + 1
  while (to < frames.length) {
    const before = frames[to - 1]!
    const next = frames[to]!
    const gap = next.offset - before.offset - before.stored
    if (gap > GAP || next.offset + next.stored - start > READ_AT_ONCE) break
    to++
  }
  return to
}
