// Options that several commands share: compression, iterations of the key derivation, labels, threads.
import { availableParallelism } from 'node:os'
import { HoldfastError } from '../contract/errors.ts'
import type { CompressionSettings } from '../engine/codec/codecs.ts'
import { needText } from './bytes.ts'
import type { Options } from './command.ts'
import { wholeNumber } from './values.ts'

export const compressionOptions = {
  compression: { kind: 'value', value: 'C', help: 'none, zstd, gzip, bzip2, xz or 7z' },
  level: { kind: 'value', value: 'N', help: 'compression level; each compression has its own range' },
} as const satisfies Options

export const iterationsOption = {
  'kdf-iterations': { kind: 'value', value: 'N', help: 'iterations of PBKDF2 for the key slot (default 600000)' },
} as const satisfies Options

export const labelOption = {
  label: { kind: 'value', value: 'L', help: 'what the key slot is called; readable without a key' },
} as const satisfies Options

export const threadsOption = {
  threads: {
    kind: 'value',
    value: 'N',
    help: 'threads that do the work (default: one for each processor, 16 at most)',
  },
} as const satisfies Options

const MAX_THREADS = 64
const MAX_DEFAULT_THREADS = 16
const MAX_LABEL = 100

/** The compression that the options ask for; undefined when they ask for none. `known`: whose codec a lone --level is about. @throws `usage` */
export async function compressionOf(
  options: { readonly compression: string | undefined; readonly level: string | undefined },
  known: CompressionSettings,
): Promise<CompressionSettings | undefined> {
  const level = wholeNumber('level', options.level, { min: 0, max: 1000 })
  if (options.compression === undefined && level === undefined) return undefined
  const { parseCompression } = await import('../engine/codec/codecs.ts')
  const name = options.compression === undefined ? known.codec : needText(options.compression, '--compression')
  return parseCompression(name, level)
}

/** @throws `usage` */
export async function iterationsOf(options: { readonly 'kdf-iterations': string | undefined }): Promise<number> {
  const { DEFAULT_ITERATIONS, MAX_ITERATIONS, MIN_ITERATIONS } = await import('../engine/repository/slots.ts')
  const range = { min: MIN_ITERATIONS, max: MAX_ITERATIONS }
  return wholeNumber('kdf-iterations', options['kdf-iterations'], range) ?? DEFAULT_ITERATIONS
}

/** @throws `usage` for one that is no text, or too long */
export function labelOf(options: { readonly label: string | undefined }): string | undefined {
  if (options.label === undefined) return undefined
  const label = needText(options.label, '--label')
  if (label.length <= MAX_LABEL) return label
  throw new HoldfastError('usage', `--label has ${label.length} characters; ${MAX_LABEL} are allowed`)
}

/** @throws `usage` */
export const threadsOf = (options: { readonly threads: string | undefined }): number =>
  wholeNumber('threads', options.threads, { min: 1, max: MAX_THREADS }) ??
  Math.min(MAX_DEFAULT_THREADS, availableParallelism())
