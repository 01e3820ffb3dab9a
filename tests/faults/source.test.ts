// Sources that do not hold still, or can't be read: what could not be kept is told, what is kept is what was there.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { BackupOutcome } from '#server/engine/archive/backup.ts'
import { openLocal } from '#server/storage/local.ts'
import { type MemoryStorage, openMemory } from '#server/storage/memory.ts'
import { clock, initRepository, restoreInto, takeBackup, verifyAll } from './support/engine.ts'
import { documentOf, holdfast, holdfastAsNobody, isRoot, RESTORED } from './support/process.ts'
import { describeRestored, describeSource, noise, Scratch, write } from './support/tree.ts'

vi.setConfig({ testTimeout: 300_000 })

async function setUp(): Promise<{ scratch: Scratch; source: string; storage: MemoryStorage }> {
  const scratch = new Scratch()
  onTestFinished(() => scratch[Symbol.dispose]())
  const storage = openMemory()
  await initRepository(storage)
  const source = scratch.at('source/files')
  fs.mkdirSync(source)
  return { scratch, source, storage }
}

async function restored(storage: MemoryStorage, { snapshot }: BackupOutcome, scratch: Scratch): Promise<string> {
  const target = fs.mkdtempSync(path.join(scratch.path, 'target-'))
  const { failures } = await restoreInto(storage, snapshot, target)
  // Only what could not be read may be missing.
  const unreadable = snapshot.errors.map((error) => error.path)
  expect(failures.filter((failure) => !unreadable.includes(failure.path))).toEqual([])
  return target
}

/** Something done by another process, over and over, until the test is over. */
async function disturb(source: string, script: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', `const fs = require('node:fs'); console.log('ready'); ${script}`], {
    cwd: source,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout!, 'data')
  return child
}

describe('a file that can’t be read', () => {
  it('is in the snapshot with the reason, is told, and is read as soon as it can be', async () => {
    const { scratch, source } = await setUp()
    for (const name of ['open', 'closed', 'folder/inside', 'also/open']) write(source, name, name)
    fs.chmodSync(path.join(source, 'closed'), 0)
    fs.chmodSync(path.join(source, 'folder'), 0)
    fs.chmodSync(scratch.path, 0o777)
    const repository = scratch.at('repository')
    fs.mkdirSync(repository)
    const storage = await openLocal(repository)
    await initRepository(storage)
    if (isRoot) execFileSync('chown', ['-R', '65534:65534', repository])
    const run = isRoot ? holdfastAsNobody : holdfast
    for (let round = 0; round < 2; round++) {
      const ended = await run('backup', '--repo', repository, source, '--json')
      expect(ended.status, ended.stderr).toBe(3)
      const errors = documentOf(ended).errors as { path: string; error: string }[]
      expect(errors.map((each) => each.path).sort()).toEqual([`${source}/closed`, `${source}/folder`])
      for (const { error } of errors) expect(error).toContain('EACCES')
    }
    fs.chmodSync(path.join(source, 'closed'), 0o644)
    fs.chmodSync(path.join(source, 'folder'), 0o755)
    const last = await run('backup', '--repo', repository, source, '--json')
    expect(last.status, last.stderr).toBe(0)
    const target = scratch.at('target')
    const done = await holdfast('restore', '--repo', repository, 'latest', '--target', target)
    expect(RESTORED, done.stderr).toContain(done.status)
    expect(describeRestored(target, source)).toEqual(describeSource(source))
  })

  it('because its folder may be listed but not entered is told too', async () => {
    const { scratch, source } = await setUp()
    for (const name of ['a', 'b']) write(source, `listed/${name}`, name)
    write(source, 'other', 'other')
    fs.chmodSync(path.join(source, 'listed'), 0o444)
    fs.chmodSync(scratch.path, 0o777)
    const repository = scratch.at('repository')
    fs.mkdirSync(repository)
    await initRepository(await openLocal(repository))
    if (isRoot) execFileSync('chown', ['-R', '65534:65534', repository])
    const ended = await (isRoot ? holdfastAsNobody : holdfast)('backup', '--repo', repository, source, '--json')
    fs.chmodSync(path.join(source, 'listed'), 0o755)
    expect(ended.status, ended.stderr).toBe(3)
    const errors = documentOf(ended).errors as { path: string }[]
    expect(errors.map((each) => each.path).sort()).toEqual([`${source}/listed/a`, `${source}/listed/b`])
  })

  it('a root that can’t be read is told each time', async () => {
    const { scratch, source } = await setUp()
    write(source, 'file', 'x')
    fs.chmodSync(source, 0)
    fs.chmodSync(scratch.path, 0o777)
    const repository = scratch.at('repository')
    fs.mkdirSync(repository)
    await initRepository(await openLocal(repository))
    if (isRoot) execFileSync('chown', ['-R', '65534:65534', repository])
    for (let round = 0; round < 2; round++) {
      const ended = await (isRoot ? holdfastAsNobody : holdfast)('backup', '--repo', repository, source)
      expect(ended.status, ended.stderr).toBe(3)
      expect(ended.stderr + ended.stdout).toContain('EACCES')
    }
    fs.chmodSync(source, 0o755)
  })
})

describe('while it is backed up', () => {
  it('files and folders come and go: the rest is kept, and nothing is made up', async () => {
    const { scratch, source, storage } = await setUp()
    for (let i = 0; i < 300; i++) write(source, `steady/${i % 10}/${i}`, noise(`${i}`, 3_000))
    const steady = describeSource(path.join(source, 'steady'))
    await disturb(
      source,
      `for (let i = 0; ; i++) {
        const folder = 'restless-' + (i % 20)
        fs.mkdirSync(folder + '/deep/er', { recursive: true })
        for (let j = 0; j < 20; j++) fs.writeFileSync(folder + '/deep/er/' + j, 'x'.repeat(j * 100))
        fs.rmSync('restless-' + ((i + 10) % 20), { recursive: true, force: true })
      }`,
    )
    for (let round = 0; round < 4; round++) {
      const outcome = await takeBackup(storage, source, { type: round % 2 === 0 ? 'full' : 'incremental' })
      for (const { path: where, error } of outcome.errors) {
        expect(where).toContain('/restless-')
        expect(error).toMatch(/^changed/)
      }
      const target = await restored(storage, outcome, scratch)
      expect(describeSource(path.join(target, source, 'steady'))).toEqual(steady)
    }
    expect((await verifyAll(storage)).problems).toEqual([])
  })

  it('a file grows: what is kept is a beginning of it', async () => {
    const { scratch, source, storage } = await setUp()
    write(source, 'log', '')
    write(source, 'long', noise('long', 5 << 20))
    await disturb(
      source,
      `const line = Buffer.alloc(64 << 10)
      for (let i = 0; ; i++) {
        line.fill(String(i % 10))
        for (const name of ['log', 'long']) if (fs.statSync(name).size < 80 << 20) fs.appendFileSync(name, line)
        if (i % 8 === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
      }`,
    )
    for (let round = 0; round < 3; round++) {
      const outcome = await takeBackup(storage, source)
      const target = await restored(storage, outcome, scratch)
      for (const name of ['log', 'long']) {
        const kept = fs.readFileSync(path.join(target, source, name))
        const now = fs.readFileSync(path.join(source, name))
        expect(now.subarray(0, kept.length).equals(kept)).toBe(true)
      }
      fs.rmSync(target, { recursive: true })
    }
    expect((await verifyAll(storage)).problems).toEqual([])
  })

  it.each([
    ['of one piece', 400 << 10],
    ['of many', 6 << 20],
    ['shared by threads', 80 << 20],
  ])('a file %s is cut and filled again: it is whole or flagged', async (_, size) => {
    const { scratch, source, storage } = await setUp()
    write(source, 'file', Buffer.alloc(size, 1))
    await disturb(
      source,
      `const all = Buffer.alloc(${size})
      for (let i = 2; ; i = (i % 250) + 2) {
        fs.truncateSync('file', ${size} >> 1)
        fs.writeFileSync('file', all.fill(i))
      }`,
    )
    for (let round = 0; round < 3; round++) {
      const outcome = await takeBackup(storage, source)
      const target = await restored(storage, outcome, scratch)
      const kept = fs.readFileSync(path.join(target, source, 'file'))
      const flagged = outcome.errors.some(({ error }) => error.startsWith('changed'))
      if (!flagged) {
        const same = Buffer.alloc(kept.length, kept[0] ?? 0)
        expect(kept.equals(same)).toBe(true)
      }
      fs.rmSync(target, { recursive: true })
    }
    expect((await verifyAll(storage)).problems).toEqual([])
  })

  it('a file becomes a pipe, a folder, a link: never waited for, never followed', async () => {
    const { scratch, source, storage } = await setUp()
    write(scratch.path, 'secret', 'not to be backed up')
    for (let i = 0; i < 40; i++) write(source, `file-${i}`, noise(`${i}`, 200_000))
    await disturb(
      source,
      `const { execFileSync } = require('node:child_process')
      const kinds = [
        (name) => execFileSync('mkfifo', [name]),
        (name) => { fs.mkdirSync(name); fs.writeFileSync(name + '/inside', 'x') },
        (name) => fs.symlinkSync('../../secret', name),
        (name) => fs.writeFileSync(name, 'a file again'),
      ]
      for (let i = 0; ; i++) {
        const name = 'file-' + (i * 7) % 40
        fs.rmSync(name, { recursive: true, force: true })
        kinds[i % 4](name)
      }`,
    )
    for (let round = 0; round < 6; round++) {
      const outcome = await takeBackup(storage, source, { type: 'full' })
      const target = await restored(storage, outcome, scratch)
      for (const name of fs.readdirSync(path.join(target, source))) {
        const file = path.join(target, source, name)
        if (fs.lstatSync(file).isFile()) expect(fs.readFileSync(file, 'latin1')).not.toContain('not to be backed up')
      }
    }
    expect((await verifyAll(storage)).problems).toEqual([])
  })
})

describe('what a look does not show', () => {
  it('content that changed with its time put back is read again', async () => {
    const { scratch, source, storage } = await setUp()
    write(source, 'file', 'before')
    const { atime, mtime } = fs.statSync(path.join(source, 'file'))
    fs.utimesSync(path.join(source, 'file'), atime, mtime)
    await takeBackup(storage, source)
    // Past the tests' clock, which runs ahead: otherwise the file would be read again for its time alone.
    const later = { now: () => clock.now() + 3_600_000 }
    await takeBackup(storage, source, { clock: later })
    fs.writeFileSync(path.join(source, 'file'), 'after!')
    fs.utimesSync(path.join(source, 'file'), atime, mtime)
    const outcome = await takeBackup(storage, source, { clock: later })
    expect(outcome.snapshot.statistics).toMatchObject({ filesChanged: 1, filesUnmodified: 0 })
    const target = await restored(storage, outcome, scratch)
    expect(fs.readFileSync(path.join(target, source, 'file'), 'utf8')).toBe('after!')
  })

  it('a file that took the place of another, with the same size and time, is read', async () => {
    const { scratch, source, storage } = await setUp()
    write(source, 'file', 'before')
    await takeBackup(storage, source)
    const { atime, mtime } = fs.statSync(path.join(source, 'file'))
    write(source, 'other', 'after!')
    fs.utimesSync(path.join(source, 'other'), atime, mtime)
    fs.renameSync(path.join(source, 'other'), path.join(source, 'file'))
    const outcome = await takeBackup(storage, source)
    const target = await restored(storage, outcome, scratch)
    expect(fs.readFileSync(path.join(target, source, 'file'), 'utf8')).toBe('after!')
  })
})

describe('a mount that is not mounted', () => {
  it('an empty root that had files is refused, unless that is said to be right', async () => {
    const { source, storage } = await setUp()
    write(source, 'file', 'x')
    const { snapshot } = await takeBackup(storage, source)
    fs.rmSync(path.join(source, 'file'))
    await expect(takeBackup(storage, source)).rejects.toMatchObject({ code: 'refused' })
    await expect(takeBackup(storage, source, { type: 'full' })).rejects.toMatchObject({ code: 'refused' })
    const empty = await takeBackup(storage, source, { allowEmpty: true })
    expect(empty.snapshot.previous).toBe(snapshot.id)
    expect((await takeBackup(storage, source)).errors).toEqual([])
  })

  it('a root that is gone is an error, beside another one too', async () => {
    const { scratch, source, storage } = await setUp()
    write(source, 'file', 'x')
    const other = scratch.at('other')
    await expect(takeBackup(storage, other)).rejects.toMatchObject({ code: 'not_found' })
    await expect(takeBackup(storage, source, { roots: [source, other] })).rejects.toMatchObject({ code: 'not_found' })
  })

  it('an empty root that was empty before is fine', async () => {
    const { source, storage } = await setUp()
    await takeBackup(storage, source)
    expect((await takeBackup(storage, source)).errors).toEqual([])
  })

  it('a root that is renamed during the backup is read to its end all the same', async () => {
    const { scratch, source, storage } = await setUp()
    for (let i = 0; i < 50; i++) write(source, `${i}/file`, noise(`${i}`, 100_000))
    for (let i = 0; i < 3; i++) fs.truncateSync(write(source, `sparse-${i}`, 'x'), 10 << 20)
    const expected = describeSource(source)
    let moved = false
    const outcome = await takeBackup(storage, source, {
      onProgress: () => {
        if (!moved) fs.renameSync(source, `${source}-away`)
        moved = true
      },
    })
    expect(moved).toBe(true)
    expect(outcome.errors).toEqual([])
    expect(describeRestored(await restored(storage, outcome, scratch), source)).toEqual(expected)
  })
})
