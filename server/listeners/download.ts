// Downloads as plain HTTP, so that a browser saves them as they come: a file, or a folder as zip or tar. What breaks off is no whole answer.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { dataOf } from '../api/errors.ts'
import { whileValid } from '../api/while-valid.ts'
import { demand } from '../auth/actor.ts'
import { basePath } from '../auth/index.ts'
import { codeOf, HoldfastError, messageOf } from '../contract/errors.ts'
import { snapshotInputs } from '../services/snapshots/index.ts'
import { dataOfThrown, sendError } from './answers.ts'
import { tarPieces } from './download-tar.ts'
import { zipPieces } from './download-zip.ts'
import type { Caller } from './gate.ts'
import { contextOf, type RpcOptions } from './rpc.ts'

export const downloadPath = `${basePath}/api/download`

const place = {
  snapshot: snapshotInputs.entry.shape.id,
  path: snapshotInputs.entry.shape.path,
  pathBytes: snapshotInputs.entry.shape.pathBytes,
}
const fileQuery = z.strictObject(place)
const folderQuery = z.strictObject({ ...place, format: z.enum(['zip', 'tar']) })

export type Download = (
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  caller: Caller,
) => Promise<void>

/** What is sent: the name that it is saved under, its length if that is known, and its bytes. */
type Content = { readonly name: string; readonly length?: number; readonly pieces: AsyncGenerator<Uint8Array> }

/** A client that takes nothing for so long (ms) is cut off. */
const STALL = 120_000

export function createDownload(options: RpcOptions): Download {
  const { services, refusals, log } = options

  const file = async ({ actor }: Caller, query: unknown): Promise<Content> => {
    const { snapshot, ...where } = parsed(fileQuery, query)
    const { name, size, stream } = await services.snapshots.content(actor, { id: snapshot, ...where })
    return { name, length: size, pieces: stream }
  }
  const folder = async ({ actor }: Caller, query: unknown): Promise<Content> => {
    const { snapshot, format, ...where } = parsed(folderQuery, query)
    const { name, items } = await services.snapshots.folder(actor, { id: snapshot, ...where }, format)
    const pieces = format === 'zip' ? zipPieces(items) : tarPieces(items)
    return { name: `${name}.${format}`, pieces: gathered(pieces) }
  }
  const kinds: Readonly<Record<string, typeof file>> = { file, folder }

  return async (request, response, path, caller) => {
    const kind = kinds[path.slice(downloadPath.length + 1)]
    if (kind === undefined) return sendError(response, dataOf('not_found', 'There is nothing here'))
    try {
      checkRequest(request)
      if (caller.rejected !== undefined) throw caller.rejected
      demand(caller.actor, 'snapshots.download')
      const content = await kind(caller, queryOf(request))
      await send(response, content, whileValid(contextOf(options, caller, request), content.pieces))
    } catch (error) {
      const code = codeOf(error)
      if (code === 'unauthenticated' || code === 'forbidden')
        await refusals.record(caller.actor, 'snapshots.download', messageOf(error))
      if (response.headersSent) log.warn('A download broke off', { actor: caller.actor.name, error })
      else if (code === 'internal') log.error('A download failed', { error })
      // Once the answer has begun this cuts the connection: nobody takes what came for the whole.
      sendError(response, dataOfThrown(error))
    }
  }
}

/** A page of another site may not make a browser download; whoever typed the address or uses a page of ours may. @throws `forbidden`, `usage` */
function checkRequest({ method, headers }: IncomingMessage): void {
  if (method !== 'GET') throw new HoldfastError('usage', `The method ${method} is not known here; allowed is GET`)
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw new HoldfastError('forbidden', 'A download that another site asked for was refused: use the console')
}

function queryOf(request: IncomingMessage): Record<string, string> {
  const parameters = new URLSearchParams((request.url ?? '').split('?')[1] ?? '')
  const names = [...parameters.keys()]
  if (new Set(names).size < names.length) throw new HoldfastError('usage', 'A parameter is given twice')
  return Object.fromEntries(parameters)
}

function parsed<T extends z.ZodType>(schema: T, query: unknown): z.output<T> {
  const outcome = schema.safeParse(query)
  if (outcome.success) return outcome.data
  const issues = outcome.error.issues.map(
    ({ path, message }) => `${path.length > 0 ? `${path.join('.')}: ` : ''}${message}`,
  )
  throw new HoldfastError('usage', issues.join('; '))
}

/** @throws what the pieces throw, and when the client leaves or takes nothing any more: then the connection is cut already */
async function send(
  response: ServerResponse,
  { name, length }: Content,
  pieces: AsyncGenerator<Uint8Array>,
): Promise<void> {
  try {
    // What is damaged from its beginning is told as an error.
    const first = await pieces.next()
    async function* all(): AsyncGenerator<Uint8Array> {
      if (!first.done) yield first.value
      yield* pieces
    }
    response.writeHead(200, {
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': dispositionOf(name),
      ...(length === undefined ? {} : { 'Content-Length': String(length) }),
    })
    response.setTimeout(STALL, () => response.destroy())
    await pipeline(Readable.from(all(), { objectMode: false, highWaterMark: PIECE }), response)
  } finally {
    // Whoever leaves before the first byte leaves the pieces untouched: what they hold is given back here.
    await pieces.return(undefined)
  }
}

/** Bytes of a piece that goes out: headers of small files would make many small packets. */
const PIECE = 64 * 1024

async function* gathered(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = []
  let length = 0
  for await (const piece of pieces) {
    parts.push(piece)
    length += piece.length
    if (length < PIECE) continue
    yield Buffer.concat(parts)
    parts = []
    length = 0
  }
  if (length > 0) yield Buffer.concat(parts)
}

/** Characters that turn text round, break lines or end the header; and what separates folders anywhere. */
const unsafe = /[\p{C}\p{Zl}\p{Zp}/\\:*?"<>|]/gu

/** RFC 6266: the name in ASCII for old programs, and as RFC 5987 writes it for all others. */
export function dispositionOf(name: string): string {
  const safe = name.toWellFormed().replace(unsafe, '_').trim() || 'download'
  const ascii = safe
    .normalize('NFKD')
    .replace(/[^ -~]/g, '_')
    .replace(/["\\%]/g, '_')
  const encoded = encodeURIComponent(safe).replace(
    /['()*!]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`
}
