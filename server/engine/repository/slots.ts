// Key slots: the master keys, wrapped under a password, a key file or a key from the environment. One object each, never changed.
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  pbkdf2,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { promisify } from 'node:util'
import { HoldfastError } from '../../contract/errors.ts'
import { isoTime } from '../../lib/clock.ts'
import type { Storage } from '../../storage/types.ts'
import { nameOf } from '../crypto/seal.ts'
import { parseConfig } from './config.ts'
import { isAboutObject, listOurs } from './names.ts'

const pbkdf2Async = promisify(pbkdf2)

export const DEFAULT_ITERATIONS = 600_000
export const MIN_ITERATIONS = 100_000
export const MAX_ITERATIONS = 10_000_000

/** Each may cost ten million iterations to try. */
const MAX_SLOTS = 100

export const secretKinds = ['password', 'keyfile', 'environment'] as const
export type SecretKind = (typeof secretKinds)[number]

/** What a person or a program unlocks a repository with. */
export type Secret = { readonly kind: SecretKind; readonly bytes: Uint8Array }

/** The slot's header: everything but the wrapped keys. It is authenticated with them. */
type Header = {
  readonly version: 1
  readonly kind: SecretKind
  readonly label: string
  readonly created: string
  readonly kdf: { readonly name: 'pbkdf2-sha256'; readonly iterations: number; readonly salt: string }
}

export type Slot = Header & {
  /** First 16 bytes of HMAC-SHA-256(check key, "check"), compared before anything is unwrapped, since GCM does not commit to its key. */
  readonly check: string
  /** The master keys of all epochs, 32 bytes each, under AES-256-GCM with nonce 0 (the salt is new, so the key is). */
  readonly wrapped: string
  /** The text of the config object, so that losing that object can be mended. */
  readonly config: string
}

export type StoredSlot = Slot & { readonly id: string }

const slotKey = (id: string): string => `keys/${id}`

export function checkIterations(iterations: number): number {
  if (Number.isInteger(iterations) && iterations >= MIN_ITERATIONS && iterations <= MAX_ITERATIONS) return iterations
  throw new HoldfastError(
    'usage',
    `${iterations} KDF iterations: a whole number from ${MIN_ITERATIONS} to ${MAX_ITERATIONS} is allowed`,
  )
}

async function slotKeys(secret: Secret, kdf: Header['kdf']): Promise<{ wrap: Buffer; check: Buffer }> {
  if (secret.bytes.length === 0)
    throw new HoldfastError('usage', `The ${secret.kind} is empty: it must hold at least one byte`)
  const stretched = await pbkdf2Async(secret.bytes, Buffer.from(kdf.salt, 'hex'), kdf.iterations, 32, 'sha256')
  const expand = (purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', stretched, '', `holdfast/1/slot/${purpose}`, 32))
  return { wrap: expand('wrap'), check: createHmac('sha256', expand('check')).update('check').digest().subarray(0, 16) }
}

const aadOf = (header: Header, repositoryId: Uint8Array): Buffer => {
  const { version, kind, label, created, kdf } = header
  return Buffer.concat([Buffer.from(JSON.stringify({ version, kind, label, created, kdf })), repositoryId])
}

/** The repository that a slot says it belongs to; it is authenticated with the keys. */
export const repositoryIdOf = (slot: Slot): Buffer => Buffer.from(parseConfig(slot.config).id, 'hex')

/** Wraps the master keys for a secret and stores the slot. @returns its id */
export async function addSlot(
  storage: Storage,
  secret: Secret,
  material: { masters: readonly Uint8Array[]; repositoryId: Uint8Array; config: string },
  options: { iterations: number; label: string; now: number },
): Promise<string> {
  const kdf = {
    name: 'pbkdf2-sha256',
    iterations: checkIterations(options.iterations),
    salt: randomBytes(32).toString('hex'),
  } as const
  const header: Header = { version: 1, kind: secret.kind, label: options.label, created: isoTime(options.now), kdf }
  const { wrap, check } = await slotKeys(secret, kdf)
  const cipher = createCipheriv('aes-256-gcm', wrap, Buffer.alloc(12)).setAAD(aadOf(header, material.repositoryId))
  const wrapped = Buffer.concat([cipher.update(Buffer.concat(material.masters)), cipher.final(), cipher.getAuthTag()])
  const slot: Slot = {
    ...header,
    check: check.toString('hex'),
    wrapped: wrapped.toString('hex'),
    config: material.config,
  }
  const bytes = Buffer.from(`${JSON.stringify(slot, null, 2)}\n`)
  const id = nameOf(bytes)
  await storage.put(slotKey(id), bytes, { ifAbsent: true })
  return id
}

/** All slots of the repository; a damaged one is given as an error beside its id, for one bad slot must not lock out the others. */
export async function readSlots(
  storage: Storage,
): Promise<{ slots: StoredSlot[]; damaged: { id: string; error: unknown }[] }> {
  const slots: StoredSlot[] = []
  const damaged: { id: string; error: unknown }[] = []
  for await (const key of listOurs(storage, 'keys/')) {
    if (slots.length >= MAX_SLOTS)
      throw new HoldfastError('damaged', `There are more than ${MAX_SLOTS} key slots; somebody planted them`)
    const id = key.slice('keys/'.length)
    try {
      slots.push({ ...parseSlot(await storage.get(key), id), id })
    } catch (error) {
      if (!isAboutObject(error)) throw error
      damaged.push({ id, error })
    }
  }
  slots.sort((a, b) => (a.created < b.created ? -1 : 1))
  return { slots, damaged }
}

function parseSlot(bytes: Uint8Array, id: string): Slot {
  if (nameOf(bytes) !== id) throw new HoldfastError('damaged', `Key slot ${id}: its bytes do not match its name`)
  const slot = parseJson(bytes, id)
  const { version, kdf } = (slot ?? {}) as Partial<Slot>
  if (version !== 1 || kdf?.name !== 'pbkdf2-sha256')
    throw new HoldfastError('unsupported', `Key slot ${id} is of a kind this program can't open`)
  const { iterations } = kdf
  if (!Number.isInteger(iterations) || iterations < MIN_ITERATIONS || iterations > MAX_ITERATIONS) {
    throw new HoldfastError(
      'damaged',
      `Key slot ${id} asks for ${iterations} iterations; ${MIN_ITERATIONS} to ${MAX_ITERATIONS} are allowed`,
    )
  }
  if (!isSlot(slot)) throw new HoldfastError('damaged', `Key slot ${id} lacks something, or has it in another form`)
  return slot
}

function parseJson(bytes: Uint8Array, id: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString())
  } catch (cause) {
    throw new HoldfastError('damaged', `Key slot ${id} is not JSON`, { cause })
  }
}

/** Anybody who can write to the storage can leave a slot: one that would fail in some other way than by its keys must not come this far. */
function isSlot(value: unknown): value is Slot {
  const { kind, label, created, kdf, check, wrapped, config } = value as Partial<Slot>
  return (
    secretKinds.some((known) => known === kind) &&
    [label, created, config].every((text) => typeof text === 'string') &&
    /^[0-9a-f]{64}$/.test(String(kdf?.salt)) &&
    /^[0-9a-f]{32}$/.test(String(check)) &&
    // One master key at least, and the tag.
    /^(?:[0-9a-f]{64})+[0-9a-f]{32}$/.test(String(wrapped))
  )
}

/**
 * The master keys, if the secret opens the slot; undefined when it is the wrong secret.
 * @throws `damaged` when the secret is right but the wrapped keys were altered
 */
export async function openSlot(slot: StoredSlot, secret: Secret): Promise<Buffer[] | undefined> {
  const { wrap, check } = await slotKeys(secret, slot.kdf)
  const expected = Buffer.from(slot.check, 'hex')
  if (expected.length !== check.length || !timingSafeEqual(check, expected)) return undefined
  const sealed = Buffer.from(slot.wrapped, 'hex')
  const decipher = createDecipheriv('aes-256-gcm', wrap, Buffer.alloc(12), { authTagLength: 16 }).setAAD(
    aadOf(slot, repositoryIdOf(slot)),
  )
  try {
    decipher.setAuthTag(sealed.subarray(-16))
    const masters = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
    return Array.from({ length: masters.length / 32 }, (_, i) => masters.subarray(i * 32, (i + 1) * 32))
  } catch (cause) {
    throw new HoldfastError('damaged', `Key slot ${slot.id} was altered, or belongs to another repository`, { cause })
  }
}

export type OpenedSlot = { readonly slot: StoredSlot; readonly masters: Buffer[] }

/** Tries the slots of the secret's kind, all at once. @returns those that open, oldest first */
export async function unlock(slots: readonly StoredSlot[], secret: Secret): Promise<OpenedSlot[]> {
  const candidates = slots.filter((slot) => slot.kind === secret.kind)
  const results = await Promise.allSettled(candidates.map((slot) => openSlot(slot, secret)))
  const opened: OpenedSlot[] = []
  results.forEach((result, i) => {
    if (result.status === 'fulfilled' && result.value) opened.push({ slot: candidates[i]!, masters: result.value })
  })
  const failed = results.find((result) => result.status === 'rejected')
  if (opened.length === 0 && failed) throw failed.reason
  return opened
}

export async function removeSlot(storage: Storage, id: string): Promise<void> {
  await storage.delete(slotKey(id))
}
