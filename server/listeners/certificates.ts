// Certificates that Holdfast makes for itself when the configuration names none: a server's, and what client certificates are signed with.
import { createPrivateKey, X509Certificate } from 'node:crypto'
import fs from 'node:fs/promises'
import { isIP } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { HoldfastError, hasCode, messageOf } from '../contract/errors.ts'
import { type Clock, dateOf } from '../lib/clock.ts'

/** PEM texts. */
export type Pair = { readonly cert: string; readonly key: string }

const DAY = 86_400_000
/** Browsers refuse server certificates that are valid for longer than 398 days. */
const SERVER_DAYS = 397
const AUTHORITY_DAYS = 3650
const CLIENT_DAYS = 825
/** A certificate is made anew when it has less than this left. */
const RENEW_BEFORE = 30 * DAY

/** Where the files of a pair are. */
export const filesOf = (folder: string, name: string) => ({
  cert: path.join(folder, `${name}.crt`),
  key: path.join(folder, `${name}.key`),
})

/**
 * Reads certificate and key.
 * @param where the setting that names them, for the error
 * @throws `unavailable` when a file cannot be read
 */
export async function readPair(files: { cert: string; key: string }, where: string): Promise<Pair> {
  const read = async (file: string): Promise<string> => {
    try {
      return await fs.readFile(file, 'utf8')
    } catch (cause) {
      throw new HoldfastError('unavailable', `${where}: ${file} cannot be read: ${messageOf(cause)}`, { cause })
    }
  }
  return { cert: await read(files.cert), key: await read(files.key) }
}

let last: Promise<unknown> = Promise.resolve()

/** Both listeners look after the same files: one at a time, or each would make what the other is making. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const result = last.then(work)
  last = result.catch(() => undefined)
  return result
}

type Own = { readonly folder: string; readonly clock: Clock; readonly algorithm?: 'rsa' | 'ec' }

/**
 * The server's own certificate in `folder` (server.crt, server.key with mode 600), for localhost, this machine's name and `names`; made when
 * it is missing, for another name or kind of key, or about to expire.
 */
export const ownServerPair = (own: Own & { readonly names: readonly string[] }): Promise<Pair> =>
  inTurn(() => serverPair(own))

async function serverPair(own: Own & { readonly names: readonly string[] }): Promise<Pair> {
  const files = filesOf(own.folder, 'server')
  const names = [...new Set(['localhost', '127.0.0.1', '::1', os.hostname(), ...own.names])]
  const algorithm = own.algorithm ?? 'rsa'
  const fits = (certificate: X509Certificate): boolean =>
    certificate.publicKey.asymmetricKeyType === algorithm &&
    names.every((name) => (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined)
  const known = await usable(files, own.clock, fits)
  if (known !== undefined) return known
  const { generate } = await import('selfsigned')
  const made = await generate([{ name: 'commonName', value: 'Holdfast' }], {
    ...validity(own.clock, SERVER_DAYS),
    ...keys(algorithm),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: algorithm === 'rsa', critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: names.map((name) => (isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name })),
      },
    ],
  })
  return store(files, { cert: made.cert, key: made.private })
}

/**
 * What client certificates must be signed with when the configuration names nothing: an authority in `folder` (client-ca.crt, client-ca.key),
 * with a first client certificate (client.crt, client.key) to copy to a program.
 * @returns the authority's certificate, PEM
 */
export const ownClientAuthority = (own: Own): Promise<string> => inTurn(() => clientAuthority(own))

async function clientAuthority(own: Own): Promise<string> {
  const files = filesOf(own.folder, 'client-ca')
  const known = await usable(files, own.clock, (certificate) => certificate.ca)
  const authority = known ?? (await makeAuthority(files, own.clock))
  const signed = (certificate: X509Certificate): boolean =>
    certificate.verify(new X509Certificate(authority.cert).publicKey)
  const clientFiles = filesOf(own.folder, 'client')
  if ((await usable(clientFiles, own.clock, signed)) === undefined) {
    await store(clientFiles, await makeClientPair(authority, 'Holdfast client', own.clock))
  }
  return authority.cert
}

async function makeAuthority(files: { cert: string; key: string }, clock: Clock): Promise<Pair> {
  const { generate } = await import('selfsigned')
  const made = await generate([{ name: 'commonName', value: 'Holdfast client authority' }], {
    ...validity(clock, AUTHORITY_DAYS),
    ...keys('ec'),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
  return store(files, { cert: made.cert, key: made.private })
}

/** A client certificate that `authority` signs. */
export async function makeClientPair(authority: Pair, name: string, clock: Clock): Promise<Pair> {
  const { generate } = await import('selfsigned')
  const made = await generate([{ name: 'commonName', value: name }], {
    ...validity(clock, CLIENT_DAYS),
    ...keys('ec'),
    ca: authority,
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', clientAuth: true },
    ],
  })
  return { cert: made.cert, key: made.private }
}

const keys = (algorithm: 'rsa' | 'ec') =>
  algorithm === 'rsa'
    ? { keyType: 'rsa' as const, keySize: 3072, algorithm: 'sha256' }
    : { keyType: 'ec' as const, curve: 'P-256' as const, algorithm: 'sha256' }

const validity = (clock: Clock, days: number) => ({
  notBeforeDate: dateOf(clock.now() - DAY),
  notAfterDate: dateOf(clock.now() + days * DAY),
})

/** The pair in the files, if they are there, belong together, are not about to expire and pass `fits`. */
async function usable(
  files: { cert: string; key: string },
  clock: Clock,
  fits: (certificate: X509Certificate) => boolean,
): Promise<Pair | undefined> {
  try {
    const pair = await readPair(files, 'own certificate')
    const certificate = new X509Certificate(pair.cert)
    const left = certificate.validToDate.getTime() - clock.now()
    const belongs = certificate.checkPrivateKey(createPrivateKey(pair.key))
    return left > RENEW_BEFORE && belongs && fits(certificate) ? pair : undefined
  } catch (error) {
    if (hasCode(error, 'unavailable') || isUnreadable(error)) return undefined
    throw error
  }
}

/** A file that was cut short, by a full disk say, is made anew like a missing one. */
const isUnreadable = (error: unknown): boolean =>
  /^ERR_(OSSL|CRYPTO|INVALID)/.test(String((error as { code?: unknown }).code))

/** Written beside and renamed, key first, so that nobody ever reads half a file or meets a key that others may read. */
async function store(files: { cert: string; key: string }, pair: Pair): Promise<Pair> {
  await fs.mkdir(path.dirname(files.key), { recursive: true, mode: 0o700 })
  for (const [file, text, mode] of [
    [files.key, pair.key, 0o600],
    [files.cert, pair.cert, 0o644],
  ] as const) {
    const beside = `${file}.new`
    await fs.rm(beside, { force: true })
    await fs.writeFile(beside, text, { mode, flag: 'wx' })
    await fs.rename(beside, file)
  }
  return pair
}
