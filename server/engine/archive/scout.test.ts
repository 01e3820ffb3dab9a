// What the scout hands out is what the walker would have found itself, and nothing of it stays open.
import { constants, mkdirSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { closeFd, openAt } from '../posix/at.ts'
import { AT_FDCWD } from '../posix/libc.ts'
import { Stat, statAt } from '../posix/stat.ts'
import { makeFolder, writeFiles } from '../testing.ts'
import { Scout } from './scout.ts'
import { MOST_AHEAD } from './scouting.ts'

/** Descriptors of this process that lead to or below a folder. */
const openBelow = (folder: string): number =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder)
    } catch {
      return false // the one that this list was read from
    }
  }).length

/** A scout that was sent through `folder`. */
function sendThrough(folder: string, excludes: readonly string[] = [], skip: readonly string[] = []): Scout {
  const scout = new Scout(excludes, new Set(skip))
  const fd = openAt(AT_FDCWD, dirname(folder), constants.O_DIRECTORY)
  scout.begin({ fd, prefix: '', owned: true }, folder.slice(folder.lastIndexOf('/') + 1), {
    path: folder,
    relative: '',
    owner: process.getuid!(),
    size: 4096,
  })
  closeFd(fd)
  onTestFinished(() => scout.close())
  return scout
}

it('finds what is there, in the order of a walk', async () => {
  const folder = makeFolder()
  const files = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`d${i % 30}/e/f${i}`, `${i}`.repeat(i % 7)]))
  writeFiles(folder, files)
  mkdirSync(`${folder}/empty`)
  // Before "d1/e" by its bytes, but not on a walk.
  mkdirSync(`${folder}/d1!`)
  symlinkSync('d0', `${folder}/link`)
  const scout = sendThrough(folder)
  const visit = async (path: string): Promise<number> => {
    const found = (await scout.take(path))!
    const seen = new Stat()
    const real = new Stat()
    const names = Array.from({ length: found.names.length }, (_, i) => found.names.at(i)!)
    expect(names).toEqual(readdirSync(path).sort())
    let looks = 0
    for (const [i, name] of names.entries()) {
      expect(statAt(found.fd, name, real)).toBe(0)
      const looked = found.look(i, seen)
      if (looked) expect(seen.buffer.subarray(0, 120)).toEqual(real.buffer.subarray(0, 120))
      if (real.isDirectory()) looks += await visit(`${path}/${name}`)
      expect(looked || !real.isDirectory()).toBe(true)
      if (looked) looks++
    }
    closeFd(found.fd)
    return looks
  }
  // At least the folders: how many more depends on who is faster.
  expect(await visit(folder)).toBeGreaterThanOrEqual(62)
  expect(await scout.take(`${folder}/zzz`)).toBeUndefined()
})

it('leaves out what is excluded, skipped or no directory, and says so', async () => {
  const folder = makeFolder()
  writeFiles(folder, { 'a/x/1': '1', 'b/x/2': '2', 'c/3': '3', 'd/4': '4' })
  symlinkSync('c', `${folder}/link`)
  const scout = sendThrough(folder, ['/b/x'], [`${folder}/c`])
  const taken: string[] = []
  for (const path of ['', '/a', '/a/x', '/b', '/b/x', '/c', '/d', '/link', '/new']) {
    const found = await scout.take(folder + path)
    if (!found) continue
    taken.push(path)
    closeFd(found.fd)
  }
  expect(taken).toEqual(['', '/a', '/a/x', '/b', '/d'])
})

it('closes what nobody took', async () => {
  const folder = makeFolder()
  writeFiles(folder, Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`d${i}/e/f`, ''])))
  const scout = sendThrough(folder)
  const found = (await scout.take(`${folder}/d300`))!
  expect(openBelow(folder)).toBeGreaterThan(0)
  closeFd(found.fd)
  await scout.close()
  expect(openBelow(folder)).toBe(0)
  expect(await scout.take(`${folder}/d301`)).toBeUndefined()
})

it('runs ahead only so far: what it has open is bounded', async () => {
  const folder = makeFolder()
  for (let i = 0; i < 2 * MOST_AHEAD; i++) mkdirSync(`${folder}/d${i}`)
  const scout = sendThrough(folder)
  closeFd((await scout.take(folder))!.fd)
  const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
  while (openBelow(folder) < MOST_AHEAD / 2) await wait(10)
  await wait(200)
  // One more is the folder itself, on its way down.
  expect(openBelow(folder)).toBeLessThanOrEqual(MOST_AHEAD + 1)
  let taken = 0
  for (const name of readdirSync(folder).sort()) {
    const found = await scout.take(`${folder}/${name}`)
    if (found) closeFd(found.fd)
    if (found) taken++
  }
  expect(taken).toBe(2 * MOST_AHEAD)
})

it('goes through one place after the other', async () => {
  const [first, second] = [makeFolder(), makeFolder()].sort() as [string, string]
  writeFiles(first, { 'a/1': '1' })
  writeFiles(second, { 'a/2': '2' })
  const scout = sendThrough(first)
  const one = (await scout.take(first))!
  const fd = openAt(AT_FDCWD, second, constants.O_DIRECTORY)
  scout.begin({ fd, prefix: '', owned: true }, 'a', { path: `${second}/a`, relative: '', owner: 0, size: 4096 })
  const two = (await scout.take(`${second}/a`))!
  expect([one.names.at(0), two.names.at(0)]).toEqual(['a', '2'])
  for (const each of [fd, one.fd, two.fd]) closeFd(each)
})

it('of a place that is not there says nothing', async () => {
  const folder = makeFolder()
  const scout = sendThrough(`${folder}/gone`)
  expect(await scout.take(`${folder}/gone`)).toBeUndefined()
})
