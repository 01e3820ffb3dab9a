// Reads what a client sends, up to a limit, and refuses JSON that is nested too deeply before anything parses it.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { HoldfastError } from '../contract/errors.ts'

/** How long a client that sent too much may go on before its connection is cut, ms: long enough to read the answer. */
const LINGER = 500

/**
 * The whole body.
 * @param limit in bytes; what is announced or sent beyond is not read
 * @throws `too_large`, `interrupted` when the client left
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  refuseAnnounced(request, limit)
  const parts: Buffer[] = []
  let size = 0
  try {
    // Without this the stream would be destroyed with its socket when too much comes, and the client would never read why.
    for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += part.length
      if (size > limit) throw tooLarge(limit)
      parts.push(part)
    }
  } catch (error) {
    if (error instanceof HoldfastError) throw error
    throw new HoldfastError('interrupted', 'The client left before its request was complete', { cause: error })
  }
  return Buffer.concat(parts)
}

/** @throws `too_large` when Content-Length is above the limit */
export function refuseAnnounced(request: IncomingMessage, limit: number): void {
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > limit) throw tooLarge(limit)
}

const tooLarge = (limit: number): HoldfastError =>
  new HoldfastError('too_large', `The request is too large; allowed are ${limit} bytes`)

/** Ends the connection once the answer is out, although the client is still sending. */
export function cutOff(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request
  response.once('finish', () => {
    request.on('error', () => socket.destroy())
    request.resume()
    setTimeout(() => socket.destroy(), LINGER).unref()
  })
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPENING = new Set([0x5b, 0x7b])
const CLOSING = new Set([0x5d, 0x7d])

/**
 * Counts brackets outside of strings, without recursion.
 * @throws `usage` for more than `depth` levels
 */
export function refuseDeepJson(json: Uint8Array, depth: number): void {
  let level = 0
  for (let at = 0; at < json.length; at++) {
    const byte = json[at] as number
    if (byte === QUOTE) at = endOfString(json, at)
    else if (OPENING.has(byte)) level++
    else if (CLOSING.has(byte)) level--
    if (level > depth) throw new HoldfastError('usage', `The JSON is nested too deeply; allowed are ${depth} levels`)
  }
}

/** Where the closing quote is, or the end of the text. */
function endOfString(json: Uint8Array, start: number): number {
  let at = start + 1
  while (at < json.length && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1
  return at
}
