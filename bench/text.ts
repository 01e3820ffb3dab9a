// What the generated files contain: prose, source text and program code, each with the redundancy that codecs see in the real kind.
import { Seeded } from './random.ts'

const LETTERS = 26
const PHRASES = 4000

/** Words of 3 to 10 letters: alone they compress to 60 %, many files together to 40 %, and LZ4 gains nothing. */
export function vocabulary(random: Seeded, count: number): string[] {
  return Array.from({ length: count }, () => word(random))
}

function word(random: Seeded): string {
  const codes = Array.from({ length: 3 + random.below(8) }, () => 97 + random.below(LETTERS))
  return String.fromCharCode(...codes)
}

/** Writes `length` bytes of prose: words in lines of about twelve. */
export function prose(random: Seeded, words: readonly string[], length: number): Buffer {
  let text = ''
  while (text.length < length) text += pick(random, words) + (random.below(12) === 0 ? '\n' : ' ')
  return Buffer.from(text.slice(0, length), 'latin1')
}

/** A generator of text that repeats itself as program source does: half of the lines come from a stock of phrases. */
export function sourceText(random: Seeded): (length: number) => Buffer {
  const words = vocabulary(random, 3000)
  const phrases = Array.from({ length: PHRASES }, () => line(random, words))
  return (length) => {
    const near = random.below(PHRASES)
    let text = ''
    while (text.length < length) text += sourceLine(random, words, phrases, near)
    return Buffer.from(text.slice(0, length), 'latin1')
  }
}

/** A file keeps to a neighbourhood of the stock, as one module keeps to its own names. */
function sourceLine(random: Seeded, words: readonly string[], phrases: readonly string[], near: number): string {
  const kind = random.below(10)
  if (kind < 7) return phrases[(near + random.below(40)) % PHRASES] ?? ''
  return kind < 9 ? (phrases[random.below(PHRASES)] ?? '') : line(random, words)
}

function line(random: Seeded, words: readonly string[]): string {
  const call = `${pick(random, words)}_${pick(random, words)}`
  return `${'\t'.repeat(1 + random.below(3))}${pick(random, words)}->${pick(random, words)} = ${call}(${pick(random, words)});\n`
}

const pick = (random: Seeded, words: readonly string[]): string => words[random.below(words.length)] ?? ''

/**
 * A generator of machine-code-like bytes: opcodes drawn unevenly from a table, operands that are mostly small, now and
 * then a copy of an earlier run. It fills the buffer that it is given; zstd 3 keeps about 40 % of it.
 */
export function programCode(seed: string): (into: Buffer) => void {
  const random = new Seeded(seed)
  const opcodes = Array.from({ length: 1024 }, () => random.bytes(1 + random.below(4)))
  return (into) => {
    let at = 0
    while (at < into.length)
      at = random.below(8) === 0 && at > 64 ? again(random, into, at) : instruction(random, opcodes, into, at)
  }
}

/** Appends one instruction at `at`; returns where the next one starts. */
function instruction(random: Seeded, opcodes: readonly Buffer[], into: Buffer, at: number): number {
  const bits = random.next32()
  const skewed = Math.min(bits & 1023, (bits >>> 10) & 1023, (bits >>> 20) & 1023)
  const opcode = opcodes[skewed] ?? into
  let end = at
  for (let i = 0; i < opcode.length && end < into.length; i++) into[end++] = opcode[i] ?? 0
  const operand = random.next32()
  if (end < into.length) into[end++] = (operand & 3) === 0 ? (operand >>> 8) & 255 : (operand >>> 8) & 15
  if ((operand & 12) === 0) for (let i = 0; i < 3 && end < into.length; i++) into[end++] = 0
  return end
}

/** Appends a copy of up to 64 bytes from the 64 KiB before; returns where the next instruction starts. */
function again(random: Seeded, into: Buffer, at: number): number {
  const length = Math.min(16 + random.below(48), into.length - at, at)
  const from = Math.max(0, at - 65_536) + random.below(Math.min(at, 65_536) - length + 1)
  into.copyWithin(at, from, from + length)
  return at + length
}
