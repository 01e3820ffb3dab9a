// The config object: what a repository is, fixed when it is made. Plain JSON (it must be readable before any key is), with a MAC under K_meta.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { HoldfastError } from '../../contract/errors.ts'
import { isoTime } from '../../lib/clock.ts'
import { type ChunkerParameters, DEFAULT_CHUNKER } from '../chunk/fastcdc.ts'
import type { CompressionSettings } from '../codec/codecs.ts'

export const CONFIG_KEY = 'config'
export const FORMAT = 1
/** Features that this program understands; a repository that names another for an operation is refused for that operation only. */
const KNOWN_FEATURES: readonly string[] = []

export type Features = {
  readonly read: readonly string[]
  readonly write: readonly string[]
  readonly delete: readonly string[]
}

export type RepositoryConfig = {
  readonly format: number
  /** 32 random bytes in hexadecimal. */
  readonly id: string
  readonly created: string
  readonly features: Features
  readonly chunker: ChunkerParameters
  /** Used when a run names no other. */
  readonly compression: CompressionSettings
  /** Bytes at which a pack is closed. */
  readonly packSize: { readonly data: number; readonly meta: number }
}

/** What is chosen when a repository is made. */
export type NewConfig = {
  readonly compression: RepositoryConfig['compression']
  readonly packSize?: RepositoryConfig['packSize'] | undefined
}

const DEFAULT_PACK_SIZE = { data: 32 << 20, meta: 8 << 20 }

export function newConfig(id: Uint8Array, now: number, { compression, packSize }: NewConfig): RepositoryConfig {
  return {
    format: FORMAT,
    id: Buffer.from(id).toString('hex'),
    created: isoTime(now),
    features: { read: [], write: [], delete: [] },
    chunker: DEFAULT_CHUNKER,
    compression,
    packSize: packSize ?? DEFAULT_PACK_SIZE,
  }
}

const macOf = (text: string, key: Uint8Array): Buffer =>
  createHmac('sha256', key).update('config').update(text).digest()

/** The object's text: {"config": {...}, "mac": "hex"}; the MAC covers the text of the inner object as JSON.stringify gives it. */
export function encodeConfig(config: RepositoryConfig, metaKey: Uint8Array): string {
  return JSON.stringify({ config, mac: macOf(JSON.stringify(config), metaKey).toString('hex') }, null, 2)
}

/** Reads the text without any key: enough to unlock a slot, not yet to be trusted. @throws `damaged`, `unsupported` */
export function parseConfig(text: string): RepositoryConfig {
  const config = parseJson(text)?.config
  if (!isConfig(config)) throw new HoldfastError('damaged', 'The config object of the repository is not readable')
  if (config.format !== FORMAT) {
    throw new HoldfastError(
      'unsupported',
      `The repository has format ${config.format}; this program reads format ${FORMAT}`,
    )
  }
  return config
}

/** @throws `damaged` when the text was not written by a holder of the key */
export function checkConfig(text: string, metaKey: Uint8Array): RepositoryConfig {
  const config = parseConfig(text)
  const mac = Buffer.from(String(parseJson(text)?.mac), 'hex')
  const expected = macOf(JSON.stringify(config), metaKey)
  if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) {
    throw new HoldfastError(
      'damaged',
      'The config object of the repository was altered: its checksum under the key differs',
    )
  }
  return config
}

/** @throws `unsupported` when the repository needs for `operation` what this program doesn't know */
export function checkFeatures(config: RepositoryConfig, operation: keyof Features): void {
  const unknown = config.features[operation].filter((feature) => !KNOWN_FEATURES.includes(feature))
  if (unknown.length > 0) {
    throw new HoldfastError(
      'unsupported',
      `The repository needs ${unknown.join(', ')} to ${operation}: use a newer version of Holdfast`,
    )
  }
}

function parseJson(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch (cause) {
    throw new HoldfastError('damaged', 'The config object of the repository is not JSON', { cause })
  }
}

function isConfig(value: unknown): value is RepositoryConfig {
  const c = value as Partial<RepositoryConfig> | undefined
  const whole = (n: unknown): boolean => Number.isSafeInteger(n) && (n as number) > 0
  return (
    typeof c === 'object' &&
    c !== null &&
    typeof c.format === 'number' &&
    /^[0-9a-f]{64}$/.test(String(c.id)) &&
    [c.features?.read, c.features?.write, c.features?.delete].every(Array.isArray) &&
    [c.chunker?.min, c.chunker?.average, c.chunker?.max].every(whole) &&
    [c.packSize?.data, c.packSize?.meta].every(whole) &&
    typeof c.compression?.codec === 'string'
  )
}
