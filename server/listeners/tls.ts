// TLS of the API listener: which certificate, versions and ciphers, whether clients need a certificate, and taking up new files while running.
import fs from 'node:fs'
import { readFile } from 'node:fs/promises'
import tls from 'node:tls'
import type { TlsPlan } from '../contract/config/plans/listeners.ts'
import { HoldfastError, messageOf } from '../contract/errors.ts'
import type { Clock } from '../lib/clock.ts'
import { filesOf, ownClientAuthority, ownServerPair, type Pair, readPair } from './certificates.ts'

export type TlsSettings = TlsPlan & {
  /** Null: clients need no certificate. `caPath` null: theirs are signed by an authority of Holdfast's own. */
  readonly clients: { readonly caPath: string | null } | null
}

/** Where own certificates are kept, and the names by which programs call this server. */
export type Home = { readonly folder: string; readonly names: readonly string[]; readonly clock: Clock }

/**
 * Everything that `https.createServer` and `setSecureContext` need.
 * @throws `unavailable` for a missing file, `usage` for a key that does not belong or an unknown suite
 */
export async function tlsOptions(
  settings: TlsSettings,
  home: Home,
): Promise<tls.SecureContextOptions & tls.TlsOptions> {
  const pair = await pairOf(settings, home)
  const options: tls.SecureContextOptions & tls.TlsOptions = {
    cert: pair.cert,
    key: pair.key,
    minVersion: settings.minVersion,
    honorCipherOrder: true,
    ...(settings.ciphers === null ? {} : { ciphers: settings.ciphers }),
    ...(settings.clients === null
      ? {}
      : { ca: await clientCa(settings.clients.caPath, home), requestCert: true, rejectUnauthorized: true }),
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
  const files = filesIn(settings)
  if (files !== null) return readPair(files, 'ssl')
  const suites = settings.ciphers?.split(':') ?? []
  const needsEc = suites.some(isEcdsa) && !suites.some(isRsa)
  return ownServerPair({ ...home, algorithm: needsEc ? 'ec' : 'rsa' })
}

const filesIn = ({ certPath: cert, keyPath: key }: TlsSettings): { cert: string; key: string } | null =>
  cert === null || key === null ? null : { cert, key }

const isEcdsa = (suite: string): boolean => suite.includes('-ECDSA-')
const isRsa = (suite: string): boolean => suite.includes('-RSA-')

async function clientCa(file: string | null, home: Home): Promise<string> {
  if (file === null) return ownClientAuthority(home)
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const message = `network_security.tls.client_ca_path: ${file} cannot be read: ${messageOf(cause)}`
    throw new HoldfastError('unavailable', message, { cause })
  }
}

/** The files whose change means new options. */
export function watchedFiles(settings: TlsSettings, home: Home): string[] {
  const { cert, key } = filesIn(settings) ?? filesOf(home.folder, 'server')
  const ca = settings.clients?.caPath ?? null
  return [cert, key, ...(ca === null ? [] : [ca])]
}

/** What tells one state of the files from another: cheap enough to be asked every few seconds. */
export const stateOf = (files: readonly string[]): string =>
  files
    .map((file) => {
      const stat = fs.statSync(file, { throwIfNoEntry: false })
      return stat === undefined ? 'missing' : `${stat.ino}:${stat.size}:${stat.mtimeMs}`
    })
    .join(' ')
