import { constants, lstatSync, readFileSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  chmodThroughProc,
  closeFd,
  fchmod,
  fchmodAt,
  fchown,
  fchownAt,
  linkAt,
  mkdirAt,
  mknodAt,
  openAt,
  readlinkAt,
  renameAt,
  symlinkAt,
  unlinkAt,
} from './at.ts'
import { fspath } from './libc.ts'
import { Stat, statAt } from './stat.ts'
import { codeThrown, isRoot, makeFile, makePlace } from './testing.ts'

const awkward = ['line\nbreak', '\xff\xfe', 'caf\xc3\xa9', '"quoted" \\', '\x01']

test('creates, renames, links and removes by name in a directory', () => {
  const { path, fd } = makePlace()
  for (const name of awkward) {
    mkdirAt(fd, name, 0o700)
    expect(statSync(fspath(`${path}/${name}`)).isDirectory()).toBe(true)
    closeFd(openAt(fd, `${name}/file`, constants.O_CREAT | constants.O_WRONLY, 0o600))
    linkAt(fd, `${name}/file`, fd, `${name}/second`)
    expect(statSync(fspath(`${path}/${name}/second`)).nlink).toBe(2)
    renameAt(fd, `${name}/second`, fd, `${name}/third`)
    unlinkAt(fd, `${name}/third`)
    expect(codeThrown(() => unlinkAt(fd, name, { directory: true }))).toBe('ENOTEMPTY')
    unlinkAt(fd, `${name}/file`)
    unlinkAt(fd, name, { directory: true })
    expect(statSync(fspath(`${path}/${name}`), { throwIfNoEntry: false })).toBeUndefined()
  }
})

test('descriptors are closed in a program that is started', () => {
  const fd = makeFile(makePlace(), 'file')
  expect(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')).toMatch(/^flags:\s+02[0-7]{6}$/m)
})

test('a hard link to a symlink is one to the link itself', () => {
  const { path, fd } = makePlace()
  symlinkAt('nowhere', fd, 'link')
  linkAt(fd, 'link', fd, 'again')
  expect(readlinkSync(`${path}/again`)).toBe('nowhere')
})

test('link targets are bytes of any length', () => {
  const { path, fd } = makePlace()
  for (const [i, target] of [...awkward, '../x', 'y'.repeat(4095)].entries()) {
    symlinkAt(target, fd, `link${i}`)
    expect(readlinkAt(fd, `link${i}`)).toBe(target)
    expect(readlinkSync(`${path}/link${i}`, 'latin1')).toBe(target)
  }
  expect(codeThrown(() => readlinkAt(fd, '.'))).toBe('EINVAL')
})

test('fifos and sockets', () => {
  const { path, fd } = makePlace()
  mknodAt(fd, 'fifo', constants.S_IFIFO | 0o600)
  mknodAt(fd, 'socket', constants.S_IFSOCK | 0o600)
  expect([lstatSync(`${path}/fifo`).isFIFO(), lstatSync(`${path}/socket`).isSocket()]).toEqual([true, true])
})

test.runIf(isRoot)('device numbers of every size (root only)', (context) => {
  const { fd } = makePlace()
  const stat = new Stat()
  const numbers = [
    [1, 3],
    [8, 255],
    [259, 256],
    [0xfff, 0xfffff],
    [0, 0x12345],
  ] as const
  for (const [major, minor] of numbers) {
    for (const type of [constants.S_IFCHR, constants.S_IFBLK]) {
      const name = `${type}-${major}-${minor}`
      try {
        mknodAt(fd, name, type | 0o600, major, minor)
      } catch (error) {
        if ((error as { code?: unknown }).code === 'EPERM') context.skip('this root may not make devices (a container)')
        throw error
      }
      expect(statAt(fd, name, stat)).toBe(0)
      expect([stat.mode & constants.S_IFMT, stat.rdevMajor, stat.rdevMinor]).toEqual([type, major, minor])
    }
  }
})

test('device numbers that the kernel would cut are refused', () => {
  const { fd } = makePlace()
  expect(codeThrown(() => mknodAt(fd, 'x', constants.S_IFCHR, 0x1000, 0))).toBe('EINVAL')
  expect(codeThrown(() => mknodAt(fd, 'x', constants.S_IFCHR, 0, 0x100000))).toBe('EINVAL')
})

for (const [way, chmodAt] of Object.entries({ fchmodAt, chmodThroughProc })) {
  test(`${way} sets the mode of the entry itself, and never follows`, () => {
    const { path, fd } = makePlace()
    const modeOf = (name: string): number => lstatSync(`${path}/${name}`).mode & 0o7777
    writeFileSync(`${path}/file`, '', { mode: 0o600 })
    mkdirAt(fd, 'directory', 0o700)
    mknodAt(fd, 'fifo', constants.S_IFIFO | 0o600)
    symlinkSync('file', `${path}/link`)
    for (const name of ['file', 'directory', 'fifo']) {
      chmodAt(fd, name, 0o1751)
      expect(modeOf(name)).toBe(0o1751)
    }
    expect(codeThrown(() => chmodAt(fd, 'link', 0o777))).toBe('ENOTSUP')
    expect(modeOf('file')).toBe(0o1751)
    expect(codeThrown(() => chmodAt(fd, 'missing', 0o777))).toBe('ENOENT')
    // a file nobody may open
    chmodAt(fd, 'file', 0)
    chmodAt(fd, 'file', 0o640)
    expect(modeOf('file')).toBe(0o640)
  })
}

test('fchmod on an open file', () => {
  const place = makePlace()
  fchmod(makeFile(place, 'file'), 0o4711)
  expect(statSync(`${place.path}/file`).mode & 0o7777).toBe(0o4711)
})

test.runIf(isRoot)('owners, and those of a symlink but not of its target (root only)', () => {
  const place = makePlace()
  const ownersOf = (name: string): number[] => [
    lstatSync(`${place.path}/${name}`).uid,
    lstatSync(`${place.path}/${name}`).gid,
  ]
  fchown(makeFile(place, 'file'), 1234, 2 ** 32 - 2)
  symlinkAt('file', place.fd, 'link')
  fchownAt(place.fd, 'link', 4000000000, 5)
  expect([ownersOf('file'), ownersOf('link')]).toEqual([
    [1234, 2 ** 32 - 2],
    [4000000000, 5],
  ])
})

test.skipIf(isRoot)('an ordinary user may not give files away', () => {
  const place = makePlace()
  const fd = makeFile(place, 'file')
  expect(codeThrown(() => fchown(fd, 0, 0))).toBe('EPERM')
  expect(codeThrown(() => fchownAt(place.fd, 'file', 0, 0))).toBe('EPERM')
})
