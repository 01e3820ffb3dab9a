// What the server needs before it can be put together: its data folder, the key of the repositories, its own secret, and a configuration.
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { dataPaths, defaultDocument } from './config/defaults.ts'
import { effective } from './config/effective.ts'
import type { Environment } from './config/environment.ts'
import { parseDocument, readConfigFile } from './config/read.ts'
import type { ConfigDocument } from './contract/config/document.ts'
import { HoldfastError } from './contract/errors.ts'

export type Ground = {
  /** Of the server itself: cookies and second factors hang on it. */
  readonly secret: Buffer
  /** What becomes version 1 of the configuration, if there is none yet. */
  readonly firstDocument: ConfigDocument
  /** A configuration file that the environment names: its path and text. */
  readonly given: { readonly path: string; readonly text: string } | undefined
  /** Where the kit goes. */
  readonly kitPath: string
}

/** Only its owner may look into a folder of Holdfast. */
const PRIVATE_FOLDER = 0o700
const PRIVATE_FILE = 0o600
const SECRET_BYTES = 48

/**
 * Makes what is missing, and changes nothing that is there. The key file is made only where the data folder is new: a lost key must not be
 * replaced by another one that opens nothing.
 * @throws `denied`, `no_space`, `usage` for a configuration file with mistakes
 */
export function prepareGround(environment: Environment): Ground {
  const { dataDir, configFile, overrides } = environment
  const paths = dataPaths(dataDir)
  const fresh = !fs.existsSync(path.join(dataDir, 'server.secret'))
  attempt(dataDir, () => fs.mkdirSync(dataDir, { recursive: true, mode: PRIVATE_FOLDER }))
  const given = configFile === undefined ? undefined : { path: configFile, text: readConfigFile(configFile) }
  const firstDocument = given
    ? parseDocument(given.text, given.path, { overrides }).document
    : defaultDocument({ dataDir })
  for (const file of [paths.keyFile, paths.log])
    attempt(file, () => fs.mkdirSync(path.dirname(file), { recursive: true, mode: PRIVATE_FOLDER }))
  const { source = 'file', file_path = paths.keyFile } =
    effective(firstDocument, environment).document.encryption?.key_management ?? {}
  if (fresh && source === 'file') makeSecret(file_path)
  makeSecret(path.join(dataDir, 'server.secret'))
  const secret = attempt(dataDir, () => fs.readFileSync(path.join(dataDir, 'server.secret')))
  return { secret, firstDocument, given, kitPath: path.join(dataDir, 'recovery-kit.txt') }
}

/** A line of random text that only its owner may read; one that is there stays. */
function makeSecret(file: string): void {
  if (fs.existsSync(file)) return
  attempt(file, () => {
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: PRIVATE_FOLDER })
    fs.writeFileSync(file, `${randomBytes(SECRET_BYTES).toString('base64url')}\n`, { mode: PRIVATE_FILE, flag: 'wx' })
  })
}

/** Writes a file for its owner's eyes, whole or not at all. */
export function writePrivate(file: string, text: string): void {
  attempt(file, () => {
    const half = `${file}.${process.pid}.new`
    fs.writeFileSync(half, text, { mode: PRIVATE_FILE })
    fs.renameSync(half, file)
  })
}

/** Errors of the system in our own words. */
function attempt<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new HoldfastError('no_space', `There is no room for ${file}: free some and start again`, { cause })
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
      throw new HoldfastError(
        'denied',
        `${file} may not be written by this user (${code}); HOLDFAST_DATA_DIR names another data folder`,
        { cause },
      )
    throw new HoldfastError('internal', `${file} can't be made: ${message}`, { cause })
  }
}
