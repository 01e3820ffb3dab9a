// A lane of a verification: one pack at a time, from its header to its last chunk.
import { hash } from 'node:crypto'
import { HoldfastError, hasCode, messageOf } from '../../contract/errors.ts'
import { hex } from '../../lib/bytes.ts'
import type { Storage } from '../../storage/types.ts'
import { codecById } from '../codec/codecs.ts'
import { ChunkHasher, ID_LENGTH } from '../crypto/chunk-id.ts'
import { Keyring } from '../crypto/keyring.ts'
import { readPack } from '../index/rebuild.ts'
import { recordOf } from '../index/store.ts'
import { ChunkTable } from '../index/table.ts'
import { type FrameInfo, HEADER_LENGTH, PackCipher } from '../pack/format.ts'
import { packKey, type StoredPack } from '../pack/writer.ts'
import type { Handler } from '../workers/protocol.ts'
import type { VerifyInit, VerifyResult, VerifyTask } from './tasks.ts'

export async function start(init: VerifyInit, storage: Storage): Promise<Handler> {
  return new VerifyLane(init, storage)
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
      return { result: { problems: [messageOf(error)], badChunks: new Uint8Array(0), unreadable: true, bytesRead: 0 } }
    }
  }

  async #pack(task: VerifyTask): Promise<VerifyResult> {
    const pack = await readPack(this.#storage, this.#keyring, task)
    const problems = this.#compareWithIndex(task, pack)
    if (!task.data) return { problems, badChunks: new Uint8Array(0), unreadable: false, bytesRead: 0 }
    const bytes = await this.#readWhole(task)
    if (hash('sha256', bytes, 'hex') !== task.id) problems.push('its bytes do not match its name')
    const bad = this.#frames(
      new PackCipher(this.#keyring, bytes.subarray(0, HEADER_LENGTH)),
      pack.frames,
      bytes,
      problems,
    )
    return { problems, badChunks: Buffer.concat(bad), unreadable: false, bytesRead: bytes.length }
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

  async #readWhole({ id, size }: VerifyTask): Promise<Uint8Array> {
    if (this.#buffer.length < size) this.#buffer = Buffer.allocUnsafeSlow(size)
    return this.#storage.get(packKey(id), { range: { offset: 0, length: size }, into: this.#buffer })
  }

  /** @returns ids of bad chunks */
  #frames(cipher: PackCipher, frames: readonly FrameInfo[], bytes: Uint8Array, problems: string[]): Uint8Array[] {
    const bad: Uint8Array[] = []
    let at = HEADER_LENGTH
    frames.forEach((frame, number) => {
      const sealed = bytes.subarray(at, at + frame.storedLength)
      at += frame.storedLength
      try {
        const raw = codecById(frame.codec).decompress(
          cipher.decryptFrame(number, frame.codec, frame.rawLength, sealed),
          frame.rawLength,
        )
        bad.push(...this.#chunks(cipher, frame, raw, number, problems))
      } catch (error) {
        if (!(error instanceof HoldfastError)) throw error
        problems.push(`frame ${number}: ${error.message}`)
        bad.push(frame.ids)
      }
    })
    return bad
  }

  #chunks(cipher: PackCipher, frame: FrameInfo, raw: Uint8Array, number: number, problems: string[]): Uint8Array[] {
    const bad: Uint8Array[] = []
    let offset = 0
    frame.lengths.forEach((length, i) => {
      const id = frame.ids.subarray(i * ID_LENGTH, (i + 1) * ID_LENGTH)
      if (!this.#hasher.idAt(cipher.chunkClass, raw, offset, length).equals(id)) {
        problems.push(`frame ${number}: chunk ${hex(id).slice(0, 16)} has the wrong content`)
        bad.push(id)
      }
      offset += length
    })
    return bad
  }
}

const bytesOf = (words: Uint32Array): Uint8Array => new Uint8Array(words.buffer, words.byteOffset, words.byteLength)
