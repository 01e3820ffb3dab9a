// The beginning of a file for the eyes: text, a picture of a kind that browsers draw and that holds no script, or some bytes.
import { isUtf8 } from 'node:buffer'

const TEXT_BYTES = 64 * 1024
const IMAGE_BYTES = 2 * 1024 * 1024
const HEX_BYTES = 256

export const previewEncodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const
export const imageTypes = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'] as const
type ImageType = (typeof imageTypes)[number]

export type Preview =
  | {
      readonly kind: 'text'
      readonly text: string
      /** There is more of it. */
      readonly truncated: boolean
      readonly encoding: (typeof previewEncodings)[number]
    }
  | { readonly kind: 'image'; readonly mime: ImageType; readonly base64: string }
  /** The first bytes, in hexadecimal. */
  | { readonly kind: 'binary'; readonly hex: string }

/** @param size of the whole file; of it no more is read than is shown */
export async function previewOf(content: AsyncIterable<Uint8Array>, size: number): Promise<Preview> {
  const pieces = content[Symbol.asyncIterator]()
  let head = Buffer.alloc(0)
  const readUpTo = async (wanted: number): Promise<void> => {
    const parts: Uint8Array[] = [head]
    for (let length = head.length; length < wanted; ) {
      const next = await pieces.next()
      if (next.done) break
      parts.push(next.value)
      length += next.value.length
    }
    head = Buffer.concat(parts)
  }
  try {
    await readUpTo(TEXT_BYTES)
    const mime = imageTypeOf(head)
    if (mime !== undefined && size <= IMAGE_BYTES) {
      await readUpTo(size)
      return { kind: 'image', mime, base64: head.toString('base64') }
    }
    return textOf(head.subarray(0, TEXT_BYTES), size) ?? binaryOf(head)
  } finally {
    await pieces.return?.()
  }
}

const binaryOf = (head: Buffer): Preview => ({ kind: 'binary', hex: head.subarray(0, HEX_BYTES).toString('hex') })

/** By the first bytes alone: a name promises nothing. */
function imageTypeOf(head: Buffer): ImageType | undefined {
  const begins = (text: string, at = 0): boolean => head.toString('latin1', at, at + text.length) === text
  if (begins('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (begins('\xff\xd8\xff')) return 'image/jpeg'
  if (begins('GIF87a') || begins('GIF89a')) return 'image/gif'
  if (begins('RIFF') && begins('WEBP', 8)) return 'image/webp'
  return undefined
}

function textOf(head: Buffer, size: number): Preview | undefined {
  const truncated = size > head.length
  const as = (encoding: (typeof previewEncodings)[number], bytes: Buffer): Preview => ({
    kind: 'text',
    text: new TextDecoder(encoding).decode(bytes),
    truncated,
    encoding,
  })
  const mark = head.toString('latin1', 0, 2)
  const even = head.subarray(0, head.length - (head.length % 2))
  if (mark === '\xff\xfe') return as('utf-16le', even)
  if (mark === '\xfe\xff') return as('utf-16be', even)
  // What no text has: without this every picture would be a text of some encoding.
  if (head.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27))) return undefined
  const whole = truncated ? withoutHalf(head) : head
  if (isUtf8(whole)) return as('utf-8', whole)
  return head.some((byte) => byte >= 0x7f && byte < 0xa0) ? undefined : as('windows-1252', head)
}

/** Without a character of UTF-8 that the cut went through. */
function withoutHalf(bytes: Buffer): Buffer {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return bytes
    if (byte >= 0xc0) {
      const length = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4
      return length > back ? bytes.subarray(0, bytes.length - back) : bytes
    }
  }
  return bytes
}
