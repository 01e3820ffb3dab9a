// The keys of a repository, all derived from its master key (docs/repository-format.md, Keys).
import { createHmac, hkdfSync } from 'node:crypto'
import { HoldfastError } from '../../contract/errors.ts'

/** What can be handed to a worker thread: a Keyring is made from it. */
export type KeyMaterial = { readonly repositoryId: Uint8Array; readonly masters: readonly Uint8Array[] }

const derive = (master: Uint8Array, repositoryId: Uint8Array, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', master, repositoryId, `holdfast/1/${purpose}`, 32))

/**
 * Keys by purpose. Encryption keys belong to an epoch (rotation adds one; the newest encrypts). Chunk ids and cut points come from the first
 * epoch for ever: were they to change, nothing stored before would be found again.
 */
export class Keyring {
  readonly material: KeyMaterial
  readonly repositoryId: Buffer
  /** K_id: chunk ids. */
  readonly id: Buffer
  /** K_chunk: the gear table. */
  readonly chunk: Buffer
  /** K_meta: the MAC of the config object. */
  readonly meta: Buffer
  readonly #encryption: readonly Buffer[]

  constructor(material: KeyMaterial) {
    const first = material.masters[0]
    if (!first) throw new HoldfastError('internal', 'A keyring needs at least one master key')
    this.material = material
    this.repositoryId = Buffer.from(material.repositoryId)
    this.id = derive(first, this.repositoryId, 'id')
    this.chunk = derive(first, this.repositoryId, 'chunk')
    this.meta = derive(first, this.repositoryId, 'meta')
    this.#encryption = material.masters.map((master) => derive(master, this.repositoryId, 'enc'))
  }

  /** The epoch that new objects are encrypted under. */
  get epoch(): number {
    return this.#encryption.length - 1
  }

  /**
   * The key of one object: HMAC-SHA-256(K_enc of the epoch, salt || purpose).
   * @throws `wrong_secret` for an epoch that this keyring doesn't hold
   */
  objectKey(epoch: number, salt: Uint8Array, purpose: string): Buffer {
    const key = this.#encryption[epoch]
    if (!key)
      throw new HoldfastError(
        'wrong_secret',
        `This key can't read objects of key epoch ${epoch}; it holds ${this.epoch + 1}`,
      )
    return createHmac('sha256', key).update(salt).update(purpose).digest()
  }
}
