// Deterministic random numbers and bytes for corpora: the AES-256-CTR key stream of a seed, the same on every machine.
import { type Cipheriv, createCipheriv, createHash } from 'node:crypto'

const BLOCK = 64 * 1024
const ZEROS = Buffer.alloc(BLOCK)

export class Seeded {
  private readonly cipher: Cipheriv
  private block: Buffer = Buffer.alloc(0)
  private at = 0

  constructor(seed: string) {
    this.cipher = createCipheriv('aes-256-ctr', createHash('sha256').update(seed).digest(), Buffer.alloc(16))
  }

  /** The next 32 bits, unsigned. */
  next32(): number {
    if (this.at + 4 > this.block.length) this.refill()
    const value = this.block.readUInt32LE(this.at)
    this.at += 4
    return value
  }

  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number {
    return Math.floor((this.next32() / 0x1_0000_0000) * limit)
  }

  /** A number from 0 (included) to 1 (excluded). */
  fraction(): number {
    return this.next32() / 0x1_0000_0000
  }

  /** `length` bytes that no codec can shrink. */
  bytes(length: number): Buffer {
    return this.cipher.update(length === BLOCK ? ZEROS : Buffer.alloc(length))
  }

  private refill(): void {
    this.block = this.bytes(BLOCK)
    this.at = 0
  }
}

/** `count` different whole numbers below `limit`, ascending (Floyd's sampling, CACM 30/9, 1987). */
export function sample(random: Seeded, limit: number, count: number): number[] {
  const chosen = new Set<number>()
  for (let top = limit - Math.min(count, limit); top < limit; top++) {
    const pick = random.below(top + 1)
    chosen.add(chosen.has(pick) ? top : pick)
  }
  return [...chosen].sort((a, b) => a - b)
}
