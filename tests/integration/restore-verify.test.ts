// Reading restored files back: whatever happens to one between its writing and the look at it is noticed.
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { restore } from '#server/engine/restore/restore.ts'
import type { Storage } from '#server/storage/types.ts'
import { Lab } from './lab.ts'
import { openRepository, restoreOptions } from './repository.ts'
import { build, type Item } from './tree.ts'

const MIB = 1 << 20
const MTIME = 1_500_000_000

/** The storage, with something that happens before each pack is read. */
function withHook(storage: Storage, hook: () => void): Storage {
  return new Proxy(storage, {
    get(target, name) {
      if (name === 'get') {
        return (key: string, ...rest: []) => {
          if (key.startsWith('packs/')) hook()
          return target.get(key, ...rest)
        }
      }
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

const file = (name: string): Item => ({
  path: name,
  type: 'file',
  data: `content of ${name}`,
  mtime: BigInt(MTIME) * 1_000_000_000n,
})

/** Restores two files from two packs, with `harm` done to whichever is there first. */
async function restoreWithHarm(harm: (name: string) => void, items: readonly [Item, Item] = [file('a'), file('b')]) {
  const lab = await Lab.open()
  build(lab.source, [items[0]])
  await lab.backup()
  build(lab.source, [items[1]])
  const { snapshot } = await lab.backup()
  let done = false
  const hook = (): void => {
    const names = items.map(({ path: name }) => path.join(lab.restored, name))
    // What is complete has its time.
    const first = names.find((name) => existsSync(name) && statSync(name).mtimeMs === MTIME * 1000)
    if (!first || done) return
    done = true
    harm(first)
  }
  const repository = await openRepository(lab.repository)
  Object.defineProperty(repository, 'storage', { value: withHook(repository.storage, hook) })
  const outcome = await restore(repository, snapshot, restoreOptions({ target: lab.target, verify: true }))
  expect(done).toBe(true)
  return { lab, snapshot, outcome }
}

describe('a file that is not what was written', () => {
  const keepTimes = (name: string): void => utimesSync(name, MTIME, MTIME)
  const harms: [string, (name: string) => void, RegExp][] = [
    [
      'other content, same size and time',
      (name) => {
        writeFileSync(name, readFileSync(name, 'latin1').toUpperCase())
        keepTimes(name)
      },
      /differs from the snapshot between bytes 0 and 12/,
    ],
    [
      'cut',
      (name) => {
        truncateSync(name, 3)
        keepTimes(name)
      },
      /has 3 bytes instead of 12/,
    ],
    ['touched', (name) => utimesSync(name, 5, 5), /has another modification time/],
    ['gone', (name) => rmSync(name), /can't be read: ENOENT/],
    [
      'a link in its place',
      (name) => {
        rmSync(name)
        symlinkSync('/etc/passwd', name)
      },
      /can't be read: ELOOP/,
    ],
  ]

  it.each(harms)('%s: is a failure, and the others are all right', async (_, harm, message) => {
    const { lab, snapshot, outcome } = await restoreWithHarm(harm)
    expect(outcome.failures).toEqual([{ path: expect.any(String), message: expect.stringMatching(message) }])
    expect(outcome.damaged).toBe(true)
    expect(outcome.counters.verified).toBe(1)
    const again = await lab.restore(snapshot, { overwrite: 'always', verify: true })
    expect(again.failures).toEqual([])
    expect(again.counters.verified).toBe(2)
  })

  it('data where a hole should be is a failure, wherever the hole is', async () => {
    const sparse: Item = { ...file('a'), size: 4 * MIB }
    const { outcome } = await restoreWithHarm(
      (name) => {
        const fd = openSync(name, 'r+')
        writeSync(fd, 'x', 3 * MIB)
        closeSync(fd)
        keepTimes(name)
      },
      [sparse, { ...file('b'), size: 4 * MIB }],
    )
    expect(outcome.failures).toEqual([
      { path: expect.any(String), message: expect.stringMatching(/where there is to be a hole/) },
    ])
  })
})

describe('every kind of file', () => {
  it.each([0, 2])('is read back and found right (%i threads)', async (threads) => {
    const lab = await Lab.open()
    build(lab.source, [
      ...Array.from({ length: 600 }, (_, i) => file(`small ${i}`)),
      { ...file('empty'), data: '' },
      { path: 'big', type: 'file', random: [[0, 9 * MIB, 'big']] },
      {
        path: 'holes',
        type: 'file',
        random: [
          [0, MIB, 'a'],
          [3 * MIB, MIB, 'b'],
        ],
        size: 6 * MIB,
      },
      { path: 'all hole', type: 'file', size: 2 * MIB },
    ])
    const { snapshot } = await lab.backup({ threads })
    const outcome = await lab.restore(snapshot, { verify: true, threads })
    expect(outcome.failures).toEqual([])
    expect(outcome.counters).toMatchObject({ files: 604, verified: 604 })
  })
})
