// Sources at the edge of what a file system holds: huge files with holes, folders nested past every limit of paths, folders of many names.
import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { describe, expect, it, onTestFinished, type TestContext, vi } from 'vitest'
import { openLocal } from '#server/storage/local.ts'
import { initRepository, restoreInto, takeBackup, verifyAll } from './support/engine.ts'
import { holdfast, launcher, RESTORED, start } from './support/process.ts'
import { Scratch } from './support/tree.ts'

vi.setConfig({ testTimeout: 300_000 })

/** In memory where that is possible: some disks take minutes to remove what this makes. */
function parentFolder(): string {
  const memory = '/dev/shm'
  if (!fs.existsSync(memory)) return os.tmpdir()
  const { bavail, bsize } = fs.statfsSync(memory)
  return bavail * bsize > 1 << 30 ? memory : os.tmpdir()
}

async function setUp(parent = os.tmpdir()) {
  const scratch = new Scratch(parent)
  onTestFinished(() => {
    // fs.rmSync knows no path that is longer than the kernel's limit.
    execFileSync('rm', ['-rf', scratch.path])
  })
  const source = scratch.at('source/files')
  fs.mkdirSync(source)
  const repository = scratch.at('repository')
  const storage = await openLocal(repository)
  await initRepository(storage)
  return { scratch, source, repository, storage }
}

describe('a file of 1 TiB that is one hole but for a few bytes', () => {
  const TIB = 2 ** 40
  const places = [0, 5_000_000_000, TIB / 2, TIB - 5]

  /** Leaves the test where the file system holds no such file. */
  function makeSparse(file: string, { skip }: TestContext): void {
    const fd = fs.openSync(file, 'w')
    try {
      for (const [i, at] of places.entries()) fs.writeSync(fd, `place${i}`.slice(-5), at)
    } catch (error) {
      skip(`this file system holds no file of 1 TiB: ${error}`)
    } finally {
      fs.closeSync(fd)
    }
    if (fs.statSync(file).blocks > 10_000) skip('this file system has no holes')
  }

  function bytesAt(file: string, at: number): string {
    const fd = fs.openSync(file, 'r')
    const room = Buffer.alloc(5)
    fs.readSync(fd, room, 0, 5, at)
    fs.closeSync(fd)
    return room.toString()
  }

  it('is backed up and comes back with its holes, without anybody reading them', async (context) => {
    const { scratch, source, storage } = await setUp()
    const file = path.join(source, 'sparse')
    makeSparse(file, context)
    const { snapshot, errors } = await takeBackup(storage, source)
    expect(errors).toEqual([])
    expect(snapshot.statistics.bytes).toBe(TIB)
    expect(snapshot.statistics.bytesRead).toBeLessThan(1 << 20)
    expect((await verifyAll(storage)).problems).toEqual([])
    const target = scratch.at('target')
    expect((await restoreInto(storage, snapshot, target, { verify: true })).failures).toEqual([])
    const restored = path.join(target, file)
    expect(fs.statSync(restored).size).toBe(TIB)
    expect(fs.statSync(restored).blocks).toBeLessThan(10_000)
    for (const [i, at] of places.entries()) expect(bytesAt(restored, at)).toBe(`place${i}`.slice(-5))
    expect(bytesAt(restored, 1_000_000)).toBe('\0'.repeat(5))
  })
})

describe('folders nested far past the longest path', () => {
  const NAME = 'a-rather-long-name'
  const DEPTH = 1_500

  /** Goes down step by step, since no path leads there. */
  const descend = (script: string, folder: string): string =>
    execFileSync(process.execPath, ['-e', `const fs = require('node:fs'); const NAME = '${NAME}'; ${script}`], {
      cwd: folder,
      encoding: 'utf8',
    })
  const make = `for (let i = 0; i < ${DEPTH}; i++) {
    fs.writeFileSync('file', 'at depth ' + i)
    if (i % 100 === 99) { const fd = fs.openSync('sparse', 'w'); fs.writeSync(fd, 'x', 300000); fs.closeSync(fd) }
    fs.mkdirSync(NAME)
    process.chdir(NAME)
  }`
  const tell = `let depth = 0
  for (;; depth++) {
    if (!fs.existsSync(NAME)) break
    const { mtimeMs, mode } = fs.lstatSync('file')
    console.log(depth, fs.readFileSync('file', 'utf8'), mtimeMs, mode, fs.readdirSync('.').join())
    process.chdir(NAME)
  }`

  it.each(['1', '2'])('come back whole (%s threads)', async (threads) => {
    const { scratch, source, repository } = await setUp(parentFolder())
    descend(make, source)
    const ended = await holdfast('backup', '--repo', repository, source, '--threads', threads)
    expect(ended.status, ended.stderr).toBe(0)
    const target = scratch.at('target')
    const restored = await holdfast('restore', '--repo', repository, 'latest', '--target', target, '--verify')
    expect(RESTORED, restored.stderr).toContain(restored.status)
    const expected = descend(tell, source)
    expect(expected.split('\n').length).toBeGreaterThan(DEPTH)
    expect(descend(tell, path.join(target, source))).toBe(expected)
    // Again, unchanged: nothing is lost by going past what is known.
    const again = await holdfast('backup', '--repo', repository, source, '--json')
    expect(again.status, again.stderr).toBe(0)
    expect(JSON.parse(again.stdout)).toMatchObject({ errors: [], filesNew: 0 })
  })
})

describe('60,000 names in one folder', () => {
  /** Peak memory in MiB: the kernel's own count, looked at while the process lives. */
  async function peakOf(...words: string[]): Promise<{ status: number | null; stderr: string; peak: number }> {
    const { child, ended } = start(launcher, words)
    let peak = 0
    const timer = setInterval(() => {
      const status = fs.existsSync(`/proc/${child.pid}/status`)
        ? fs.readFileSync(`/proc/${child.pid}/status`, 'latin1')
        : ''
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024)
    }, 20)
    const { status, stderr } = await ended
    clearInterval(timer)
    return { status, stderr, peak }
  }

  it('take no more memory than the rest', async () => {
    const { scratch, source, repository } = await setUp(parentFolder())
    for (let i = 0; i < 60_000; i++) fs.writeFileSync(path.join(source, `entry number ${i}`), `${i}`)
    const target = scratch.at('target')
    const runs = [
      ['backup', '--repo', repository, source, '--threads', '2'],
      ['backup', '--repo', repository, source, '--threads', '2'],
      ['restore', '--repo', repository, 'latest', '--target', target, '--threads', '2'],
      ['verify', '--repo', repository, '--read-data', '--threads', '2'],
    ]
    for (const words of runs) {
      const { status, stderr, peak } = await peakOf(...words)
      expect(words[0] === 'restore' ? RESTORED : [0], stderr).toContain(status)
      expect(peak).toBeGreaterThan(30)
      expect(peak, words[0]).toBeLessThan(300)
    }
    const restored = path.join(target, source)
    const names = fs.readdirSync(restored)
    expect(names).toHaveLength(60_000)
    for (const name of names) expect(fs.readFileSync(path.join(restored, name), 'latin1')).toBe(name.slice(13))
  })
})
