// Compact binary encoding: varints, byte strings, growing buffers. Everything Holdfast writes in binary is written with these two classes.
import { HoldfastError } from '../contract/errors.ts'

/** Appends to a buffer that grows. Numbers are unsigned LEB128 varints unless said otherwise. */
export class ByteWriter {
  #buffer: Buffer
  #length = 0

  constructor(capacity = 1024) {
    this.#buffer = Buffer.allocUnsafeSlow(capacity)
  }

  get length(): number {
    return this.#length
  }

  /** Forgets what was written; keeps the memory. */
  reset(): this {
    this.#length = 0
    return this
  }

  /** What was written, as a view that the next write may overwrite. */
  view(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  /** What was written, as bytes of its own. */
  copy(): Buffer {
    return Buffer.from(this.view())
  }

  u8(value: number): this {
    this.#reserve(1)
    this.#buffer[this.#length++] = value
    return this
  }

  /** Four bytes, little endian. */
  u32(value: number): this {
    this.#reserve(4)
    this.#length = this.#buffer.writeUInt32LE(value, this.#length)
    return this
  }

  /** A whole number from 0 to 2^53 - 1. */
  varint(value: number): this {
    this.#reserve(8)
    const b = this.#buffer
    let v = value
    while (v >= 0x80) {
      b[this.#length++] = (v % 0x80) | 0x80
      v = Math.floor(v / 0x80)
    }
    b[this.#length++] = v
    return this
  }

  /** A whole number from -(2^52) to 2^52 - 1: the sign in the lowest bit. */
  signed(value: number): this {
    return this.varint(value < 0 ? -2 * value - 1 : 2 * value)
  }

  /** Bytes as they are, without a length. */
  raw(bytes: Uint8Array): this {
    this.#reserve(bytes.length)
    this.#buffer.set(bytes, this.#length)
    this.#length += bytes.length
    return this
  }

  /** Length, then bytes. */
  blob(bytes: Uint8Array): this {
    return this.varint(bytes.length).raw(bytes)
  }

  /** Length, then a byte string (one byte a character). */
  name(text: string): this {
    this.varint(text.length)
    this.#reserve(text.length)
    this.#length += this.#buffer.write(text, this.#length, 'latin1')
    return this
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#buffer.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, this.#length + more))
    this.#buffer.copy(grown, 0, 0, this.#length)
    this.#buffer = grown
  }
}

/** Reads what a ByteWriter wrote. Everything that does not fit fails with `damaged`, so hostile input can't read past the end. */
export class ByteReader {
  readonly bytes: Buffer
  position: number
  /** Reading stops here; moved in for the time that something of a known length is read. */
  end: number

  constructor(bytes: Uint8Array, position = 0, end = bytes.length) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    this.position = position
    this.end = end
  }

  get done(): boolean {
    return this.position >= this.end
  }

  u8(): number {
    return this.bytes[this.#advance(1)]!
  }

  u32(): number {
    return this.bytes.readUInt32LE(this.#advance(4))
  }

  varint(): number {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = this.u8()
      value += (byte & 0x7f) * scale
      if (byte < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) throw new HoldfastError('damaged', 'A number is out of range')
        return value
      }
      scale *= 0x80
      if (scale > Number.MAX_SAFE_INTEGER) throw new HoldfastError('damaged', 'A number is out of range')
    }
  }

  signed(): number {
    const v = this.varint()
    return v % 2 === 0 ? v / 2 : -(v + 1) / 2
  }

  /** A view of the next `length` bytes. */
  raw(length: number): Buffer {
    const at = this.#advance(length)
    return this.bytes.subarray(at, at + length)
  }

  /** Like `raw`, but only moves on. */
  skip(length: number): void {
    this.#advance(length)
  }

  blob(): Buffer {
    return this.raw(this.varint())
  }

  name(): string {
    const length = this.varint()
    const at = this.#advance(length)
    return this.bytes.toString('latin1', at, at + length)
  }

  #advance(length: number): number {
    const at = this.position
    if (length > this.end - at) throw new HoldfastError('damaged', `Data ends ${length - (this.end - at)} bytes early`)
    this.position = at + length
    return at
  }
}

/** Lower-case hexadecimal of bytes. */
export const hex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')

/**
 * Gives the memory of a buffer back at once. The collector counts what lies outside its heap only roughly, so a thread that makes a megabyte for
 * every frame would hold tens of them. Nothing may use the bytes afterwards; a view of something larger is left alone.
 */
export function release(bytes: Uint8Array): void {
  const { buffer } = bytes
  if (buffer instanceof ArrayBuffer && buffer.byteLength === bytes.length && bytes.length > 4096) buffer.transfer(0)
}
