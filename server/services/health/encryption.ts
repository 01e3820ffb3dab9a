// encryption_functionality: the engine's cipher gives the right bytes, refuses altered ones, and each repository opens with its secret.
import { hash, randomBytes } from 'node:crypto'
import { hasCode, messageOf } from '../../contract/errors.ts'
import type { Catalog } from '../../db/index.ts'
import { decrypt, encrypt } from '../../engine/crypto/aead.ts'
import { Keyring } from '../../engine/crypto/keyring.ts'
import { seal, unseal } from '../../engine/crypto/seal.ts'
import type { Repository } from '../../engine/repository/repository.ts'
import { noRepository, type RepositoryRow, repositoriesOf } from './storage.ts'
import { type Check, type Finding, failed, ok, worstOf } from './types.ts'

/** Opens the repository of a row with the secret from its source. */
export type OpenRepository = (id: string) => Promise<Repository>

export function encryptionCheck(catalog: Catalog, open: OpenRepository): Check {
  return async (signal) => {
    const wrong = primitives()
    if (wrong !== undefined)
      return failed(
        `The cipher does not work: ${wrong}`,
        'Back up nothing until this is mended: try another machine, another processor, the Node version that Holdfast brings',
      )
    const repositories = await repositoriesOf(catalog)
    if (repositories.length === 0) return noRepository
    const findings: Finding[] = []
    // One after the other: to derive a key from a secret is costly on purpose.
    for (const repository of repositories) {
      signal.throwIfAborted()
      findings.push(await unlock(repository, open))
    }
    const worst = worstOf(findings)
    return worst.state === 'ok' ? ok(`The cipher works, every repository opens (${repositories.length})`) : worst
  }
}

/** A vector of our own, made with Python's cryptography (OpenSSL). */
const KNOWN = {
  key: Buffer.alloc(32, 0x42),
  counter: 7,
  aad: Buffer.from('holdfast'),
  plain: Buffer.from('That which is known beforehand.'),
  sealed: '9949e537f4186a0afbc02f4354d35f068ca569dd6f1018f29593158e7231a32f797b091a1dff2c1de4f45fc845626f',
}

/** @returns what is wrong, undefined for nothing */
export function primitives(): string | undefined {
  const { key, counter, aad, plain, sealed } = KNOWN
  if (Buffer.concat(encrypt(key, counter, aad, plain)).toString('hex') !== sealed)
    return 'AES-256-GCM gives wrong bytes'
  if (hash('sha256', 'abc', 'hex') !== 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
    return 'SHA-256 gives wrong bytes'
  const keyring = new Keyring({ repositoryId: randomBytes(32), masters: [randomBytes(32)] })
  const text = randomBytes(1000)
  const object = seal(keyring, 'snapshots', text)
  if (!unseal(keyring, 'snapshots', object).equals(text)) return 'what was encrypted comes back with other bytes'
  object[object.length >> 1]! ^= 1
  if (!refuses(() => unseal(keyring, 'snapshots', object))) return 'altered bytes are not noticed'
  if (!refuses(() => decrypt(key, counter + 1, aad, Buffer.from(sealed, 'hex'))))
    return 'a wrong counter is not noticed'
  return undefined
}

function refuses(work: () => unknown): boolean {
  try {
    work()
    return false
  } catch (error) {
    return hasCode(error, 'damaged')
  }
}

async function unlock({ id, name }: RepositoryRow, open: OpenRepository): Promise<Finding> {
  try {
    const repository = await open(id)
    await repository.storage.close()
    return ok(`${name} opens`)
  } catch (error) {
    const wrong = hasCode(error, 'wrong_secret')
    return failed(
      `${name} does not open: ${messageOf(error)}`,
      wrong
        ? `Give ${name} the key that belongs to it; the recovery kit has a copy. Without it nothing in it can be read`
        : `See that the key of ${name} is where it should be, and that its storage answers`,
    )
  }
}
