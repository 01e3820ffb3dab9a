// Code, styles and fonts of the built pages: files whose names change with what is in them, sent as they were packed when the pages were built.
import fs from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import path from 'node:path'

/** Answers for a file below the folder; false when there is none. */
export type Assets = (request: IncomingMessage, response: ServerResponse, file: string) => Promise<boolean>

/** The kinds of files that Next makes of our pages. */
const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/** The best first. scripts/setup.mjs makes them, but for what is too short to gain by it. */
const packings = [
  { ending: '.br', encoding: 'br' },
  { ending: '.gz', encoding: 'gzip' },
] as const

/** @param folder what `next build` made; which files are in it is looked up once, so that a request can ask for no other */
export function createAssets(folder: string): Assets {
  const files = filesOf(folder)
  return async (request, response, file) => {
    if (!files.has(file) || (request.method !== 'GET' && request.method !== 'HEAD')) return false
    const accepted = acceptedBy(request)
    const packing = packings.find(({ ending, encoding }) => accepted.has(encoding) && files.has(file + ending))
    const body = await read(path.join(folder, file + (packing?.ending ?? '')))
    if (body === undefined) return false
    response.writeHead(200, {
      'Content-Type': types[path.extname(file)] ?? 'application/octet-stream',
      'Content-Length': body.length,
      ...(packing && { 'Content-Encoding': packing.encoding }),
      'Cache-Control': 'public, max-age=31536000, immutable',
      Vary: 'Accept-Encoding',
    })
    response.end(request.method === 'HEAD' ? undefined : body)
    return true
  }
}

const filesOf = (folder: string): ReadonlySet<string> =>
  new Set(
    fs
      .readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => path.relative(folder, path.join(parentPath, name))),
  )

/** The encodings that a browser names, but for those it rules out with `q=0`. */
const acceptedBy = ({ headers }: IncomingMessage): ReadonlySet<string> =>
  new Set(
    String(headers['accept-encoding'] ?? '')
      .toLowerCase()
      .split(',')
      .filter((each) => !/;\s*q=0(?:\.0*)?\s*$/.test(each))
      .map((each) => each.split(';', 1)[0]?.trim() ?? ''),
  )

/** @returns undefined for a file that was there when the server started, and was taken away by another build */
async function read(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
