// Live events over a real connection: with the typed client, and by hand.
import tls from 'node:tls'
import { expect, test } from 'vitest'
import type { Outputs } from '../../client/index.ts'
import { openApiLab } from './lab.ts'

test('the client gets what happens, and connects anew when the connection is lost', async () => {
  await using lab = await openApiLab()
  const client = lab.client(await lab.key('operator'))
  const seen: string[] = []
  let ids = ''
  const subscription = client.events.live.subscribe(undefined, {
    onData({ id, data }) {
      seen.push(`${data.kind}:${data.id}`)
      ids = id
    },
  })
  await expect.poll(() => seen).toEqual(['resync:'])
  lab.bus.publish({ kind: 'run', id: 'r1', state: 'running', progress: { files: 3 } })
  lab.bus.publish({ kind: 'config', id: '2' })
  lab.bus.publish({ kind: 'schedule', id: 's1' })
  // Without settings.read there is nothing of the configuration.
  await expect.poll(() => seen).toEqual(['resync:', 'run:r1', 'schedule:s1'])
  expect(ids).toMatch(/^[0-9a-f]{8}\.3$/)

  // The listener moves to other TLS settings: every connection is cut.
  await lab.configure({ network_security: { tls: { min_version: 'TLSv1.3' } } })
  lab.bus.publish({ kind: 'run', id: 'r2', state: 'running' })
  await expect.poll(() => seen.slice(3), { timeout: 20_000 }).toEqual(['resync:'])
  lab.bus.publish({ kind: 'run', id: 'r3', state: 'running' })
  await expect.poll(() => seen.slice(4)).toEqual(['run:r3'])
  subscription.unsubscribe()
})

test('a stranger gets no stream, and is not told to try again', async () => {
  await using lab = await openApiLab()
  const error = await new Promise((resolve) => {
    lab.client().events.live.subscribe(undefined, { onError: resolve })
  })
  expect(error).toMatchObject({ data: { code: 'unauthenticated', httpStatus: 401 } })
})

test('a browser with a session listens as well', async () => {
  await using lab = await openApiLab()
  const browser = await lab.signedIn('requester')
  const cookie = [...browser.cookies()].map((pair) => pair.join('=')).join('; ')
  const answer = await fetch(`${lab.consoleUrl}/backups/api/trpc/events.live`, { headers: { cookie } })
  expect(answer.headers.get('content-type')).toBe('text/event-stream')
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (!text.includes('"kind":"resync"')) text += (await reader?.read())?.value ?? ''
  await reader?.cancel()
  expect(text).toContain('event: connected')
})

test('a stream ends soon after its session or its key is revoked', async () => {
  await using lab = await openApiLab({ limits: { stream: { check: 50, stall: 30_000 } } })
  const admin = await lab.person('administrator')
  const key = await lab.key('operator')
  const ended = new Promise<unknown>((resolve) => {
    lab.client(key).events.live.subscribe(undefined, { onError: resolve })
  })
  const browser = await lab.signedIn('operator')
  const cookie = [...browser.cookies()].map((pair) => pair.join('=')).join('; ')
  const answer = await fetch(`${lab.consoleUrl}/backups/api/trpc/events.live`, { headers: { cookie } })
  const row = await lab.catalog.db.apiKey.findFirstOrThrow({ where: { prefix: key.slice(0, 11) } })
  await lab.apiKeys.revoke(admin, { id: row.id })
  await lab.sessions.revokeAll(admin, { userId: browser.actor.userId ?? '' })
  // The body ends, and its last event says why.
  expect(await answer.text()).toMatch(/event: serialized-error\ndata: .*"code":"unauthenticated"/)
  expect(await ended).toMatchObject({ data: { code: 'unauthenticated' } })
})

test('a reader who does not read is cut off, and nobody else notices', async () => {
  await using lab = await openApiLab({ limits: { stream: { check: 30_000, stall: 200 } } })
  const key = await lab.key('operator')
  const { hostname: host, port } = new URL(lab.apiUrl)
  const lazy = tls.connect({ host, port: Number(port), ca: lab.ca })
  const closed = new Promise<void>((resolve) => {
    lazy.once('close', () => resolve())
    lazy.on('error', () => lazy.destroy())
  })
  lazy.pause()
  lazy.write(`GET /api/trpc/events.live HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer ${key}\r\n\r\n`)
  const seen: string[] = []
  const reader = lab.client(key).events.live.subscribe(undefined, { onData: ({ data }) => seen.push(data.id) })
  await expect.poll(() => seen).toHaveLength(1)
  const progress = { text: 'x'.repeat(20_000) }
  let number = 0
  const publishing = setInterval(() => {
    for (let i = 0; i < 50; i++) lab.bus.publish({ kind: 'run', id: String(number++), state: 'running', progress })
  }, 5)
  const dropped = (): boolean => lab.lines.some((line) => line.includes('A reader of live events does not read'))
  await expect.poll(dropped, { timeout: 40_000 }).toBe(true)
  clearInterval(publishing)
  lazy.resume()
  await closed
  lab.bus.publish({ kind: 'run', id: 'last', state: 'running' })
  await expect.poll(() => seen.at(-1), { timeout: 20_000 }).toBe('last')
  reader.unsubscribe()
})

test('streams of clients that left make room for others', async () => {
  await using lab = await openApiLab()
  const browser = await lab.signedIn('operator')
  const cookie = [...browser.cookies()].map((pair) => pair.join('=')).join('; ')
  const listen = async () => {
    const leaving = new AbortController()
    const to = `${lab.consoleUrl}/backups/api/trpc/events.live`
    const answer = await fetch(to, { headers: { cookie }, signal: leaving.signal })
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    while (!/resync|error/.test(text)) text += (await reader?.read())?.value ?? ''
    return { text, leave: () => leaving.abort() }
  }
  const streams = []
  for (let i = 0; i < 10; i++) streams.push(await listen())
  expect(streams.every(({ text }) => text.includes('resync'))).toBe(true)
  const refused = await listen()
  expect(refused.text).toContain('rate_limited')
  streams[0]?.leave()
  const again = async (): Promise<boolean> => {
    const stream = await listen()
    stream.leave()
    return stream.text.includes('resync')
  }
  await expect.poll(again, { timeout: 20_000 }).toBe(true)
  for (const { leave } of streams) leave()
})

test('the audit trail is taken away as a stream of text', async () => {
  await using lab = await openApiLab()
  const client = lab.client(await lab.key('auditor'))
  await lab
    .client()
    .users.list.query({})
    .catch(() => undefined)
  const pieces: Outputs['audit']['export'] extends AsyncIterable<infer Piece> ? Piece[] : never = []
  await new Promise<void>((resolve, reject) => {
    client.audit.export.subscribe(
      { format: 'jsonl', result: 'denied' },
      { onData: (piece) => pieces.push(piece), onComplete: resolve, onError: reject },
    )
  })
  const lines = pieces.join('').trim().split('\n')
  expect(lines.map((line) => JSON.parse(line).action)).toEqual(['users.list'])
})
