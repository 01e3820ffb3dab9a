import { constants, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AT_FDCWD, closeFd, mkdirAt, mknodAt, O_PATH, openAt, symlinkAt } from './at.ts'
import { fspath } from './libc.ts'
import { DT, listDirectory, NameList, readNames } from './names.ts'
import { dropRepeated, sortOffsets } from './sort.ts'
import { codeThrown, makeFile, makeMemoryPlace, makePlace } from './testing.ts'

const awkward = [
  '\x01',
  ' ',
  '-rf',
  '..x',
  '...',
  '.hidden',
  'A',
  'a',
  'a\n',
  'ab',
  'line\nbreak',
  '\x80',
  '\xff',
  '\xff\xfe',
]

test('every name but "." and "..", bytewise in order, however they are read', () => {
  const { path, fd } = makePlace()
  const names = [...awkward, 'caf\xc3\xa9', 'n'.repeat(255)].sort()
  for (const name of names) writeFileSync(fspath(`${path}/${name}`), '')
  expect(listDirectory(fd).names).toEqual(names)
  expect(listDirectory(fd).names).toEqual(names)
  expect([...NameList.read(fd)]).toEqual(names)
  expect(readNames(fd)).toEqual(names)
  expect(readNames(path)).toEqual(names)
})

test('an empty directory', () => {
  const { path, fd } = makePlace()
  expect([listDirectory(fd).names, readNames(path), [...NameList.read(fd)]]).toEqual([[], [], []])
  expect(() => NameList.read(fd).at(0)).toThrow(RangeError)
})

test('tells which names are folders', () => {
  const { path, fd } = makePlace()
  for (const name of ['b', 'd']) mkdirSync(`${path}/${name}`)
  for (const name of ['a', 'c', 'f']) writeFileSync(`${path}/${name}`, '')
  symlinkAt('b', fd, 'e')
  expect(listDirectory(fd)).toEqual({ names: ['a', 'b', 'c', 'd', 'e', 'f'], folders: [1, 3] })
})

test('tells what each entry is', () => {
  const { path, fd } = makePlace()
  mknodAt(fd, 'fifo', constants.S_IFIFO | 0o600)
  mknodAt(fd, 'socket', constants.S_IFSOCK | 0o600)
  mkdirAt(fd, 'directory')
  symlinkAt('nowhere', fd, 'symlink')
  writeFileSync(`${path}/file`, '')
  const list = NameList.read(fd)
  const kinds = Object.fromEntries(Array.from({ length: list.length }, (_, i) => [list.at(i), list.typeAt(i)]))
  expect(kinds).toEqual({
    directory: DT.DIRECTORY,
    fifo: DT.FIFO,
    file: DT.FILE,
    socket: DT.SOCKET,
    symlink: DT.SYMLINK,
  })
})

test('what is no readable directory is refused', () => {
  const place = makePlace()
  expect(codeThrown(() => listDirectory(makeFile(place, 'file')))).toBe('ENOTDIR')
  const fd = openAt(AT_FDCWD, place.path, O_PATH)
  expect(codeThrown(() => NameList.read(fd))).toBe('EBADF')
  closeFd(fd)
})

test('a directory that was removed while it was open', () => {
  const { path, fd } = makePlace()
  mkdirSync(`${path}/gone`)
  const gone = openAt(fd, 'gone', constants.O_DIRECTORY)
  rmSync(`${path}/gone`, { recursive: true })
  expect(codeThrown(() => listDirectory(gone))).toBe('ENOENT')
  closeFd(gone)
})

/** Sorts as the name lists do, and gives the strings back. */
function sortPacked(strings: readonly string[]): string[] {
  const bytes = Buffer.from(strings.map((string) => `${string}\0`).join(''), 'latin1')
  const offsets = new Uint32Array(strings.length)
  let at = 0
  for (const [i, string] of strings.entries()) {
    offsets[i] = at
    at += string.length + 1
  }
  sortOffsets(bytes, offsets, new Uint32Array(strings.length), strings.length)
  const kept = dropRepeated(bytes, offsets, strings.length)
  return Array.from(offsets.subarray(0, kept), (from) => bytes.toString('latin1', from, bytes.indexOf(0, from)))
}

test('sorts any names as strings are sorted, each once', () => {
  // few letters and long runs of the same, so that common beginnings, repetitions and prefixes are frequent
  const letter = fc.constantFrom('\x01', 'a', 'b', '\x7f', '\x80', '\xff')
  const name = fc.oneof(
    fc.string({ unit: letter, minLength: 1, maxLength: 12 }),
    fc
      .tuple(fc.constantFrom('aaaaaaaaaaaaa', 'aaaaaaaaaaaab', 'abababab'), fc.string({ unit: letter, maxLength: 5 }))
      .map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(fc.array(name, { maxLength: 300 }), (names) => {
      expect(sortPacked(names)).toEqual([...new Set(names)].sort())
    }),
  )
})

test('a directory of 200,000 names weighs little more than their bytes', () => {
  const { path, fd } = makeMemoryPlace()
  const count = 200_000
  const flags = constants.O_CREAT | constants.O_WRONLY
  for (let i = 0; i < count; i++) closeFd(openAt(fd, `message-${(i * 7919) % 200_003}`, flags, 0o600))
  const list = NameList.read(fd)
  const expected = readdirSync(path, { encoding: 'latin1' }).sort()
  expect(list.length).toBe(count)
  let bytes = 0
  let i = 0
  for (const name of list) {
    if (name !== expected[i]) expect(name).toBe(expected[i])
    bytes += name.length
    i++
  }
  expect(list.byteLength).toBe(bytes + 6 * count)
  const { names } = listDirectory(fd)
  expect(names.length).toBe(count)
  expect(names.every((name, at) => name === expected[at])).toBe(true)
}, 120_000)
