// The golden repository comes back as its manifest says: by the engine, and by a reader that shares no code with it.
import { execFileSync, spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { backup } from '#server/engine/archive/backup.ts'
import { gearTable } from '#server/engine/chunk/fastcdc.ts'
import { ChunkHasher, DATA, META } from '#server/engine/crypto/chunk-id.ts'
import { Keyring } from '#server/engine/crypto/keyring.ts'
import { nameOf } from '#server/engine/crypto/seal.ts'
import { PackCipher } from '#server/engine/pack/format.ts'
import { Repository } from '#server/engine/repository/repository.ts'
import { readSnapshots } from '#server/engine/repository/snapshot.ts'
import { restore } from '#server/engine/restore/restore.ts'
import { entryTypes } from '#server/engine/tree/entry.ts'
import { CONTENT_LIST, INNER, LEAF } from '#server/engine/tree/node.ts'
import { walkTree } from '#server/engine/tree/reader.ts'
import { systemClock } from '#server/lib/clock.ts'
import { openLocal } from '#server/storage/local.ts'
import { PASSWORD, REPOSITORY, SOURCE } from '../fixtures/golden/golden.ts'
import { describeTree, type Item } from '../fixtures/golden/tree.ts'

const reader = path.join(import.meta.dirname, '../fixtures/reader/reader.mjs')
const manifest = JSON.parse(
  fs.readFileSync(path.join(import.meta.dirname, '../fixtures/golden/manifest.json'), 'utf8'),
) as Item[]

const secret = { kind: 'password', bytes: Buffer.from(PASSWORD) } as const
let scratch = ''

beforeAll(() => {
  scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-golden-test-'))
})
afterAll(() => fs.rmSync(scratch, { recursive: true, force: true }))

/** A copy that may be written to. */
function copy(name: string): string {
  const to = path.join(scratch, name)
  fs.cpSync(REPOSITORY, to, { recursive: true })
  return to
}

async function openRepository(folder: string): Promise<Repository> {
  const repository = await Repository.open({ storage: await openLocal(folder) }, secret)
  await repository.loadIndex()
  return repository
}

async function restoreNewest(repository: Repository, target: string) {
  const { snapshots, damaged } = await readSnapshots(repository.storage, repository.keyring)
  expect(damaged).toEqual([])
  const newest = snapshots.at(-1)
  if (!newest) throw new Error('There is no snapshot')
  const who = { euid: process.geteuid?.() ?? 0, egid: process.getegid?.() ?? 0, umask: process.umask() }
  const options = { path: '', target, includes: [], overwrite: 'always', dryRun: false, verify: true } as const
  return restore(repository, newest, { ...options, threads: 0, who })
}

const runReader = (repository: string, target: string, ...options: string[]) =>
  spawnSync(process.execPath, [reader, repository, PASSWORD, target, ...options], { encoding: 'utf8' })

/** Node sets times as floating-point seconds, so the reader's are not exact. */
function expectNearly(found: readonly Item[], wanted: readonly Item[]): void {
  const timeless = (items: readonly Item[]) => items.map(({ mtime: _, ...item }) => item)
  expect(timeless(found)).toEqual(timeless(wanted))
  const late = found.filter(({ mtime }, i) => Math.abs(Number(BigInt(mtime) - BigInt(wanted[i]!.mtime))) > 1000)
  expect(late).toEqual([])
}

describe('the golden repository', () => {
  it('is small, and holds something of everything', async () => {
    const repository = await openRepository(copy('inspected'))
    const { snapshots } = await readSnapshots(repository.storage, repository.keyring)
    const codecs = new Set<number>()
    for (const { frames } of repository.packs) for (let i = 3; i < frames.length; i += 4) codecs.add(frames[i]!)
    expect([...codecs].sort()).toEqual([0, 1, 2, 3, 4, 5])

    const kinds = new Set<number | undefined>()
    const load = async (id: Uint8Array): Promise<Buffer> => {
      const bytes = await repository.readChunk(META, id)
      kinds.add(bytes[0])
      return bytes
    }
    const seen = new Set<string>()
    for await (const { entry } of walkTree(load, Buffer.from(snapshots.at(-1)!.tree, 'hex'))) {
      seen.add(entry.type)
      if (entry.holes.length > 2) seen.add('holes')
      if (entry.content.length > 32 && entry.contentDepth === 0) seen.add('chunks')
      if (entry.contentDepth > 0) {
        seen.add('list')
        await load(entry.content.subarray(0, 32))
      }
      if (entry.xattrs.length > 0) seen.add('xattr')
    }
    expect([...kinds].sort()).toEqual([LEAF, INNER, CONTENT_LIST])
    expect([...seen].sort()).toEqual([...entryTypes.slice(0, 4), 'holes', 'chunks', 'list', 'xattr'].sort())
    expect(new Set(snapshots.map(({ type }) => type)).size).toBe(3)
  })

  it('is restored by the engine exactly', async () => {
    const target = path.join(scratch, 'by-engine')
    const outcome = await restoreNewest(await openRepository(copy('read')), target)
    expect(outcome.failures).toEqual([])
    expect(describeTree(path.join(target, SOURCE))).toEqual(manifest)
  })

  it.each([['from index objects'], ['from pack trailers', '--from-packs']])(
    'is restored by the independent reader %s',
    (_, ...options) => {
      const target = path.join(scratch, `by-reader${options.join('')}`)
      const run = runReader(REPOSITORY, target, ...options)
      expect(run.stderr).toBe('')
      expect(run.status).toBe(0)
      expectNearly(describeTree(path.join(target, SOURCE)), manifest)
      const { size, blocks } = fs.statSync(path.join(target, SOURCE, 'holes/one'))
      expect(blocks * 512).toBeLessThan(size)
    },
  )

  it('takes another snapshot, which shares all data and which both can restore', async () => {
    const folder = copy('written')
    const first = path.join(scratch, 'again')
    await restoreNewest(await openRepository(folder), first)
    const source = path.join(first, SOURCE)
    const dataPacks = (repository: Repository) =>
      repository.packs.filter(({ chunkClass }) => chunkClass !== META).length

    const before = await openRepository(folder)
    const { errors, snapshot } = await backup(before, {
      roots: [source],
      host: 'elsewhere',
      type: 'incremental',
      excludes: [],
      tags: [],
      threads: 0,
      allowEmpty: false,
      skip: [],
      program: 'test',
      pid: process.pid,
      clock: systemClock,
    })
    expect(errors).toEqual([])

    const after = await openRepository(folder)
    expect(dataPacks(after)).toBe(dataPacks(before))
    const outcome = await restoreNewest(after, path.join(scratch, 'again-engine'))
    expect(outcome.failures).toEqual([])
    expect(describeTree(path.join(scratch, 'again-engine', source))).toEqual(manifest)
    const run = runReader(folder, path.join(scratch, 'again-reader'))
    expect(run.stdout).toContain(snapshot.id)
    expectNearly(describeTree(path.join(scratch, 'again-reader', source)), manifest)
  })
})

describe('the test values of docs/repository-format.md', () => {
  const document = fs.readFileSync(path.join(import.meta.dirname, '../../docs/repository-format.md'), 'utf8')
  const numbers = (first: number) => Uint8Array.from({ length: 32 }, (_, i) => first + i)
  const keyring = new Keyring({ masters: [numbers(0)], repositoryId: numbers(32) })
  const ids = new ChunkHasher(keyring.id).idAt(DATA, Buffer.from('hello'), 0, 5)

  it('are what the engine makes', () => {
    const cipher = PackCipher.create(keyring, DATA, Buffer.alloc(32, 0x40))
    const frame = cipher.encryptFrame(0, 0, 5, Buffer.from('hello'))
    const trailer = cipher.sealTrailer([{ storedLength: 21, rawLength: 5, codec: 0, ids, lengths: [5] }])
    const [bytes, tag] = frame.map((part) => part.toString('hex'))
    expect(document).toContain(`| frame 0 | \`${bytes}\` \`${tag}\` |`)
    expect(document).toContain(`| footer | \`${trailer.toString('hex', 54, 58)}\` \`${trailer.toString('hex', 58)}\` |`)
    expect(document).toContain(nameOf(Buffer.concat([cipher.header, ...frame, trailer])))
    for (const key of [keyring.id, keyring.chunk, keyring.meta, ids]) expect(document).toContain(key.toString('hex'))
    expect(document).toContain(`0x${gearTable(keyring.chunk)[255]?.toString(16)} |`)
  })
})

describe('the independent reader', () => {
  const source = fs.readFileSync(reader, 'utf8')

  it('stays small and on its own', () => {
    expect(source.trimEnd().split('\n').length).toBeLessThan(400)
    const imported = [...source.matchAll(/^import .* from '(.*)'$/gm)].map((match) => match[1])
    expect(source.match(/\b(import|require|fetch|eval)\b/g)).toHaveLength(imported.length)
    expect(imported.filter((name) => !name?.startsWith('node:'))).toEqual([])
  })

  it('opens nothing with a wrong password', () => {
    const run = () =>
      execFileSync(process.execPath, [reader, REPOSITORY, 'wrong', path.join(scratch, 'no')], { stdio: 'pipe' })
    expect(run).toThrow(/The password opens no key slot/)
  })

  it('does without the config object, and without sessions', () => {
    const folder = copy('no-config')
    fs.rmSync(path.join(folder, 'config'))
    expect(runReader(folder, path.join(scratch, 'without-config')).status).toBe(0)
  })

  it('refuses an altered config', () => {
    const folder = copy('altered-config')
    const text = fs.readFileSync(path.join(folder, 'config'), 'utf8')
    fs.writeFileSync(path.join(folder, 'config'), text.replace('1048576', '1048577'))
    expect(runReader(folder, path.join(scratch, 'from-altered-config')).stderr).toMatch(/The config object was altered/)
  })

  it.each(['keys', 'index', 'snapshots', 'packs'])('refuses altered bytes in %s', (part) => {
    const folder = copy(`altered-${part}`)
    const names = fs.readdirSync(path.join(folder, part), { recursive: true, encoding: 'utf8' })
    for (const file of names.map((name) => path.join(folder, part, name))) {
      if (fs.statSync(file).isDirectory()) continue
      const bytes = fs.readFileSync(file)
      const middle = bytes.length >> 1
      bytes[middle] = bytes[middle]! ^ 1
      fs.writeFileSync(file, bytes)
    }
    const run = runReader(folder, path.join(scratch, `from-altered-${part}`))
    expect(run.status).not.toBe(0)
    expect(run.stderr).toMatch(/does not match its name|unable to authenticate/)
  })
})
