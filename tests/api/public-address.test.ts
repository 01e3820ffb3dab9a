// The console opened at another address than its public one: a browser of this machine is led there, everybody else is told before a password is typed.
import { once } from 'node:events'
import http, { type IncomingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { type ApiLab, openApiLab } from './lab.ts'

type Got = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string }

/** As a browser asks that was given another name of the console's host. */
async function get(lab: ApiLab, path: string, headers: http.OutgoingHttpHeaders, method = 'GET'): Promise<Got> {
  const request = http.request(lab.consoleUrl, { path, method, headers }).end()
  const [answer] = (await once(request, 'response')) as [http.IncomingMessage]
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: await text(answer) }
}

const publicUrl = 'http://localhost:4321/backups'
const note = 'Sign in at <a href="http://localhost:4321/backups/sign-in'

test('a page opened at another name of this machine leads to the same page at the public address', async () => {
  await using lab = await openApiLab({ publicUrl })
  for (const host of ['127.0.0.1:4321', '[::1]:4321', '127.0.0.2:4321'])
    for (const path of [
      '/backups',
      '/backups/runs?state=failed',
      '/backups/sign-in?done=password',
      '/backups/set-up',
    ]) {
      const { status, headers } = await get(lab, path, { host })
      expect([status, headers.location], `${host} ${path}`).toEqual([307, `http://localhost:4321${path}`])
    }
  const root = await get(lab, '/', { host: '127.0.0.1:4321' })
  expect([root.status, root.headers.location]).toEqual([307, 'http://localhost:4321/backups'])
  const own = await get(lab, '/backups/sign-in', { host: 'localhost:4321' })
  expect(own.status).toBe(200)
  expect(own.body).not.toContain('Sign in at')
})

test('nothing but a page of the console is led on, and to the public address only', async () => {
  await using lab = await openApiLab({ publicUrl })
  const host = '127.0.0.1:4321'
  expect((await get(lab, '/healthz', { host })).status).toBe(200)
  expect((await get(lab, '/backups/api/auth/csrf', { host })).status).toBe(200)
  expect((await get(lab, '/backups/api/trpc/runs.list', { host })).status).toBe(401)
  for (const path of ['//evil.example/backups', '/elsewhere'])
    expect((await get(lab, path, { host })).status, path).toBe(404)
  for (const elsewhere of ['evil.example', 'evil.example:4321', '127.0.0.1:9999', '127.0.0.1.evil.example:4321']) {
    const { headers } = await get(lab, '/backups', { host: elsewhere })
    expect(headers.location, elsewhere).toMatch(/^\/backups\/sign-in/)
  }
  // What is sent from there is refused as before.
  const sent = { host, origin: `http://${host}`, 'content-type': 'application/x-www-form-urlencoded' }
  expect((await get(lab, '/backups/api/auth/callback/password', sent, 'POST')).status).toBe(403)
})

test('a public address beyond this machine leads nobody on', async () => {
  await using lab = await openApiLab({ publicUrl: 'http://console.test:4321/backups' })
  expect((await get(lab, '/backups/sign-in', { host: '127.0.0.1:4321' })).status).toBe(200)
})

test('whoever comes by another address is told on the form which one works', async () => {
  await using lab = await openApiLab({ publicUrl })
  for (const host of ['192.0.2.7:4321', 'localhost:9999', 'nas.lan']) {
    const { status, body } = await get(lab, '/backups/sign-in?callbackUrl=%2Fbackups%2Fruns', { host })
    expect(status).toBe(200)
    expect(body, host).toContain(note)
    expect((await get(lab, '/backups/set-up', { host })).body).toContain('http://localhost:4321')
  }
})

test('behind a proxy the address that the browser has counts, where it is known', async () => {
  await using lab = await openApiLab({ publicUrl: 'https://backups.example/backups' })
  const host = '127.0.0.1:3000'
  const signIn = (headers: http.OutgoingHttpHeaders) => get(lab, '/backups/sign-in', { host, ...headers })
  expect((await signIn({ 'x-forwarded-host': 'backups.example' })).body).not.toContain('Sign in at')
  expect((await signIn({ 'x-forwarded-for': '192.0.2.7' })).body).not.toContain('Sign in at')
  expect((await signIn({ 'x-forwarded-host': 'nas.lan' })).body).toContain('Sign in at')
})
