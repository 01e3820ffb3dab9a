// Clients that ask for too much: each is refused early, and nobody else notices.
import net from 'node:net'
import tls from 'node:tls'
import { expect, test } from 'vitest'
import { type ApiLab, openApiLab, request } from './lab.ts'

/** A raw TLS connection to the API. */
function connect(lab: ApiLab): Promise<tls.TLSSocket> {
  const { port, hostname: host } = new URL(lab.apiUrl)
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ host, port: Number(port), ca: lab.ca }, () => resolve(socket))
    socket.once('error', reject)
  })
}

/** All that comes until the other side closes. */
async function readAll(socket: net.Socket): Promise<string> {
  const parts: Buffer[] = []
  socket.on('data', (part: Buffer) => parts.push(part))
  await new Promise<void>((resolve) => {
    socket.once('close', () => resolve())
    socket.on('error', () => socket.destroy())
  })
  return Buffer.concat(parts).toString()
}

const post = (path: string, headers: Record<string, string>): string =>
  [
    `POST /api/trpc/${path} HTTP/1.1`,
    'Host: api',
    ...Object.entries(headers).map((pair) => pair.join(': ')),
    '',
    '',
  ].join('\r\n')

const json = { 'Content-Type': 'application/json' }

test('a body of 100 MB is refused by its header, before any of it is sent', async () => {
  await using lab = await openApiLab()
  const socket = await connect(lab)
  socket.write(post('users.create', { ...json, 'Content-Length': String(100 * 1024 * 1024) }))
  const answer = await readAll(socket)
  expect(answer).toMatch(/^HTTP\/1.1 413 /)
  expect(answer).toContain('"code":"too_large"')
  expect(answer).not.toContain('100 Continue')
})

test('a body without a length is refused where it passes the limit, long before 100 MB', async () => {
  await using lab = await openApiLab()
  const socket = await connect(lab)
  socket.write(post('users.create', { ...json, 'Transfer-Encoding': 'chunked' }))
  const answer = readAll(socket)
  const piece = Buffer.alloc(64 * 1024, 0x20)
  let sent = 0
  while (sent < 100 * 1024 * 1024 && !socket.destroyed && socket.writable) {
    socket.write(`${piece.length.toString(16)}\r\n`)
    socket.write(piece)
    if (!socket.write('\r\n')) await new Promise((resolve) => setTimeout(resolve, 5))
    sent += piece.length
  }
  expect(await answer).toMatch(/^HTTP\/1.1 413 /)
  expect(sent).toBeLessThan(100 * 1024 * 1024)
})

test('a client that asks first is told not to send', async () => {
  await using lab = await openApiLab()
  const socket = await connect(lab)
  socket.write(post('users.create', { ...json, Expect: '100-continue', 'Content-Length': String(100 * 1024 * 1024) }))
  const answer = await readAll(socket)
  expect(answer).toMatch(/^HTTP\/1.1 413 /)
})

test('JSON that is a million levels deep is refused, and the server goes on', async () => {
  await using lab = await openApiLab()
  const key = await lab.key('administrator')
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const deep = await request(lab, '/api/trpc/settings.check', { method: 'POST', headers, body: '['.repeat(1_000_000) })
  expect(deep.status).toBe(400)
  expect(JSON.parse(deep.body).error.data).toMatchObject({
    code: 'usage',
    message: expect.stringContaining('64 levels'),
  })
  const inQuery = encodeURIComponent('['.repeat(3000))
  expect((await request(lab, `/api/trpc/users.list?input=${inQuery}`, { headers })).status).toBe(400)
  expect((await request(lab, '/api/trpc/profile.whoAmI', { headers })).status).toBe(200)
})

test('a stranger may send 16 KiB, and no more', async () => {
  await using lab = await openApiLab()
  const body = JSON.stringify({ token: 't', password: 'p'.repeat(17_000) })
  const to = '/api/trpc/users.redeemPasswordLink'
  const answer = await request(lab, to, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  expect(answer.status).toBe(413)
})

test('brackets within strings are no depth', async () => {
  await using lab = await openApiLab()
  const headers = { authorization: `Bearer ${await lab.key('administrator')}`, 'content-type': 'application/json' }
  const body = JSON.stringify({ text: `{"metadata": "\\"${'['.repeat(500)}"}` })
  const answer = await request(lab, '/api/trpc/settings.check', { method: 'POST', headers, body })
  expect(answer.status).toBe(200)
})

test('a client that drips its headers, or its body, is cut off', async () => {
  const limits = { headersTimeout: 300, requestTimeout: 600, checkInterval: 50 }
  await using lab = await openApiLab({ limits })
  const headers = await connect(lab)
  headers.write('POST /api/trpc/users.create HTTP/1.1\r\nHost: api\r\nX-Drip: ')
  const drip = setInterval(() => headers.write('x'), 40)
  const first = await readAll(headers)
  clearInterval(drip)
  expect(first).toMatch(/^HTTP\/1.1 408 /)

  const body = await connect(lab)
  body.write(post('users.create', { ...json, 'Content-Length': '1000' }))
  const dripping = setInterval(() => body.write(' '), 40)
  const second = await readAll(body)
  clearInterval(dripping)
  expect(second).toMatch(/^HTTP\/1.1 (408|400) /)
})

test('an idle client that never ends its handshake is cut off', async () => {
  await using lab = await openApiLab({ limits: { handshakeTimeout: 200 } })
  const { port } = new URL(lab.apiUrl)
  const socket = net.connect(Number(port), '127.0.0.1')
  await readAll(socket)
  expect(socket.destroyed).toBe(true)
})

test('an address has only so many connections', async () => {
  await using lab = await openApiLab({ limits: { connectionsPerAddress: 3 } })
  const sockets = [await connect(lab), await connect(lab), await connect(lab)]
  await expect(connect(lab)).rejects.toThrow()
  for (const socket of sockets) socket.destroy()
  await expect
    .poll(() =>
      connect(lab).then(
        (socket) => socket.destroy().destroyed,
        () => false,
      ),
    )
    .toBe(true)
})

test('long addresses, large headers, large batches, other methods and other bodies are refused', async () => {
  await using lab = await openApiLab()
  const headers = { authorization: `Bearer ${await lab.key('administrator')}` }
  const statusOf = async (to: string, options: Parameters<typeof request>[2] = {}): Promise<number> =>
    (await request(lab, to, { headers, ...options })).status
  const batch = Array<string>(21).fill('profile.whoAmI').join(',')
  expect(await statusOf(`/api/trpc/users.list?input=${'x'.repeat(13_000)}`)).toBe(413)
  expect(await statusOf('/api/trpc/users.list', { headers: { ...headers, padding: 'x'.repeat(17_000) } })).toBe(431)
  expect(await statusOf(`/api/trpc/${batch}?batch=1`)).toBe(413)
  expect(await statusOf(`/api/trpc/${batch.replaceAll(',', '%2C')}?batch=1`)).toBe(413)
  expect(await statusOf('/api/trpc/users.list', { method: 'DELETE' })).toBe(400)
  const form = { ...headers, 'content-type': 'multipart/form-data; boundary=x' }
  expect(await statusOf('/api/trpc/users.create', { method: 'POST', headers: form })).toBe(400)
  expect(await statusOf('/api/trpc/users.create')).toBe(405)
  expect(await statusOf('/api/trpc/users.nothing')).toBe(404)
  expect(await statusOf('/api/trpc/__proto__')).toBe(404)
  expect(await statusOf('/api/trpc/constructor.name')).toBe(404)
  expect(await statusOf('/elsewhere')).toBe(404)
  expect(await statusOf('/api/trpc/%E0%A4%A')).toBe(400)
})

test('a key at ten times its rate is held back, another one is not', async () => {
  const rate_limiting = { enabled: true, requests_per_minute: 60, burst_capacity: 10 }
  await using lab = await openApiLab({ document: { api: { rate_limiting } } })
  const [greedy, modest] = [await lab.key('operator'), await lab.key('operator')]
  const call = (key: string) =>
    request(lab, '/api/trpc/profile.whoAmI', { headers: { authorization: `Bearer ${key}` } })
  const greedyStatuses: number[] = []
  const modestStatuses: number[] = []
  // Ten seconds: the greedy key sends ten a second, the modest one one; each may send one a second.
  for (let second = 0; second < 10; second++) {
    for (let i = 0; i < 10; i++) greedyStatuses.push((await call(greedy)).status)
    modestStatuses.push((await call(modest)).status)
    lab.clock.advance(1000)
  }
  expect(modestStatuses).toEqual(Array(10).fill(200))
  const passed = greedyStatuses.filter((status) => status === 200).length
  expect(passed).toBe(10 + 9)
  expect(greedyStatuses.filter((status) => status === 429)).toHaveLength(100 - passed)

  expect((await call(greedy)).status).toBe(200)
  const refused = await call(greedy)
  lab.clock.advance(Number(refused.headers['retry-after'] ?? 0) * 1000)
  expect((await call(greedy)).status).toBe(200)
  // One event for each time that it was held back after a call had passed, not one for each call.
  const events = await lab.catalog.db.auditEvent.count({ where: { action: 'profile.whoAmI', result: 'denied' } })
  expect(events).toBeGreaterThanOrEqual(1)
  expect(events).toBeLessThanOrEqual(11)
})

test('a batch takes a token for each call', async () => {
  const rate_limiting = { enabled: true, requests_per_minute: 60, burst_capacity: 10 }
  await using lab = await openApiLab({ document: { api: { rate_limiting } } })
  const headers = { authorization: `Bearer ${await lab.key('operator')}` }
  const batch = `/api/trpc/${Array<string>(6).fill('profile.whoAmI').join(',')}?batch=1`
  expect((await request(lab, batch, { headers })).status).toBe(200)
  const second = await request(lab, batch, { headers })
  expect(second.status).toBe(429)
  expect(second.headers['retry-after']).toBe('2')
})

test('wrong keys use up the rate of their address, not that of a good key', async () => {
  const rate_limiting = { enabled: true, requests_per_minute: 60, burst_capacity: 5 }
  await using lab = await openApiLab({ document: { api: { rate_limiting } } })
  const key = await lab.key('operator')
  const call = (credential: string) =>
    request(lab, '/api/trpc/profile.whoAmI', { headers: { 'x-api-key': credential } })
  expect((await call(key)).status).toBe(200)
  const statuses = []
  for (let i = 0; i < 12; i++) statuses.push((await call(`hf_wrong${i}`)).status)
  expect(statuses.slice(0, 5)).toEqual([401, 401, 401, 401, 401])
  expect(statuses.slice(5).every((status) => status === 429)).toBe(true)
  expect((await call(key)).status).toBe(200)
})

test('without rate_limiting a key is not held back', async () => {
  await using lab = await openApiLab({ document: { api: { rate_limiting: { enabled: false } } } })
  const headers = { authorization: `Bearer ${await lab.key('operator')}` }
  const all = await Promise.all(Array.from({ length: 30 }, () => request(lab, '/api/trpc/profile.whoAmI', { headers })))
  expect(all.every(({ status }) => status === 200)).toBe(true)
})
