// What only the local driver promises: nothing left behind, no link followed, the system's errors by the catalogue, death at any moment.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { machineId, temporaryName } from './local/temporary.ts'
import { openLocal } from './local.ts'
import type { Storage } from './types.ts'

const MiB = 1024 * 1024
let folder: string
let root: string

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-local-'))
  root = path.join(folder, 'repository')
})
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }))

const keysOf = async (storage: Storage): Promise<string[]> =>
  (await Array.fromAsync(storage.list(''))).map(({ key }) => key).sort()
const temporaries = (): string[] => fs.readdirSync(path.join(root, 'tmp'))
const within = (...names: string[]): string => path.join(root, ...names)

describe('files and folders', () => {
  it('makes nothing before the first write, then files 0600 in folders 0700', async () => {
    root = path.join(folder, 'a', 'b', 'repository')
    const storage = await openLocal(root)
    expect(await keysOf(storage)).toEqual([])
    await storage.delete('packs/3f/x')
    expect(fs.existsSync(path.join(folder, 'a'))).toBe(false)
    await storage.put('packs/3f/x', Buffer.from('x'))
    expect(fs.statSync(within('packs', '3f', 'x')).mode & 0o777).toBe(0o600)
    for (const each of ['', 'packs', 'packs/3f', 'tmp']) expect(fs.statSync(within(each)).mode & 0o777).toBe(0o700)
    expect(temporaries()).toEqual([])
  })

  it('works through a link to the repository folder, and on a path relative to the working folder', async () => {
    fs.mkdirSync(root)
    fs.symlinkSync(root, path.join(folder, 'link'))
    await (await openLocal(path.join(folder, 'link'))).put('a', Buffer.from('x'))
    const relative = await openLocal(path.relative(process.cwd(), root))
    expect(await keysOf(relative)).toEqual(['a'])
  })

  it('does not list what is no object', async () => {
    const storage = await openLocal(root)
    await storage.put('a/b', Buffer.from('x'))
    fs.mkdirSync(within('lost+found'))
    fs.writeFileSync(within('a', 'not a key'), '')
    fs.writeFileSync(within('tmp', temporaryName()), '')
    expect(await keysOf(storage)).toEqual(['a/b'])
  })

  it('lists on when folders vanish meanwhile', async () => {
    const storage = await openLocal(root)
    for (const key of ['p/1/x', 'p/2/x', 'p/3/x']) await storage.put(key, Buffer.from('x'))
    const seen: string[] = []
    for await (const { key } of storage.list('p/')) {
      seen.push(key)
      for (const name of ['1', '2', '3']) fs.rmSync(within('p', name), { recursive: true, force: true })
    }
    expect(seen).toHaveLength(1)
  })

  it('makes a folder again that was removed', async () => {
    const storage = await openLocal(root)
    await storage.put('p/1/x', Buffer.from('x'))
    fs.rmSync(root, { recursive: true })
    await storage.put('p/1/x', Buffer.from('y'))
    expect(Buffer.from(await storage.get('p/1/x')).toString()).toBe('y')
  })

  it('says usage when a file is in the place of a folder, or the other way round', async () => {
    const storage = await openLocal(root)
    await storage.put('a', Buffer.from('x'))
    await storage.put('b/c', Buffer.from('x'))
    await expect(storage.put('a/b', Buffer.from('x'))).rejects.toMatchObject({ code: 'usage' })
    await expect(storage.put('b', Buffer.from('x'))).rejects.toMatchObject({ code: 'usage' })
    await expect(storage.get('a/b')).rejects.toMatchObject({ code: 'not_found' })
    await expect(storage.get('b')).rejects.toMatchObject({ code: 'not_found' })
    await Promise.all([storage.delete('b'), storage.delete('a/b')])
    expect(await keysOf(storage)).toEqual(['a', 'b/c'])
    expect(temporaries()).toEqual([])
    await expect(openLocal(within('a'))).rejects.toMatchObject({ code: 'usage' })
  })

  it('a failed commit leaves no temporary file', async () => {
    const storage = await openLocal(root)
    for (const [key, options] of [
      ['../x', {}],
      ['a', { retainUntil: 1 }],
    ] as const) {
      const writer = await storage.create()
      await writer.append(Buffer.from('x'))
      expect(temporaries()).toHaveLength(1)
      await expect(writer.commit(key, options)).rejects.toThrow()
      expect(temporaries()).toEqual([])
    }
  })

  it('says unavailable when the temporary file was taken away', async () => {
    const storage = await openLocal(root)
    const writer = await storage.create()
    for (const name of temporaries()) fs.rmSync(within('tmp', name))
    await expect(writer.commit('a')).rejects.toMatchObject({ code: 'unavailable' })
  })
})

describe('links and pipes planted inside', () => {
  let outside: string
  let storage: Storage
  beforeEach(async () => {
    outside = path.join(folder, 'outside')
    fs.mkdirSync(outside)
    fs.writeFileSync(path.join(outside, 'precious'), 'data')
    storage = await openLocal(root)
    await storage.put('config', Buffer.from('x'))
  })
  const refused = { code: 'refused', message: expect.stringContaining('symbolic link') }
  const expectOutsideUntouched = () => expect(fs.readdirSync(outside)).toEqual(['precious'])

  it('a link in the place of packs/ is not followed', async () => {
    fs.symlinkSync(outside, within('packs'))
    await expect(storage.put('packs/x', Buffer.from('x'))).rejects.toMatchObject(refused)
    await expect(storage.put('packs/3f/x', Buffer.from('x'), { ifAbsent: true })).rejects.toMatchObject(refused)
    await expect(storage.delete('packs/precious')).rejects.toMatchObject(refused)
    await expect(keysOf(storage)).rejects.toMatchObject(refused)
    await expect(Array.fromAsync(storage.list('packs/'))).rejects.toMatchObject(refused)
    expectOutsideUntouched()
    expect(temporaries()).toEqual([])
  })

  it('a link in the place of tmp/ is neither written through nor cleaned', async () => {
    const dead = `${machineId}-999999999-${'0'.repeat(16)}`
    fs.rmSync(within('tmp'), { recursive: true })
    fs.symlinkSync(outside, within('tmp'))
    fs.writeFileSync(path.join(outside, dead), '')
    const again = await openLocal(root)
    expect(await keysOf(again)).toEqual(['config'])
    await expect(again.put('a', Buffer.from('x'))).rejects.toMatchObject(refused)
    expect(fs.readdirSync(outside).sort()).toEqual([dead, 'precious'].sort())
  })

  it('a link in the place of an object is replaced or removed, never followed', async () => {
    const plant = () => fs.symlinkSync(path.join(outside, 'precious'), within('a'))
    plant()
    await expect(storage.get('a')).rejects.toMatchObject(refused)
    await expect(storage.stat('a')).rejects.toMatchObject(refused)
    await expect(storage.put('a', Buffer.from('x'), { ifAbsent: true })).rejects.toMatchObject({ code: 'exists' })
    await storage.delete('a')
    plant()
    await storage.put('a', Buffer.from('mine'))
    expect(fs.lstatSync(within('a')).isFile()).toBe(true)
    expect(fs.readFileSync(path.join(outside, 'precious'), 'utf8')).toBe('data')
  })

  it('a pipe in the place of an object does not block the thread', async ({ skip }) => {
    if (spawnSync('mkfifo', [within('a')]).status !== 0) skip('mkfifo is not here')
    await expect(storage.get('a')).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('temporary files of the dead', () => {
  const leave = (name: string, ageHours = 0): string => {
    fs.mkdirSync(within('tmp'), { recursive: true })
    fs.writeFileSync(within('tmp', name), 'half')
    const then = fs.statSync(within('tmp', name)).mtimeMs / 1000 - ageHours * 3600
    fs.utimesSync(within('tmp', name), then, then)
    return name
  }
  const other = (n: number): string => `${'0'.repeat(16)}-${n}-${'f'.repeat(16)}`

  it('go when the process is dead here, or, of another machine, after a day', async () => {
    leave(`${machineId}-999999999-${'0'.repeat(16)}`)
    leave(other(1), 25)
    const kept = [leave(temporaryName(), 48), leave(other(2), 23), leave('not-ours', 1000)]
    await openLocal(root)
    expect(temporaries().sort()).toEqual(kept.sort())
  })

  it('stay while their writer, of another storage of this process, goes on', async () => {
    const writer = await (await openLocal(root)).create()
    await writer.append(Buffer.from('half'))
    const second = await openLocal(root)
    await writer.commit('a')
    expect(await keysOf(second)).toEqual(['a'])
  })
})

describe('errors of the system', () => {
  it('no_space: nothing is left, and small objects still fit', async ({ skip }) => {
    mountTmpfs('size=1m', skip)
    try {
      const storage = await openLocal(root)
      const noSpace = { code: 'no_space', message: expect.stringContaining(root), cause: expect.anything() }
      await expect(storage.put('packs/a', Buffer.alloc(2 * MiB))).rejects.toMatchObject(noSpace)
      const writer = await storage.create()
      await writer.append(Buffer.alloc(MiB / 2))
      await expect(writer.append(Buffer.alloc(MiB))).rejects.toMatchObject(noSpace)
      await writer.abort()
      expect(await keysOf(storage)).toEqual([])
      expect(temporaries()).toEqual([])
      await storage.put('packs/b', Buffer.alloc(MiB / 2))
      expect((await storage.stat('packs/b')).size).toBe(MiB / 2)
    } finally {
      spawnSync('umount', [root])
    }
  })

  it('no_space when a folder cannot be made, on commit', async ({ skip }) => {
    // Root folder, tmp/, the temporary file: the fourth inode is not to be had.
    mountTmpfs('nr_inodes=3', skip)
    try {
      const storage = await openLocal(root)
      await expect(storage.put('packs/a', Buffer.from('x'))).rejects.toMatchObject({ code: 'no_space' })
      expect(temporaries()).toEqual([])
      await storage.put('a', Buffer.from('x'))
    } finally {
      spawnSync('umount', [root])
    }
  })

  it('denied on a read-only file system, which can still be opened and read', async ({ skip }) => {
    mountTmpfs('size=1m', skip)
    try {
      await (await openLocal(root)).put('a', Buffer.from('x'))
      fs.writeFileSync(within('tmp', `${machineId}-999999999-${'0'.repeat(16)}`), '')
      spawnSync('mount', ['-o', 'remount,ro', root])
      const storage = await openLocal(root)
      expect(await keysOf(storage)).toEqual(['a'])
      const denied = { code: 'denied', message: expect.stringContaining('read-only') }
      await expect(storage.put('b', Buffer.from('x'))).rejects.toMatchObject(denied)
      await expect(storage.delete('a')).rejects.toMatchObject(denied)
    } finally {
      spawnSync('umount', [root])
    }
  })

  it('denied for a user without permission', async ({ skip }) => {
    const storage = await openLocal(root)
    await storage.put('a', Buffer.from('x'))
    fs.chmodSync(folder, 0o755)
    fs.chmodSync(root, 0o555)
    fs.chmodSync(within('a'), 0o000)
    await asOrdinaryUser(skip, async () => {
      const denied = { code: 'denied', message: expect.stringContaining(root) }
      await expect(storage.put('packs/b', Buffer.from('x'))).rejects.toMatchObject(denied)
      await expect(storage.delete('a')).rejects.toMatchObject(denied)
      await expect(storage.get('a')).rejects.toMatchObject(denied)
    })
    fs.chmodSync(root, 0o755)
  })
})

describe('several processes', () => {
  const script = (body: string): string =>
    `const { openLocal } = await import(${JSON.stringify(new URL('./local.ts', import.meta.url).href)})\n` +
    `const storage = await openLocal(${JSON.stringify(root)})\n${body}`
  const start = (body: string): ChildProcess =>
    spawn(process.execPath, ['--input-type=module', '-e', script(body)], { stdio: ['ignore', 'pipe', 'inherit'] })
  /** Lets the child print so many lines, then kills it with no warning. */
  const killAfterLines = async (child: ChildProcess, lines: number): Promise<number> => {
    let seen = 0
    const gone = once(child, 'exit')
    if (child.stdout === null) throw new Error('no output to read')
    for await (const _ of createInterface({ input: child.stdout })) {
      if (++seen === lines) child.kill('SIGKILL')
    }
    // Until it is reaped its process id counts as alive.
    await gone
    return seen
  }

  it('SIGKILL in mid-write leaves no object, and the next open cleans up', async () => {
    const child = start(
      `const writer = await storage.create(); await writer.append(Buffer.alloc(4e6)); console.log('half'); setInterval(() => 0, 1e3)`,
    )
    await killAfterLines(child, 1)
    expect(temporaries()).toHaveLength(1)
    const storage = await openLocal(root)
    expect(await keysOf(storage)).toEqual([])
    expect(temporaries()).toEqual([])
  })

  it('SIGKILL at any moment of a row of puts leaves whole objects only, and all that were reported', async () => {
    const child = start(
      `for (let i = 1; ; i++) { await storage.put('packs/' + i % 7 + '/' + i, Buffer.alloc(300_000, i)); console.log(i) }`,
    )
    const reported = await killAfterLines(child, 25)
    const storage = await openLocal(root)
    const keys = await keysOf(storage)
    expect(keys.length).toBeGreaterThanOrEqual(reported)
    for (let i = 1; i <= reported; i++) expect(keys).toContain(`packs/${i % 7}/${i}`)
    for (const key of keys) {
      const wanted = Buffer.alloc(300_000, Number(path.basename(key)))
      expect(Buffer.compare(await storage.get(key), wanted)).toBe(0)
    }
    expect(temporaries()).toEqual([])
  })

  it('four processes put the same keys with ifAbsent: each key has one winner', async () => {
    const body = `let won = 0
      for (let i = 0; i < 60; i++) {
        await storage.put('k/' + i, Buffer.from(String(process.pid)), { ifAbsent: true }).then(() => won++, (error) => { if (error.code !== 'exists') throw error })
      }
      console.log(won)`
    const won = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const child = start(body)
        const [[output]] = await Promise.all([once(child.stdout ?? child, 'data'), once(child, 'close')])
        return Number(String(output))
      }),
    )
    expect(won.reduce((sum, each) => sum + each)).toBe(60)
    expect(await keysOf(await openLocal(root))).toHaveLength(60)
  })
})

function mountTmpfs(options: string, skip: (why: string) => void): void {
  if (process.getuid?.() !== 0) skip('needs root, to mount a small tmpfs')
  fs.mkdirSync(root)
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', root])
  if (status !== 0) skip(`no tmpfs can be mounted here: ${stderr}`)
}

async function asOrdinaryUser(skip: (why: string) => void, work: () => Promise<void>): Promise<void> {
  if (process.geteuid?.() !== 0) return work()
  if (process.seteuid === undefined) return skip('root cannot become another user in a worker thread')
  process.seteuid(65534)
  try {
    await work()
  } finally {
    process.seteuid(0)
  }
}
