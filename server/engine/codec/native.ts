// Calls into C libraries through koffi: finding them, and the "stream" struct that zlib and bzip2 share.

import koffi from 'koffi'
import { HoldfastError } from '../../contract/errors.ts'
import type { CodecName } from './types.ts'

/** Functions of a C library by name; the keys of `declarations` are kept. */
export type Functions<K extends string> = { readonly [key in K]: (...args: unknown[]) => unknown }

/** The functions declared (C syntax) in the shared library `file`, or in Node's own program when `file` is null. Throws when missing. */
export function bind<K extends string>(file: string | null, declarations: Record<K, string>): Functions<K> {
  const library = koffi.load(file)
  const bound = Object.entries<string>(declarations).map(([key, declaration]) => [key, library.func(declaration)])
  return Object.fromEntries(bound) as Functions<K>
}

/** As `bind`, but for a library that the machine may lack: fails with `unsupported` and the packages that bring it. */
export function bindOptional<K extends string>(
  codec: CodecName,
  file: string,
  packages: string,
  declarations: Record<K, string>,
): Functions<K> {
  try {
    return bind(file, declarations)
  } catch (cause) {
    const message = `The codec "${codec}" needs the library ${file}, which can't be loaded here. Install ${packages}.`
    throw new HoldfastError('unsupported', message, { cause })
  }
}

/** A value made on first use. A maker that throws is asked again the next time. */
export function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** zlib refuses a null pointer even to no bytes. */
const nothing = Buffer.alloc(1)

/** Where the bytes of `view` lie. Good while `view` is referenced: V8 does not move the memory of a Buffer. */
export const addressOf = (view: Uint8Array): bigint => koffi.address(view.length === 0 ? nothing : view)

/**
 * A z_stream or bz_stream of a 64-bit system. Both begin alike, and both libraries insist that the struct stays at its address, so it
 * is kept in a Buffer.
 */
export class CStream {
  readonly struct: Buffer
  readonly #view: DataView

  constructor(size: number) {
    this.struct = Buffer.alloc(size)
    this.#view = new DataView(this.struct.buffer, this.struct.byteOffset, size)
  }

  /** Points the stream at all of `input` and all of `output`. */
  aim(input: Uint8Array, output: Uint8Array): void {
    this.#view.setBigUint64(0, addressOf(input), true)
    this.#view.setUint32(8, input.length, true)
    this.#view.setBigUint64(24, addressOf(output), true)
    this.#view.setUint32(32, output.length, true)
  }

  /** Bytes of the input not yet consumed. */
  get inputLeft(): number {
    return this.#view.getUint32(8, true)
  }

  /** Bytes of the output not yet written. */
  get outputLeft(): number {
    return this.#view.getUint32(32, true)
  }
}
