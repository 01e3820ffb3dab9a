// The bytes of a pack: header | frames | trailer (docs/repository-format.md, Packs). Pure functions, no storage.
import { crc32 } from 'node:zlib'
import { HoldfastError } from '../../contract/errors.ts'
import { ByteReader, ByteWriter } from '../../lib/bytes.ts'
import { decrypt, encrypt, TAG_LENGTH } from '../crypto/aead.ts'
import type { ChunkClass } from '../crypto/chunk-id.ts'
import { ID_LENGTH } from '../crypto/chunk-id.ts'
import type { Keyring } from '../crypto/keyring.ts'

/** A frame never declares more raw bytes than this, and a decoder never makes more. */
export const MAX_FRAME = 16 << 20
const MAGIC = Buffer.from('HFP1', 'latin1')
const SALT_AT = 12
export const HEADER_LENGTH = SALT_AT + 32
/** Trailer length and checksum, at the very end. */
export const FOOTER_LENGTH = 8
/** The trailer is message 2^32 - 1 of its pack; frames count from 0. */
const TRAILER_COUNTER = 0xffffffff

/** A frame as its pack's trailer lists it. `ids` holds 32 bytes a chunk, `lengths` their raw lengths in the same order. */
export type FrameInfo = {
  /** Bytes in the pack, tag included. */
  readonly storedLength: number
  readonly rawLength: number
  readonly codec: number
  readonly ids: Uint8Array
  readonly lengths: readonly number[]
}

/** The encryption of one pack: made once for writing (a fresh salt), or from a header for reading. */
export class PackCipher {
  readonly chunkClass: ChunkClass
  readonly header: Buffer
  readonly #key: Buffer
  readonly #aad: Buffer

  constructor(keyring: Keyring, header: Uint8Array) {
    this.header = Buffer.from(header)
    if (header.length !== HEADER_LENGTH || !this.header.subarray(0, 4).equals(MAGIC)) {
      throw new HoldfastError('damaged', 'The object does not begin like a pack of Holdfast (format 1)')
    }
    const chunkClass = this.header[4]!
    if (chunkClass > 1) throw new HoldfastError('damaged', `A pack of the unknown class ${chunkClass}`)
    this.chunkClass = chunkClass as ChunkClass
    const epoch = this.header.readUInt32LE(8)
    // Not `wrong_secret`: whoever holds a key of fewer epochs could not read the index, which names this pack, in the first place.
    if (epoch > keyring.epoch) throw new HoldfastError('damaged', `A pack of the unknown key epoch ${epoch}`)
    this.#key = keyring.objectKey(epoch, this.header.subarray(SALT_AT), 'pack')
    this.#aad = Buffer.concat([this.header, keyring.repositoryId, Buffer.alloc(9)])
  }

  static create(keyring: Keyring, chunkClass: ChunkClass, salt: Uint8Array): PackCipher {
    const header = Buffer.alloc(HEADER_LENGTH)
    MAGIC.copy(header)
    header[4] = chunkClass
    header.writeUInt32LE(keyring.epoch, 8)
    header.set(salt, SALT_AT)
    return new PackCipher(keyring, header)
  }

  /** Ciphertext and tag of frame `index`. */
  encryptFrame(index: number, codec: number, rawLength: number, stored: Uint8Array): [Buffer, Buffer] {
    return encrypt(this.#key, index, this.#aadOf(index, codec, rawLength), stored)
  }

  /** The (compressed) bytes of frame `index`. @throws `damaged` */
  decryptFrame(index: number, codec: number, rawLength: number, sealed: Uint8Array): Buffer {
    return decrypt(this.#key, index, this.#aadOf(index, codec, rawLength), sealed)
  }

  /** Everything that follows the last frame: encrypted trailer, its length, CRC-32 of both. */
  sealTrailer(frames: readonly FrameInfo[]): Buffer {
    const plain = encodeFrames(frames)
    const [bytes, tag] = encrypt(this.#key, TRAILER_COUNTER, this.#aadOf(TRAILER_COUNTER, 0, plain.length), plain)
    const footer = Buffer.alloc(FOOTER_LENGTH)
    footer.writeUInt32LE(bytes.length + tag.length, 0)
    footer.writeUInt32LE(crc32(footer.subarray(0, 4), crc32(tag, crc32(bytes))), 4)
    return Buffer.concat([bytes, tag, footer])
  }

  /** The frames that an encrypted trailer (without footer) lists. @throws `damaged` */
  openTrailer(sealed: Uint8Array): FrameInfo[] {
    const length = sealed.length - TAG_LENGTH
    const plain = decrypt(this.#key, TRAILER_COUNTER, this.#aadOf(TRAILER_COUNTER, 0, length), sealed)
    const reader = new ByteReader(plain)
    const frames = decodeFrames(reader)
    if (!reader.done) throw new HoldfastError('damaged', 'A pack trailer is longer than its frames')
    return frames
  }

  #aadOf(index: number, codec: number, rawLength: number): Buffer {
    const at = this.#aad.length - 9
    this.#aad.writeUInt32LE(index, at)
    this.#aad[at + 4] = codec
    this.#aad.writeUInt32LE(rawLength, at + 5)
    return this.#aad
  }
}

/** Length of the encrypted trailer, from the last FOOTER_LENGTH bytes. */
export function trailerLength(footer: Uint8Array): number {
  return Buffer.from(footer.buffer, footer.byteOffset, footer.length).readUInt32LE(0)
}

/** Whether the footer's checksum is that of trailer and length. */
export function trailerIntact(sealed: Uint8Array, footer: Uint8Array): boolean {
  const sum = Buffer.from(footer.buffer, footer.byteOffset, footer.length).readUInt32LE(4)
  return crc32(footer.subarray(0, 4), crc32(sealed)) === sum
}

/** count, then for each frame: stored length, raw length, codec, chunk count, chunks (id, length). */
export function encodeFrames(frames: readonly FrameInfo[]): Buffer {
  const writer = new ByteWriter(1 << 16)
  writer.varint(frames.length)
  for (const frame of frames) {
    writer.varint(frame.storedLength).varint(frame.rawLength).u8(frame.codec).varint(frame.lengths.length)
    frame.lengths.forEach((length, i) => {
      writer.raw(frame.ids.subarray(i * ID_LENGTH, (i + 1) * ID_LENGTH)).varint(length)
    })
  }
  return writer.copy()
}

/** Who goes through the frames of a pack: told of each frame, then of its chunks. */
export type FrameVisitor = {
  frame(storedLength: number, rawLength: number, codec: number, chunks: number): void
  /** The id is `bytes[at .. at + 32)`; offset and length are those in the raw frame. */
  chunk(bytes: Buffer, at: number, offset: number, length: number): void
}

/** Goes through encoded frames. @throws `damaged` when lengths do not add up or pass MAX_FRAME */
export function visitFrames(reader: ByteReader, visitor: FrameVisitor): void {
  for (let count = reader.varint(); count > 0; count--) visitFrame(reader, visitor)
}

function visitFrame(reader: ByteReader, visitor: FrameVisitor): void {
  const storedLength = reader.varint()
  const rawLength = reader.varint()
  const codec = reader.u8()
  const count = reader.varint()
  const possible = count * (ID_LENGTH + 1) <= reader.end - reader.position
  if (rawLength > MAX_FRAME || storedLength > MAX_FRAME + 1024 || !possible) {
    throw new HoldfastError(
      'damaged',
      `A frame declares ${rawLength} bytes and ${count} chunks; at most ${MAX_FRAME} bytes are allowed`,
    )
  }
  visitor.frame(storedLength, rawLength, codec, count)
  let offset = 0
  for (let i = 0; i < count; i++) {
    const at = reader.position
    reader.skip(ID_LENGTH)
    const length = reader.varint()
    visitor.chunk(reader.bytes, at, offset, length)
    offset += length
  }
  if (offset !== rawLength) {
    throw new HoldfastError('damaged', `The chunks of a frame add up to ${offset} bytes, not ${rawLength}`)
  }
}

/** The frames as objects. @throws as visitFrames */
export function decodeFrames(reader: ByteReader): FrameInfo[] {
  const frames: { storedLength: number; rawLength: number; codec: number; ids: Buffer; lengths: number[] }[] = []
  visitFrames(reader, {
    frame: (storedLength, rawLength, codec, chunks) => {
      frames.push({ storedLength, rawLength, codec, ids: Buffer.allocUnsafe(chunks * ID_LENGTH), lengths: [] })
    },
    chunk: (bytes, at, _offset, length) => {
      const { ids, lengths } = frames.at(-1)!
      bytes.copy(ids, lengths.length * ID_LENGTH, at, at + ID_LENGTH)
      lengths.push(length)
    },
  })
  return frames
}
