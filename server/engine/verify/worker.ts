// A lane of a verification: one pack at a time, from its header to its last chunk.
import { createHash } from 'node:crypto'
import { HoldfastError, hasCode, messageOf } from '../../contract/errors.ts'
import { hex } from '../../lib/bytes.ts'
import type { Storage } from '../../storage/types.ts'
import { ChunkHasher, ID_LENGTH } from '../crypto/chunk-id.ts'
import { Keyring } from '../crypto/keyring.ts'
import { readPack } from '../index/rebuild.ts'
import { recordOf } from '../index/store.ts'
import { ChunkTable } from '../index/table.ts'
import { type FrameInfo, HEADER_LENGTH, PackCipher } from '../pack/format.ts'
import { withFrame } from '../pack/frame.ts'
import { packKey, type StoredPack } from '../pack/writer.ts'
import type { Handler } from '../workers/protocol.ts'
import type { VerifyInit, VerifyResult, VerifyTask } from './tasks.ts'

/** Frames are read together up to so many bytes. */
const READ_AT_ONCE = 4 << 20

export async function start(init: VerifyInit, storage: Storage): Promise<Handler> {
  return new VerifyLane(init, storage)
}

/** What was found in a pack so far. */
type Found = {
  readonly bad: Uint8Array[]
  aside: boolean
  /** Whether the index has the chunk in this pack. */
  readonly relied: (id: Uint8Array) => boolean
  readonly problems: string[]
}

const nothing: VerifyResult = {
  problems: [],
  badChunks: new Uint8Array(0),
  aside: false,
  unreadable: false,
  bytesRead: 0,
}

class VerifyLane implements Handler {
  readonly #storage: Storage
  readonly #keyring: Keyring
  readonly #hasher: ChunkHasher
  readonly #table = new ChunkTable()
  #buffer = Buffer.alloc(0)

  constructor(init: VerifyInit, storage: Storage) {
    this.#storage = storage
    this.#keyring = new Keyring(init.material)
    this.#hasher = new ChunkHasher(this.#keyring.id)
    for (const memory of init.table) this.#table.attach(memory)
  }

  async run(task: unknown): Promise<{ result: VerifyResult }> {
    const request = task as VerifyTask
    try {
      return { result: await this.#pack(request) }
    } catch (error) {
      if (!hasCode(error, 'damaged') && !hasCode(error, 'not_found') && !hasCode(error, 'wrong_secret')) throw error
      return { result: { ...nothing, problems: [messageOf(error)], unreadable: true } }
    }
  }

  async #pack(task: VerifyTask): Promise<VerifyResult> {
    const pack = await readPack(this.#storage, this.#keyring, task)
    const problems = this.#compareWithIndex(task, pack)
    if (!task.data) return { ...nothing, problems }
    const { bad, aside } = await this.#data(task, pack, problems)
    return { problems, badChunks: Buffer.concat(bad), aside, unreadable: false, bytesRead: task.size }
  }

  /** Reads every byte in order, some frames at a time. @returns ids of bad chunks, and whether there are others that nothing relies on */
  async #data(task: VerifyTask, pack: StoredPack, problems: string[]): Promise<{ bad: Uint8Array[]; aside: boolean }> {
    const whole = createHash('sha256')
    const found: Found = { bad: [], aside: false, relied: this.#relied(task), problems }
    let offset = 0
    const take = async (length: number): Promise<Uint8Array> => {
      const bytes = await this.#read(task.id, offset, length)
      whole.update(bytes)
      offset += length
      return bytes
    }
    const cipher = new PackCipher(this.#keyring, await take(HEADER_LENGTH))
    for (let from = 0; from < pack.frames.length; ) {
      const { to, length } = stretchFrom(pack.frames, from)
      this.#frames(cipher, pack.frames.slice(from, to), from, await take(length), found)
      from = to
    }
    await take(task.size - offset)
    const { bad, aside } = found
    // Frames, header and trailer have checksums of their own: with only such damage all that is relied on is whole.
    const explained = aside && bad.length === 0
    if (whole.digest('hex') !== task.id && !explained) problems.push('its bytes do not match its name')
    return { bad, aside }
  }

  #relied({ number }: VerifyTask): (id: Uint8Array) => boolean {
    return (id) => number === undefined || this.#table.find(id)?.pack === number
  }

  #compareWithIndex(task: VerifyTask, pack: StoredPack): string[] {
    const problems: string[] = []
    if (Buffer.compare(bytesOf(recordOf(pack).frames), bytesOf(task.frames)) !== 0)
      problems.push('the index describes it differently')
    for (const frame of pack.frames) {
      for (let i = 0; i < frame.ids.length; i += ID_LENGTH) {
        if (this.#table.find(frame.ids.subarray(i, i + ID_LENGTH))) continue
        problems.push('it holds chunks that the index does not know')
        return problems
      }
    }
    return problems
  }

  async #read(id: string, offset: number, length: number): Promise<Uint8Array> {
    if (this.#buffer.length < length) this.#buffer = Buffer.allocUnsafeSlow(Math.max(length, READ_AT_ONCE))
    return this.#storage.get(packKey(id), { range: { offset, length }, into: this.#buffer })
  }

  #frames(cipher: PackCipher, frames: readonly FrameInfo[], first: number, bytes: Uint8Array, found: Found): void {
    let at = 0
    frames.forEach((frame, i) => {
      const number = first + i
      const sealed = bytes.subarray(at, at + frame.storedLength)
      at += frame.storedLength
      try {
        withFrame(cipher, { number, ...frame }, sealed, (raw) => this.#chunks(cipher, frame, raw, number, found))
      } catch (error) {
        if (!(error instanceof HoldfastError)) throw error
        if (!idsOf(frame).some(found.relied)) {
          found.aside = true
          return
        }
        found.problems.push(`frame ${number}: ${error.message}`)
        found.bad.push(frame.ids)
      }
    })
  }

  #chunks(cipher: PackCipher, frame: FrameInfo, raw: Uint8Array, number: number, found: Found): void {
    let offset = 0
    frame.lengths.forEach((length, i) => {
      const id = frame.ids.subarray(i * ID_LENGTH, (i + 1) * ID_LENGTH)
      const isRight = this.#hasher.idAt(cipher.chunkClass, raw, offset, length).equals(id)
      if (!isRight && !found.relied(id)) found.aside = true
      else if (!isRight) {
        found.problems.push(`frame ${number}: chunk ${hex(id).slice(0, 16)} has the wrong content`)
        found.bad.push(id)
      }
      offset += length
    })
  }
}

const idsOf = ({ ids, lengths }: FrameInfo): Uint8Array[] =>
  Array.from(lengths, (_, i) => ids.subarray(i * ID_LENGTH, (i + 1) * ID_LENGTH))

const bytesOf = (words: Uint32Array): Uint8Array => new Uint8Array(words.buffer, words.byteOffset, words.byteLength)

/** The frames from `from` that are read together, and their bytes. */
function stretchFrom(frames: readonly FrameInfo[], from: number): { to: number; length: number } {
  let length = frames[from]!.storedLength
  let to = from + 1
  for (; to < frames.length && length + frames[to]!.storedLength <= READ_AT_ONCE; to++)
    length += frames[to]!.storedLength
  return { to, length }
}
