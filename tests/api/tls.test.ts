// TLS of the API listener, with real handshakes: versions, ciphers, certificates of both sides, and taking up new ones.
import { X509Certificate } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import tls from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '#server/lib/clock.ts'
import { makeClientPair, ownClientAuthority, ownServerPair } from '#server/listeners/certificates.ts'
import { type ApiLab, openApiLab, request } from './lab.ts'

/** The protocol and cipher of a handshake with these options, or how it failed. */
function shake(lab: ApiLab, options: tls.ConnectionOptions): Promise<{ protocol: string | null; cipher: string }> {
  const { port, hostname: host } = new URL(lab.apiUrl)
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ host, port: Number(port), ca: lab.ca, ...options }, () => {
      resolve({ protocol: socket.getProtocol(), cipher: socket.getCipher().name })
      socket.destroy()
    })
    socket.once('error', reject)
  })
}

function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-tls-'))
  onTestFinished(() => fs.rmSync(folder, { recursive: true }))
  return folder
}

test('TLS 1.1 is refused, 1.2 and 1.3 are spoken', async () => {
  await using lab = await openApiLab()
  const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
  await expect(shake(lab, old)).rejects.toThrow(/protocol version/i)
  expect((await shake(lab, { maxVersion: 'TLSv1.2' })).protocol).toBe('TLSv1.2')
  expect((await shake(lab, {})).protocol).toBe('TLSv1.3')
})

test('min_version and cipher_suites of network_security hold', async () => {
  const suites = ['ECDHE-RSA-AES256-GCM-SHA384'] as const
  await using lab = await openApiLab({ document: { network_security: { tls: { cipher_suites: [...suites] } } } })
  const allowed = await shake(lab, { maxVersion: 'TLSv1.2' })
  expect(allowed.cipher).toBe('ECDHE-RSA-AES256-GCM-SHA384')
  const other = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' } as const
  await expect(shake(lab, other)).rejects.toThrow(/handshake failure/i)

  // The list is of ciphers, so it holds for TLS 1.3 as well.
  expect((await shake(lab, { minVersion: 'TLSv1.3' })).cipher).toBe('TLS_AES_256_GCM_SHA384')
  const newer = { minVersion: 'TLSv1.3', ciphers: 'TLS_CHACHA20_POLY1305_SHA256' } as const
  await expect(shake(lab, newer)).rejects.toThrow(/handshake failure/i)

  await lab.configure({ network_security: { tls: { min_version: 'TLSv1.3' } } })
  await expect(shake(lab, { maxVersion: 'TLSv1.2' })).rejects.toThrow(/protocol version/i)
  expect((await shake(lab, {})).protocol).toBe('TLSv1.3')
})

test('a required client certificate: none and a stranger’s are refused, one of the authority is let in', async () => {
  const required = { network_security: { authentication: { require_client_cert: true } } }
  await using lab = await openApiLab({ document: required })
  const key = await lab.key('administrator')
  const authorization = { headers: { authorization: `Bearer ${key}` } }
  const to = '/api/trpc/profile.whoAmI'
  await expect(shake(lab, { maxVersion: 'TLSv1.2' })).rejects.toThrow(/handshake failure/i)
  await expect(request(lab, to, authorization)).rejects.toThrow()

  const strange = temporaryFolder()
  await ownClientAuthority({ folder: strange, clock: systemClock })
  const read = (folder: string, name: string): string => fs.readFileSync(path.join(folder, name), 'utf8')
  const wrong = { cert: read(strange, 'client.crt'), key: read(strange, 'client.key') }
  await expect(shake(lab, { ...wrong, maxVersion: 'TLSv1.2' })).rejects.toThrow()
  await expect(request(lab, to, { ...authorization, ...wrong })).rejects.toThrow()

  const made = path.join(lab.folder, 'tls')
  const right = { cert: read(made, 'client.crt'), key: read(made, 'client.key') }
  expect((await request(lab, to, { ...authorization, ...right })).status).toBe(200)
  const client = lab.client(key, right)
  expect(await client.profile.whoAmI.query()).toMatchObject({ kind: 'api_key' })
  // The certificate alone is no key.
  expect((await request(lab, to, right)).status).toBe(401)
})

test('the authority of the configuration signs clients', async () => {
  const folder = temporaryFolder()
  const cert = await ownClientAuthority({ folder, clock: systemClock })
  const key = fs.readFileSync(path.join(folder, 'client-ca.key'), 'utf8')
  const document = {
    network_security: {
      authentication: { require_client_cert: true },
      tls: { client_ca_path: path.join(folder, 'client-ca.crt') },
    },
  }
  await using lab = await openApiLab({ document })
  const pair = await makeClientPair({ cert, key }, 'reports', systemClock)
  const answer = await request(lab, '/api/trpc/profile.whoAmI', pair)
  expect(answer.status).toBe(401)
})

test('the console speaks TLS where the configuration says so, and wants no certificate of browsers', async () => {
  const document = {
    console: { ssl: { enabled: true } },
    network_security: { authentication: { require_client_cert: true } },
  }
  await using lab = await openApiLab({ document })
  const apiUrl = `https://127.0.0.1:${lab.listeners.console.port}`
  const answer = await request({ apiUrl, ca: lab.ca }, '/healthz')
  expect([answer.status, answer.body]).toEqual([200, 'ok\n'])
})

test('the own certificate: names, mode, kept, and made anew in time', async () => {
  const folder = temporaryFolder()
  const own = { folder, names: ['backup.acme.com', '10.0.0.7'], clock: systemClock }
  const first = await ownServerPair(own)
  const certificate = new X509Certificate(first.cert)
  for (const name of ['localhost', os.hostname(), 'backup.acme.com']) expect(certificate.checkHost(name)).toBe(name)
  for (const address of ['127.0.0.1', '10.0.0.7']) expect(certificate.checkIP(address)).toBe(address)
  expect(fs.statSync(path.join(folder, 'server.key')).mode & 0o777).toBe(0o600)
  expect(fs.statSync(folder).mode & 0o077).toBe(0)
  expect(await ownServerPair(own)).toEqual(first)
  // Both listeners renew at the same time.
  const [one, other] = await Promise.all([0, 1].map(() => ownServerPair({ ...own, names: ['renewed.test'] })))
  expect(one).toEqual(other)
  Object.assign(first, await ownServerPair(own))

  const later = { now: () => systemClock.now() + 370 * 86_400_000 }
  expect((await ownServerPair({ ...own, clock: later })).cert).not.toBe(first.cert)
  const broken = path.join(folder, 'server.crt')
  fs.writeFileSync(broken, 'cut short')
  expect(new X509Certificate((await ownServerPair(own)).cert).checkHost('backup.acme.com')).toBe('backup.acme.com')
})

test('new certificate files are taken up while the listener runs, and bad ones are not', async () => {
  const folder = temporaryFolder()
  const files = { cert_path: path.join(folder, 'server.crt'), key_path: path.join(folder, 'server.key') }
  const make = (name: string) => ownServerPair({ folder, names: [name], clock: systemClock })
  const first = await make('first.test')
  await using lab = await openApiLab({ document: { api: { ssl: { enabled: true, ...files } } }, watchInterval: 20 })
  const shown = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const { port } = new URL(lab.apiUrl)
      const socket = tls.connect({ host: '127.0.0.1', port: Number(port), rejectUnauthorized: false }, () => {
        resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? '')
        socket.destroy()
      })
      socket.once('error', reject)
    })
  const printOf = (cert: string): string => new X509Certificate(cert).fingerprint256
  expect(await shown()).toBe(printOf(first.cert))
  const second = await make('second.test')
  await expect.poll(shown, { timeout: 20_000 }).toBe(printOf(second.cert))

  fs.writeFileSync(files.key_path, 'no key')
  await lab.listeners.reload()
  expect(await shown()).toBe(printOf(second.cert))
  expect(lab.lines.some((line) => line.includes('the old ones stay'))).toBe(true)
})

test('a certificate file that is not there is named', async () => {
  const ssl = { enabled: true, cert_path: '/nowhere/server.crt', key_path: '/nowhere/server.key' }
  await expect(openApiLab({ document: { api: { ssl } } })).rejects.toThrow('/nowhere/server.crt cannot be read')
})
