// Files of the built pages as browsers of all kinds get them: packed, to be kept, and only those that were built.
import fs from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createAssets } from './assets.ts'

const code = 'const words = 1;\n'.repeat(100)
let folder: string
let server: http.Server

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-assets-'))
  const built = path.join(folder, 'static')
  fs.mkdirSync(path.join(built, 'chunks'), { recursive: true })
  fs.writeFileSync(path.join(built, 'chunks/a.js'), code)
  fs.writeFileSync(path.join(built, 'chunks/a.js.br'), brotliCompressSync(code))
  fs.writeFileSync(path.join(built, 'chunks/a.js.gz'), gzipSync(code))
  fs.writeFileSync(path.join(built, 'short.css'), 'a{}')
  fs.writeFileSync(path.join(folder, 'secret.js'), 'secret')
  const assets = createAssets(built)
  server = http.createServer(async (request, response) => {
    if (!(await assets(request, response, (request.url ?? '').slice(1)))) response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(() => {
  server.close()
  fs.rmSync(folder, { recursive: true })
})

type Got = { readonly status: number | undefined; readonly headers: http.IncomingHttpHeaders; readonly body: Buffer }

/** Without a client that unpacks, or straightens paths. */
const get = (file: string, accept?: string, method = 'GET'): Promise<Got> =>
  new Promise((resolve, reject) => {
    const { port } = server.address() as AddressInfo
    const headers = accept === undefined ? {} : { 'Accept-Encoding': accept }
    const sent = http.request(
      { port, host: '127.0.0.1', path: `/${file}`, method, headers, agent: false },
      async (to) => {
        const parts: Buffer[] = []
        for await (const part of to) parts.push(part as Buffer)
        resolve({ status: to.statusCode, headers: to.headers, body: Buffer.concat(parts) })
      },
    )
    sent.once('error', reject)
    sent.end()
  })

test('the best packing that the browser takes', async () => {
  const best = await get('chunks/a.js', 'gzip, deflate, br, zstd')
  expect(best).toMatchObject({
    status: 200,
    headers: {
      'content-encoding': 'br',
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'Accept-Encoding',
      'content-length': String(brotliCompressSync(code).length),
    },
  })
  expect(brotliDecompressSync(best.body).toString()).toBe(code)
  for (const accept of ['gzip, deflate', 'br;q=0, gzip;q=0.5', 'br; q=0.0, GZIP'])
    expect(gunzipSync((await get('chunks/a.js', accept)).body).toString()).toBe(code)
  for (const accept of [undefined, 'identity', 'br;q=0', '*']) {
    const plain = await get('chunks/a.js', accept)
    expect(plain.body.toString()).toBe(code)
    expect(plain.headers).toMatchObject({ vary: 'Accept-Encoding' })
    expect(plain.headers).not.toHaveProperty('content-encoding')
  }
})

test('what has no packing comes as it is, and HEAD comes without a body', async () => {
  expect((await get('short.css', 'br')).body.toString()).toBe('a{}')
  const { status, headers, body } = await get('chunks/a.js', 'br', 'HEAD')
  expect([status, Number(headers['content-length']), body.length]).toEqual([200, brotliCompressSync(code).length, 0])
})

test('nothing but what was built', async () => {
  for (const file of ['chunks', 'chunks/', 'chunks/b.js', '../secret.js', 'chunks/../short.css', ''])
    expect([file, (await get(file, 'br')).status]).toEqual([file, 404])
  expect((await get('chunks/a.js', 'br', 'POST')).status).toBe(404)
  // Another build took it away.
  fs.rmSync(path.join(folder, 'static'), { recursive: true })
  expect((await get('chunks/a.js', 'br')).status).toBe(404)
})
