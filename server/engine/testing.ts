// For the tests of the engine: a repository in memory, small trees of files, and short ways to look at failures and bytes.
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { codeOf } from '../contract/errors.ts'
import type { Clock } from '../lib/clock.ts'
import { type MemoryStorage, openMemory } from '../storage/memory.ts'
import { type BackupOptions, type BackupOutcome, backup } from './archive/backup.ts'
import { type CompressionSettings, defaultCompression } from './codec/codecs.ts'
import { Keyring } from './crypto/keyring.ts'
import { Repository } from './repository/repository.ts'
import { MIN_ITERATIONS, type Secret } from './repository/slots.ts'

/** The catalogue code of what `action` throws (`internal` for what is not ours); "nothing" when it throws nothing. */
export function codeThrown(action: () => unknown): string {
  try {
    action()
    return 'nothing'
  } catch (error) {
    return codeOf(error)
  }
}

/** The same for a promise. */
export async function codeRejected(promise: Promise<unknown>): Promise<string> {
  return promise.then(() => 'nothing', codeOf)
}

/** Master key 00 01 02 ... and repository id 20 21 22 ...: those of the test values in docs/repository-format.md. */
export const documentedKeys = (): Keyring =>
  new Keyring({
    repositoryId: Uint8Array.from({ length: 32 }, (_, i) => 0x20 + i),
    masters: [Uint8Array.from({ length: 32 }, (_, i) => i)],
  })

/** Another repository, with the same master key: what tells them apart is the id alone. */
export const otherKeys = (): Keyring =>
  new Keyring({ repositoryId: new Uint8Array(32).fill(7), masters: documentedKeys().material.masters })

export const password = (text: string): Secret => ({ kind: 'password', bytes: Buffer.from(text) })
export const SECRET = password('correct horse')
export const START = 1_777_000_000_000

/** Each look at this clock finds it a second later. */
export function tickingClock(start = START): Clock {
  let now = start
  return { now: () => (now += 1000) }
}

/** A new repository in memory that SECRET opens. */
export async function makeRepository(
  compression: CompressionSettings = defaultCompression,
): Promise<{ storage: MemoryStorage; open: () => Promise<Repository> }> {
  const storage = openMemory()
  const clock = tickingClock()
  await Repository.init({ storage }, SECRET, { clock, compression, iterations: MIN_ITERATIONS, label: 'test' })
  return { storage, open: () => Repository.open({ storage }, SECRET) }
}

/** A new folder (its real path), removed when the running test ends. */
export function makeFolder(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-engine-')))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** Writes files given by their relative paths; folders are made as needed. */
export function writeFiles(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
    chmodSync(path, 0o644)
  }
}

let clock = tickingClock(START + 3_600_000)

/** Backs up a folder in this thread, an hour of the test clock after START at the earliest. */
export async function backUp(
  repository: Repository,
  folder: string,
  options: Partial<BackupOptions> = {},
): Promise<BackupOutcome> {
  return backup(repository, {
    roots: [Buffer.from(folder).toString('latin1')],
    host: 'host-of-the-test',
    type: 'incremental',
    excludes: [],
    tags: [],
    threads: 0,
    allowEmpty: false,
    skip: [],
    program: 'holdfast test',
    pid: 1,
    clock,
    ...options,
  })
}

/** Starts the clock of `backUp` again. */
export const resetClock = (): void => {
  clock = tickingClock(START + 3_600_000)
}

/** Whether `bytes` holds `part` anywhere. */
export const holds = (bytes: Uint8Array, part: Uint8Array | string): boolean =>
  Buffer.from(bytes).includes(typeof part === 'string' ? part : Buffer.from(part))

/** A run of `length` bytes that both hold, in hexadecimal; undefined when there is none. */
export function commonRun(a: Uint8Array, b: Uint8Array, length: number): string | undefined {
  const left = Buffer.from(a).toString('latin1')
  const right = Buffer.from(b).toString('latin1')
  const runs = new Set<string>()
  for (let i = 0; i + length <= left.length; i++) runs.add(left.slice(i, i + length))
  for (let i = 0; i + length <= right.length; i++) {
    const run = right.slice(i, i + length)
    if (runs.has(run)) return Buffer.from(run, 'latin1').toString('hex')
  }
  return undefined
}

/** A copy with one bit turned over. */
export function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[bit >> 3]! ^= 1 << (bit & 7)
  return copy
}

/** The keys of a storage that begin with a prefix, in order. */
export const keysOf = (storage: MemoryStorage, prefix: string): string[] =>
  [...storage.objects.keys()].filter((key) => key.startsWith(prefix)).sort()

/** Inverts bytes in the middle of the largest pack of a folder: its size and what describes it stay as they were. */
export function spoilLargestPack(repositoryFolder: string): void {
  const packs = readdirSync(join(repositoryFolder, 'packs'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort((a, b) => statSync(b).size - statSync(a).size)
  const [largest = ''] = packs
  const bytes = readFileSync(largest)
  const from = Math.floor(bytes.length / 2)
  for (let at = from; at < from + 64; at++) bytes[at] = ~(bytes[at] ?? 0) & 0xff
  chmodSync(largest, 0o600)
  writeFileSync(largest, bytes)
}
