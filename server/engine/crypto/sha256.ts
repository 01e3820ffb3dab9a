// SHA-256 of small pieces, as fast as the machine allows: a file of a few KiB costs two of these, and a tree has millions.
import { hash } from 'node:crypto'
import { bind, lazy } from '../codec/native.ts'

type Digest = (bytes: Uint8Array, into: Uint8Array) => void

/** OpenSSL inside Node's own program: half the price of a one-shot `crypto.hash` where that price counts. */
function bindOpenSsl(): Digest | undefined {
  try {
    const { digest } = bind(null, { digest: 'void *SHA256(const uint8_t *bytes, size_t length, uint8_t *into)' })
    return (bytes, into) => void digest(bytes, bytes.length, into)
  } catch {
    return undefined // this Node keeps its symbols to itself: crypto.hash gives the same
  }
}

/** The same through Node's interface. */
export const hashWithNode: Digest = (bytes, into) => into.set(hash('sha256', bytes, 'buffer'))

const digest = lazy(() => bindOpenSsl() ?? hashWithNode)

/** Puts the 32 bytes of SHA-256(bytes) into `into`, which may not lie in `bytes`. */
export const sha256Into: Digest = (bytes, into) => digest()(bytes, into)
