// TLS of the API listener: which certificate, versions and ciphers, whether clients need a certificate, and taking up new files while running.
import fs from 'node:fs'
import { readFile } from 'node:fs/promises'
import tls from 'node:tls'
import { HoldfastError, messageOf } from '../contract/errors.ts'
import type { Clock } from '../lib/clock.ts'
import { filesOf, ownClientAuthority, ownServerPair, type Pair, readPair } from './certificates.ts'

export type TlsSettings = {
  /** Null: a certificate of Holdfast's own is used. */
  readonly files: { readonly cert: string; readonly key: string } | null
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3'
  /** OpenSSL's names; null for Node's own choice. */
  readonly cipherSuites: readonly string[] | null
  readonly requireClientCert: boolean
  /** The certificates (PEM) that client certificates must be signed with; null: an authority of Holdfast's own. */
  readonly clientCa: string | null
}

/** Where own certificates are kept, and the names by which programs call this server. */
export type Home = { readonly folder: string; readonly names: readonly string[]; readonly clock: Clock }

/** The suites of TLS 1.3 with the ciphers that a suite of TLS 1.2 stands for. */
const successors: readonly (readonly [RegExp, string])[] = [
  [/AES256-GCM/, 'TLS_AES_256_GCM_SHA384'],
  [/CHACHA20/, 'TLS_CHACHA20_POLY1305_SHA256'],
  [/AES128-GCM/, 'TLS_AES_128_GCM_SHA256'],
]

/**
 * The list for OpenSSL. Node turns TLS 1.3 off when a list has no suite of it; a list written for TLS 1.2 means its ciphers, not its version,
 * so the same ciphers are allowed in TLS 1.3.
 */
export function ciphersOf(suites: readonly string[]): string {
  if (suites.some((suite) => suite.startsWith('TLS_'))) return suites.join(':')
  const added = successors.filter(([of]) => suites.some((suite) => of.test(suite))).map(([, suite]) => suite)
  return [...added, ...suites].join(':')
}

/**
 * Everything that `https.createServer` and `setSecureContext` need.
 * @throws `unavailable` for a missing file, `usage` for a key that does not belong or an unknown suite
 */
export async function tlsOptions(settings: TlsSettings, home: Home): Promise<tls.SecureContextOptions & tls.TlsOptions> {
  const pair = await pairOf(settings, home)
  const options: tls.SecureContextOptions & tls.TlsOptions = {
    cert: pair.cert,
    key: pair.key,
    minVersion: settings.minVersion,
    honorCipherOrder: true,
    ...(settings.cipherSuites === null ? {} : { ciphers: ciphersOf(settings.cipherSuites) }),
    ...(settings.requireClientCert
      ? { ca: await clientCa(settings, home), requestCert: true, rejectUnauthorized: true }
      : {}),
  }
  try {
    tls.createSecureContext(options)
  } catch (cause) {
    throw new HoldfastError(
      'usage',
      `network_security.tls and api.ssl make no TLS: ${messageOf(cause)}; cipher suites that this Node knows: ${tls.getCiphers().join(', ')}`,
      { cause },
    )
  }
  return options
}

function pairOf(settings: TlsSettings, home: Home): Promise<Pair> {
  if (settings.files !== null) return readPair(settings.files, 'api.ssl')
  const needsEc = settings.cipherSuites?.some(isEcdsa) && !settings.cipherSuites.some(isRsa)
  return ownServerPair({ ...home, algorithm: needsEc ? 'ec' : 'rsa' })
}

const isEcdsa = (suite: string): boolean => suite.includes('-ECDSA-')
const isRsa = (suite: string): boolean => suite.includes('-RSA-')

async function clientCa(settings: TlsSettings, home: Home): Promise<string> {
  if (settings.clientCa === null) return ownClientAuthority(home)
  try {
    return await readFile(settings.clientCa, 'utf8')
  } catch (cause) {
    const message = `The authority of client certificates, ${settings.clientCa}, cannot be read: ${messageOf(cause)}`
    throw new HoldfastError('unavailable', message, { cause })
  }
}

/** The files whose change means new options. */
export function watchedFiles(settings: TlsSettings, home: Home): string[] {
  const pair = settings.files ?? filesOf(home.folder, 'server')
  return [pair.cert, pair.key, ...(settings.clientCa === null ? [] : [settings.clientCa])]
}

/** What tells one state of the files from another: cheap enough to be asked every few seconds. */
export const stateOf = (files: readonly string[]): string =>
  files
    .map((file) => {
      const stat = fs.statSync(file, { throwIfNoEntry: false })
      return stat === undefined ? 'missing' : `${stat.ino}:${stat.size}:${stat.mtimeMs}`
    })
    .join(' ')
