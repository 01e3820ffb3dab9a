// Characters in byte strings (one JS char per byte, see the engine's rule on names): one UTF-8 character, or one byte where that is invalid.

/** The byte string of ordinary text. */
export const toByteString = (text: string): string =>
  isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1')

/** Codes of bytes that are not UTF-8, above all of Unicode so that no pattern can name them. */
const invalidByte = 0x110000

const byteAt = (bytes: string, at: number): number => (at < bytes.length ? bytes.charCodeAt(at) : 0)

const isTail = (byte: number): boolean => (byte & 0xc0) === 0x80

/**
 * How many bytes the character at `at` has: 1 to 4, and 1 where no valid UTF-8 begins. The well-formed sequences are those of table 3-7
 * of the Unicode Standard: no overlong forms, no surrogates, nothing past U+10FFFF.
 */
export function charLength(bytes: string, at: number): number {
  const first = bytes.charCodeAt(at)
  if (first < 0xc2 || first > 0xf4) return 1
  const second = byteAt(bytes, at + 1)
  if (!isTail(second)) return 1
  if (first < 0xe0) return 2
  if (!isTail(byteAt(bytes, at + 2))) return 1
  if (first < 0xf0) return (first === 0xe0 && second < 0xa0) || (first === 0xed && second > 0x9f) ? 1 : 3
  if ((first === 0xf0 && second < 0x90) || (first === 0xf4 && second > 0x8f)) return 1
  return isTail(byteAt(bytes, at + 3)) ? 4 : 1
}

/** The code point of the character at `at`; for an invalid byte a number above all code points. */
export function codeAt(bytes: string, at: number): number {
  const first = bytes.charCodeAt(at)
  if (first < 0x80) return first
  const length = charLength(bytes, at)
  if (length === 1) return invalidByte + first
  let code = first & (0xff >>> (length + 1))
  for (let i = 1; i < length; i++) code = (code << 6) | (byteAt(bytes, at + i) & 0x3f)
  return code
}

/** Lower case of a byte string: of all letters when it is UTF-8, of A to Z when it is not. */
export function foldCase(bytes: string): string {
  if (isAscii(bytes)) return bytes.toLowerCase()
  const buffer = Buffer.from(bytes, 'latin1')
  const text = buffer.toString('utf8')
  if (!Buffer.from(text, 'utf8').equals(buffer)) return bytes.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
  return toByteString(text.toLowerCase())
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false
  return true
}
