// Round trips: what Linux keeps about files comes back as it was, judged by a program that shares no code with the engine.
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, lstatSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Lab } from './lab.ts'
import {
  build,
  differences,
  type Item,
  isRoot,
  look,
  makeFolder,
  makeLastingFolder,
  removeFolder,
  wastedHoles,
} from './tree.ts'

const MIB = 1 << 20
const KIB64 = 64 << 10
const SECOND = 1_000_000_000n

/** Backs the items up and restores them to an empty folder. */
async function roundTrip(items: readonly Item[], threads = 0) {
  const lab = await Lab.open()
  build(lab.source, items)
  const before = look(lab.source)
  const { snapshot, errors } = await lab.backup({ threads })
  const outcome = await lab.restore(snapshot, { threads, verify: true })
  const after = look(lab.restored)
  return { lab, before, after, snapshot, errors, outcome }
}

/** The same, and nothing may be lost on the way. */
async function expectExact(items: readonly Item[], threads = 0) {
  const trip = await roundTrip(items, threads)
  expect(trip.errors).toEqual([])
  expect(trip.outcome.failures).toEqual([])
  // Whoever is not root can't give the directories above the source their owner.
  expect(trip.outcome.differences.filter(({ path }) => path.startsWith(trip.lab.source))).toEqual([])
  expect(differences(trip.before, trip.after)).toEqual([])
  return trip
}

const utf8 = (text: string): string => Buffer.from(text).toString('latin1')
const file = (path: string, more: Partial<Item> = {}): Item => ({ path, type: 'file', data: path, ...more })
const dir = (path: string, more: Partial<Item> = {}): Item => ({ path, type: 'dir', ...more })

describe('names', () => {
  const nasty = [
    '-rf',
    ' ',
    ' leading and trailing ',
    'new\nline',
    'tab\there',
    `'single' "double" \`back\``,
    '$(touch x);*?[a]|&<>#!~\\',
    'bell\x07 escape\x1b[31m delete\x7f',
    '.holdfast-0123456789abcdef',
    '...',
    '..a',
    utf8('emoji 🙈 and 日本語'),
    utf8('composed é'),
    utf8('decomposed e\u0301'),
    utf8('right to left \u202e override'),
    '\xff\xfe not UTF-8 \x80',
    '\xc3',
    'x'.repeat(255),
    '\xff'.repeat(255),
    'CON',
    'a:b',
    'name.',
  ]

  it.each([0, 2])('of every sort of bytes come back as they were (%i threads)', async (threads) => {
    const items = nasty.flatMap((name) => [
      file(name),
      dir(`d${name.slice(0, 254)}`),
      file(`d${name.slice(0, 254)}/${name}`),
    ])
    await expectExact(items, threads)
  })

  it('that sort around the slash keep their own contents, also when they are known from before', async () => {
    const lab = await Lab.open()
    const names = ['a', 'a-', 'a.b', 'a0', 'a b', 'a\x01', 'aa', 'A', 'b']
    build(lab.source, [
      ...names.flatMap((name) => (name === 'a' ? [dir('a'), file('a/b'), file('a/\x01')] : [file(name)])),
      dir('a!'),
      file('a!/b'),
    ])
    await lab.backup()
    const second = await lab.backup()
    expect(second.snapshot.statistics).toMatchObject({ filesUnmodified: 11, filesNew: 0, filesChanged: 0 })
    await lab.restore(second.snapshot)
    expect(differences(look(lab.source), look(lab.restored))).toEqual([])
  })
})

describe('contents', () => {
  it.each([0, 2])('of every length around the limits of chunks come back (%i threads)', async (threads) => {
    const lengths = [
      0,
      1,
      2,
      4095,
      4096,
      65535,
      65536,
      512 * 1024 - 1,
      512 * 1024,
      512 * 1024 + 1,
      MIB,
      4 * MIB,
      9 * MIB + 7,
    ]
    const items = lengths.flatMap((length): Item[] => [
      { path: `noise ${length}`, type: 'file', random: [[0, length, `seed ${length}`]] },
      { path: `zeros ${length}`, type: 'file', data: '\0'.repeat(Math.min(length, 70_000)) },
    ])
    await expectExact([...items, dir('empty directory'), dir('empty directory/another')], threads)
  })

  it('of a file that several lanes share come back', async () => {
    const items: Item[] = [
      {
        path: 'big',
        type: 'file',
        random: [
          [0, 70 * MIB, 'big'],
          [30 * MIB, 10 * MIB, 'again'],
        ],
      },
    ]
    await expectExact(items, 2)
  })
})

describe('holes', () => {
  const sparse = (path: string, size: number, random: [number, number][]): Item => ({
    path,
    type: 'file',
    size,
    random: random.map(([offset, length]) => [offset, length, `${path}${offset}`]),
  })

  it.each([0, 2])('of 64 KiB and more stay holes, wherever they are (%i threads)', async (threads) => {
    const { before, after } = await expectExact(
      [
        sparse('at the start', 5 * MIB, [[4 * MIB, MIB]]),
        sparse('in the middle', 5 * MIB, [
          [0, MIB],
          [4 * MIB, MIB],
        ]),
        sparse('at the end', 5 * MIB, [[0, MIB]]),
        sparse('all hole', 5 * MIB + 123, []),
        sparse('all hole, small', 4096, []),
        sparse('odd end', 3 * MIB + 1, [[MIB, 5000]]),
        sparse(
          'many',
          64 * 130 * 1024,
          Array.from({ length: 64 }, (_, i) => [i * 130 * 1024, 4096]),
        ),
        sparse(
          'many small',
          100 * 12 * 1024,
          Array.from({ length: 100 }, (_, i) => [i * 12 * 1024, 4096]),
        ),
        sparse('one small', 100_000, [
          [0, 4096],
          [20_480, 79_520],
        ]),
      ],
      threads,
    )
    expect(wastedHoles(before, after, KIB64)).toEqual([])
    expect(after['at the start']!.blocks).toBeLessThan((2 * MIB) / 512)
    expect(after['all hole']!.blocks).toBe(0)
  })

  it('of a terabyte cost nothing', async () => {
    const { after, outcome } = await expectExact([sparse('tera', 2 ** 40, [[2 ** 39, 4096]])])
    expect(after.tera!.blocks).toBeLessThan(MIB / 512)
    expect(outcome.counters.verified).toBe(1)
  })

  it('are made of long runs of zeros in a file that has holes or is larger than a chunk', async () => {
    const { after } = await expectExact([
      {
        path: 'zeros',
        type: 'file',
        random: [
          [0, MIB, 'a'],
          [6 * MIB, MIB, 'b'],
        ],
        size: 8 * MIB,
      },
    ])
    expect(after.zeros!.blocks).toBeLessThan((3 * MIB) / 512)
  })
})

describe('times', () => {
  const times: [string, bigint][] = [
    ['1901', -2_147_483_648n * SECOND],
    ['1901 and a bit', -2_147_483_647n * SECOND + 1n],
    ['1969', -1n],
    ['1969, a second before', -SECOND],
    ['1970', 0n],
    ['now', 1_700_000_000n * SECOND + 123_456_789n],
    ['the last nanosecond of a second', 1_700_000_000n * SECOND + 999_999_999n],
    ['2038', 2_147_483_648n * SECOND],
    ['2106', 4_294_967_296n * SECOND + 7n],
    ['2446', 15_032_385_535n * SECOND],
  ]

  it.each([2])('of files, directories, links and pipes come back to the nanosecond (%i threads)', async (threads) => {
    const items = times.flatMap(([name, mtime]): Item[] => [
      file(`f ${name}`, { mtime }),
      { path: `big ${name}`, type: 'file', mtime, random: [[0, 600 * 1024, name]] },
      dir(`d ${name}`, { mtime }),
      file(`d ${name}/child`, { mtime }),
      { path: `l ${name}`, type: 'symlink', target: 'nowhere', mtime },
      { path: `p ${name}`, type: 'fifo', mtime },
    ])
    const { after } = await expectExact(items, threads)
    expect(after['d 2446']!.mtime).toBe(String(15_032_385_535n * SECOND))
  })
})

describe('modes', () => {
  it.each([0])('come back with set-uid, set-gid and sticky, and with no bits at all (%i threads)', async (threads) => {
    const readable = [0o500, 0o555, 0o744, 0o777, 0o1777, 0o2755, 0o4755, 0o6711, 0o7777]
    const closed = [0, 0o7, 0o70, 0o200, 0o400, 0o4000, 0o444, 0o600]
    const modes = isRoot ? [...readable, ...closed] : readable
    await expectExact(
      modes.flatMap((mode) => [
        file(`f${mode}`, { mode }),
        dir(`d${mode}`, { mode }),
        { path: `p${mode}`, type: 'fifo', mode },
      ]),
      threads,
    )
  })

  it.runIf(isRoot)('of a directory do not keep root out: what lies in one of mode 0 comes back', async () => {
    await expectExact([
      dir('closed', { mode: 0 }),
      file('closed/inside', { mode: 0 }),
      dir('closed/deeper', { mode: 0 }),
    ])
  })
})

describe('links', () => {
  const longTarget = `${'t'.repeat(100)}/`.repeat(40) + 'e'.repeat(55)

  it.each([0])(
    'symbolic: dangling, in circles, long, of any bytes: the text comes back (%i threads)',
    async (threads) => {
      expect(longTarget.length).toBe(4095)
      const symlink = (path: string, target: string): Item => ({ path, type: 'symlink', target })
      await expectExact(
        [
          symlink('dangling', 'not/there'),
          symlink('self', 'self'),
          symlink('circle 1', 'circle 2'),
          symlink('circle 2', 'circle 1'),
          symlink('long', longTarget),
          symlink('bytes', '\xff\xfe\x80'),
          symlink('newline', 'a\nb'),
          symlink('up', '../../../../../../../../etc/passwd'),
          symlink('absolute', '/etc'),
          symlink('to a directory', 'd'),
          dir('d'),
          file('d/f'),
        ],
        threads,
      )
    },
  )

  it.each([0, 2])(
    'hard: groups come back, also over directories and of other things than files (%i threads)',
    async (threads) => {
      const link = (path: string, target: string): Item => ({ path, type: 'link', target })
      await expectExact(
        [
          dir('z'),
          dir('a'),
          dir('a/deep'),
          file('z/first', { mode: 0o640, mtime: 5n }),
          link('a/second', 'z/first'),
          link('a/deep/third', 'z/first'),
          link('y', 'z/first'),
          { path: 'big', type: 'file', random: [[0, 3 * MIB, 'big']] },
          link('a/big too', 'big'),
          { path: 'sparse', type: 'file', size: MIB },
          link('sparse too', 'sparse'),
          file('empty', { data: '' }),
          link('empty too', 'empty'),
          { path: 'pipe', type: 'fifo', mtime: 7n },
          link('pipe too', 'pipe'),
          { path: 'symlink', type: 'symlink', target: 'x', mtime: 9n },
          link('symlink too', 'symlink'),
        ],
        threads,
      )
    },
  )

  it('hard, with a name outside of the backup or left out of it: the others still belong together', async () => {
    const lab = await Lab.open()
    build(lab.folder, [{ path: 'outside', type: 'file', data: 'x' }])
    build(lab.folder, [
      { path: 'source/a', type: 'link', target: 'outside' },
      { path: 'source/b', type: 'link', target: 'outside' },
      { path: 'source/c', type: 'link', target: 'outside' },
    ])
    const { snapshot } = await lab.backup({ excludes: ['a'] })
    await lab.restore(snapshot)
    const after = look(lab.restored)
    expect(Object.keys(after)).toEqual(['', 'b', 'c'])
    expect([after.b!.group, after.c!.group]).toEqual(['b', 'b'])
  })

  it('hard, with only some names chosen for the restore: those belong together, alone or not', async () => {
    const lab = await Lab.open()
    build(lab.source, [
      file('a', { data: 'x' }),
      { path: 'b', type: 'link', target: 'a' },
      { path: 'c', type: 'link', target: 'a' },
    ])
    const { snapshot } = await lab.backup()
    await lab.restore(snapshot, { path: `${lab.source}/c` })
    expect(look(lab.restored).c).toMatchObject({ size: 1 })
    expect(look(lab.restored).c!.group).toBeUndefined()
    await lab.restore(snapshot, { target: `${lab.folder}/other`, includes: ['b', 'c'] })
    const after = look(`${lab.folder}/other${lab.source}`)
    expect([after.a, after.b!.group, after.c!.group]).toEqual([undefined, 'b', 'b'])
  })
})

describe('special files', () => {
  it('pipes and sockets come back', async () => {
    await expectExact([
      { path: 'pipe', type: 'fifo', mode: 0o640 },
      { path: 'socket', type: 'socket', mode: 0o751, mtime: 3n },
    ])
  })

  it.runIf(isRoot)('devices come back with their numbers', async () => {
    await expectExact([
      { path: 'null', type: 'char', device: [1, 3], mode: 0o666 },
      { path: 'whiteout', type: 'char', device: [0, 0] },
      { path: 'large', type: 'char', device: [4095, 1_048_575], mode: 0o600, mtime: 11n },
      { path: 'loop', type: 'block', device: [7, 300], mode: 0o660, uid: 5, gid: 6 },
    ])
  })
})

describe('owners', () => {
  it.runIf(isRoot).each([2])('come back by number, known to the system or not (%i threads)', async (threads) => {
    const owners: [number, number][] = [
      [0, 0],
      [0, 5],
      [1, 0],
      [65534, 65534],
      [123_456, 654_321],
      [4_294_967_294, 4_294_967_294],
    ]
    await expectExact(
      owners.flatMap(([uid, gid]): Item[] => [
        file(`f${uid}.${gid}`, { uid, gid, mode: 0o6755 }),
        { path: `big${uid}.${gid}`, type: 'file', uid, gid, mode: 0o4755, random: [[0, 700_000, `${uid}`]] },
        dir(`d${uid}.${gid}`, { uid, gid, mode: 0o2775 }),
        file(`d${uid}.${gid}/child`, { uid: 0, gid: 0 }),
        { path: `l${uid}.${gid}`, type: 'symlink', target: 'x', uid, gid },
        { path: `p${uid}.${gid}`, type: 'fifo', uid, gid, mode: 0o2600 },
      ]),
      threads,
    )
  })
})

describe('extended attributes', () => {
  const values = { 'user.a': 'value', 'user.empty': '', 'user.\xff': '\x00\xff binary', 'user.large': 'v'.repeat(3000) }

  it.each([2])('of users come back on files and directories (%i threads)', async (threads) => {
    await expectExact(
      [
        file('f', { xattrs: values }),
        file('read-only', { mode: 0o444, xattrs: values }),
        ...(isRoot ? [file('closed', { mode: 0, xattrs: values })] : []),
        dir('d', { xattrs: values }),
        dir('read-only d', { mode: 0o555, xattrs: values }),
        { path: 'big', type: 'file', random: [[0, MIB, 'big']], xattrs: values },
        { path: 'sparse', type: 'file', size: MIB, xattrs: values },
        file('empty', { data: '', xattrs: values }),
      ],
      threads,
    )
  })

  it.runIf(isRoot)('of the system come back, also on links and special files', async () => {
    const xattrs = { 'trusted.overlay.opaque': 'y', 'security.holdfast': 'label' }
    await expectExact([
      file('f', { xattrs, uid: 7 }),
      dir('d', { xattrs }),
      { path: 'l', type: 'symlink', target: 'f', xattrs },
      { path: 'p', type: 'fifo', xattrs },
      { path: 'c', type: 'char', device: [1, 3], xattrs },
    ])
  })

  it.runIf(isRoot)('that are capabilities come back, with a foreign owner as well', async () => {
    // VFS_CAP_REVISION_2, effective, CAP_NET_BIND_SERVICE
    const capability = { 'security.capability': '\x01\0\0\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0' }
    await expectExact([
      file('f', { mode: 0o755, xattrs: capability }),
      file('foreign', { mode: 0o755, uid: 7, gid: 7, xattrs: capability }),
      { path: 'big', type: 'file', mode: 0o755, uid: 7, random: [[0, MIB, 'big']], xattrs: capability },
    ])
  })

  it.each([0])(
    'that are access control lists come back, with the default ones of directories (%i threads)',
    async (threads) => {
      const entry = (tag: number, permissions: number, id = 0xffff_ffff): Buffer => {
        const bytes = Buffer.alloc(8)
        bytes.writeUInt16LE(tag, 0)
        bytes.writeUInt16LE(permissions, 2)
        bytes.writeUInt32LE(id, 4)
        return bytes
      }
      // owner rwx, user 1234 rw-, group r-x, mask rwx, others ---
      const acl = Buffer.concat([
        Buffer.from([2, 0, 0, 0]),
        entry(1, 7),
        entry(2, 6, 1234),
        entry(4, 5),
        entry(16, 7),
        entry(32, 0),
      ]).toString('latin1')
      const { before } = await expectExact(
        [
          file('f', { xattrs: { 'system.posix_acl_access': acl } }),
          { path: 'big', type: 'file', random: [[0, MIB, 'b']], xattrs: { 'system.posix_acl_access': acl } },
          dir('d', { xattrs: { 'system.posix_acl_access': acl, 'system.posix_acl_default': acl } }),
          file('d/inherits'),
          dir('d/inherits too'),
        ],
        threads,
      )
      expect(before.f!.mode).toBe(0o770)
    },
  )
})

describe('what is not kept', () => {
  it('access times become modification times, and the directory "/" has no entry', async () => {
    const lab = await Lab.open()
    build(lab.source, [file('f', { mtime: 1_000_000_000_000_000_123n })])
    const { snapshot } = await lab.backup()
    await lab.restore(snapshot)
    const { atimeNs, mtimeNs } = lstatSync(`${lab.restored}/f`, { bigint: true })
    expect([atimeNs, mtimeNs]).toEqual([1_000_000_000_000_000_123n, 1_000_000_000_000_000_123n])
    chmodSync(lab.target, 0o711)
    await lab.restore(snapshot, { overwrite: 'always' })
    expect(lstatSync(lab.target).mode & 0o777).toBe(0o711)
  })

  it.runIf(isRoot && canFreeze())(
    'flags of a file, such as "immutable"; one in the way of a restore is told',
    async () => {
      const lab = await Lab.open()
      build(lab.source, [file('f')])
      const { snapshot } = await lab.backup()
      await lab.restore(snapshot)
      const restored = `${lab.restored}/f`
      for (const name of [`${lab.source}/f`, restored]) execFileSync('chattr', ['+i', name])
      try {
        const again = await lab.backup()
        const outcome = await lab.restore(again.snapshot, { overwrite: 'always' })
        expect(outcome.failures).toEqual([{ path: `${lab.source}/f`, message: expect.stringContaining('EPERM') }])
        const other = `${lab.folder}/other`
        await lab.restore(again.snapshot, { target: other })
        expect(execFileSync('lsattr', [`${other}${lab.source}/f`]).toString()).toMatch(/^[^i]+ /)
        expect(readdirSync(lab.restored)).toEqual(['f'])
      } finally {
        for (const name of [`${lab.source}/f`, restored]) execFileSync('chattr', ['-i', name])
      }
    },
  )

  it('space that was reserved beyond the data, and holes of less than 64 KiB', async () => {
    const lab = await Lab.open()
    execFileSync('fallocate', ['-l', String(8 * MIB), `${lab.source}/reserved`])
    build(lab.source, [
      {
        path: 'small hole',
        type: 'file',
        random: [
          [0, 4096, 'a'],
          [12_288, 4096, 'b'],
        ],
      },
    ])
    const { snapshot } = await lab.backup()
    await lab.restore(snapshot)
    const after = look(lab.restored)
    expect(differences(look(lab.source), after)).toEqual([])
    expect(after.reserved!.blocks).toBe(0)
    expect(after['small hole']!.extents).toEqual([[0, 16_384]])
  })

  it.runIf(existsSync('/dev/shm'))(
    'a time that the file system of the target does not hold: that is told',
    async () => {
      const lab = await Lab.open(makeFolder('/dev/shm'))
      const mtime = 20_000_000_000n * SECOND
      build(lab.source, [file('f', { mtime }), dir('d', { mtime }), { path: 's', type: 'symlink', target: 'x', mtime }])
      const { snapshot } = await lab.backup()
      const target = makeFolder()
      const { failures, differences: told } = await lab.restore(snapshot, { target })
      expect(failures).toEqual([])
      const after = look(`${target}${lab.source}`)
      const changed = ['d', 'f', 's'].filter((name) => after[name]!.mtime !== String(mtime))
      const inside = told.filter((each) => each.path.startsWith(lab.source))
      expect(inside.toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual(
        changed.map((name) => ({ path: `${lab.source}/${name}`, message: expect.stringContaining('does not hold') })),
      )
    },
  )
})

function canFreeze(): boolean {
  const folder = makeLastingFolder()
  const probe = spawnSync('chattr', ['+i', folder])
  spawnSync('chattr', ['-i', folder])
  removeFolder(folder)
  return probe.status === 0
}
