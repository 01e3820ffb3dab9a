import { constants, lstatSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { closeFd, mknodAt, O_PATH, openAt, symlinkAt } from './at.ts'
import { errnoOf } from './errors.ts'
import { AT_FDCWD, fspath } from './libc.ts'
import { STAT_WORDS, Stat, statAt, statFd } from './stat.ts'
import { codeThrown, makeFile, makePlace } from './testing.ts'

/** What Stat says, in the terms of Node's lstat with bigint. */
const inNodeTerms = (stat: Stat) => ({
  mode: BigInt(stat.mode),
  nlink: BigInt(stat.nlink),
  uid: BigInt(stat.uid),
  gid: BigInt(stat.gid),
  size: BigInt(stat.size),
  blocks: BigInt(stat.blocks),
  ino: (BigInt(stat.inoHi) << 32n) | BigInt(stat.inoLo),
  atimeNs: BigInt(stat.atimeSec) * 1_000_000_000n + BigInt(stat.atimeNsec),
  mtimeNs: BigInt(stat.mtimeSec) * 1_000_000_000n + BigInt(stat.mtimeNsec),
  ctimeNs: BigInt(stat.ctimeSec) * 1_000_000_000n + BigInt(stat.ctimeNsec),
})

/** glibc's encoding of a device number. */
const encodeDevice = (major: number, minor: number): bigint =>
  ((BigInt(major) & 0xfffn) << 8n) |
  ((BigInt(major) & ~0xfffn) << 32n) |
  (BigInt(minor) & 0xffn) |
  ((BigInt(minor) & ~0xffn) << 12n)

const kindOf = (stat: Stat): string =>
  [
    stat.isFile() && 'file',
    stat.isDirectory() && 'directory',
    stat.isSymlink() && 'symlink',
    stat.isFifo() && 'fifo',
    stat.isSocket() && 'socket',
    stat.isCharDevice() && 'char device',
    stat.isBlockDevice() && 'block device',
  ]
    .filter(Boolean)
    .join(' ')

test('agrees with lstat on every kind of entry', () => {
  const { path, fd } = makePlace()
  writeFileSync(`${path}/file`, 'x'.repeat(5000), { mode: 0o640 })
  writeFileSync(`${path}/sparse`, '')
  truncateSync(`${path}/sparse`, 5 * 2 ** 32 + 17)
  mkdirSync(`${path}/directory`)
  symlinkSync('nowhere', `${path}/symlink`)
  mknodAt(fd, 'fifo', 0o010600)
  mknodAt(fd, 'socket', 0o140600)
  const kinds = {
    sparse: 'file',
    file: 'file',
    directory: 'directory',
    symlink: 'symlink',
    fifo: 'fifo',
    socket: 'socket',
  }
  const stat = new Stat()
  for (const [name, kind] of Object.entries(kinds)) {
    expect(statAt(fd, name, stat)).toBe(0)
    const expected = lstatSync(`${path}/${name}`, { bigint: true })
    expect(expected).toMatchObject(inNodeTerms(stat))
    expect(encodeDevice(stat.devMajor, stat.devMinor)).toBe(expected.dev)
    expect(kindOf(stat)).toBe(kind)
  }
})

test('gives the numbers of a device', () => {
  const stat = new Stat()
  expect(statAt(AT_FDCWD, '/dev/null', stat)).toBe(0)
  expect([kindOf(stat), stat.rdevMajor, stat.rdevMinor]).toEqual(['char device', 1, 3])
})

test('an open file, also by O_PATH on a symlink', () => {
  const place = makePlace()
  const stat = new Stat()
  expect(statFd(makeFile(place, 'file', 0o600), stat)).toBe(0)
  expect([stat.mode, stat.size]).toEqual([0o100600, 0])
  symlinkAt('target', place.fd, 'link')
  const link = openAt(place.fd, 'link', O_PATH | constants.O_NOFOLLOW)
  expect(statFd(link, stat)).toBe(0)
  expect([kindOf(stat), stat.size]).toEqual(['symlink', 6])
  closeFd(link)
})

test('names are bytes', () => {
  const { path, fd } = makePlace()
  const stat = new Stat()
  for (const name of ['line\nbreak', '\xff\xfe', 'caf\xc3\xa9', ' ', '-rf']) {
    writeFileSync(fspath(`${path}/${name}`), name, 'latin1')
    expect(statAt(fd, name, stat)).toBe(0)
    expect(stat.size).toBe(name.length)
  }
})

test('what is missing is a number, not an exception', () => {
  const { fd } = makePlace()
  const stat = new Stat()
  expect(statAt(fd, 'missing', stat)).toBe(errnoOf('ENOENT'))
  expect(statAt(fd, 'x'.repeat(300), stat)).toBe(errnoOf('ENAMETOOLONG'))
  expect(statFd(-1, stat)).toBe(errnoOf('EBADF'))
  expect(codeThrown(() => statAt(fd, 'a\0', stat))).toBe('EINVAL')
})

test('what was found can be put aside, and taken back', () => {
  const { path, fd } = makePlace()
  writeFileSync(`${path}/file`, 'twelve bytes')
  const [first, second] = [new Stat(), new Stat()]
  expect(statAt(fd, 'file', first)).toBe(0)
  const aside = new Uint32Array(STAT_WORDS * 3)
  first.save(aside, STAT_WORDS)
  expect(aside[STAT_WORDS]).not.toBe(0)
  expect([...aside.subarray(0, STAT_WORDS), ...aside.subarray(2 * STAT_WORDS)].every((word) => word === 0)).toBe(true)
  second.load(aside, STAT_WORDS)
  expect({ ...inNodeTerms(second), kind: kindOf(second), device: [second.devMajor, second.rdevMinor] }).toEqual({
    ...inNodeTerms(first),
    kind: 'file',
    device: [first.devMajor, first.rdevMinor],
  })
})
