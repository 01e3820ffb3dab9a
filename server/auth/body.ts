// The body of a sign-in: a small form or a small JSON object of texts, and nothing else.
import type { IncomingMessage } from 'node:http'
import { HoldfastError } from '../contract/errors.ts'

const longest = 16_384

async function read(req: IncomingMessage): Promise<string> {
  const tooLarge = (): HoldfastError => new HoldfastError('too_large', `A sign-in has at most ${longest} bytes`)
  if (Number(req.headers['content-length'] ?? 0) > longest) throw tooLarge()
  const parts: Buffer[] = []
  let size = 0
  for await (const part of req as AsyncIterable<Buffer>) {
    size += part.length
    if (size > longest) throw tooLarge()
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text === '' ? '{}' : text)
  } catch (cause) {
    // The parser's message quotes the text, which may hold a password: it is not passed on.
    throw new HoldfastError('usage', `The body is not JSON (${(cause as Error).name})`)
  }
}

/**
 * The fields of a form or of a JSON object; fields that are no text are left out.
 * @throws `too_large` beyond 16 KiB, `usage` for another type or bad JSON
 */
export async function readBody(req: IncomingMessage): Promise<Record<string, string>> {
  const type = (req.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase()
  if (type === 'application/x-www-form-urlencoded') return Object.fromEntries(new URLSearchParams(await read(req)))
  if (type !== 'application/json') {
    throw new HoldfastError('usage', 'The body has to be application/x-www-form-urlencoded or application/json')
  }
  const value = parseJson(await read(req))
  const pairs = typeof value === 'object' && value !== null ? Object.entries(value) : []
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => typeof pair[1] === 'string'))
}
