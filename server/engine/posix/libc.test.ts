import { readFileSync, writeFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { AT_FDCWD, closeFd, mkdirAt, openAt } from './at.ts'
import { codeOfErrno, errnoOf, escapePath, isPosix, PosixError } from './errors.ts'
import { cpath, fspath } from './libc.ts'
import { codeThrown, makePlace } from './testing.ts'

test('an ASCII byte string reaches C as it is, others as bytes with a NUL at the end', () => {
  expect(cpath('plain name')).toBe('plain name')
  expect(cpath('caf\xc3\xa9')).toEqual(Buffer.from([0x63, 0x61, 0x66, 0xc3, 0xa9, 0]))
  expect(cpath('\xff')).toEqual(Buffer.from([0xff, 0]))
  expect(cpath('')).toBe('')
})

test('a byte string reaches node:fs as the same bytes', () => {
  const { path } = makePlace()
  const name = `${path}/\xe2\x82\xac \xff`
  writeFileSync(fspath(name), 'content')
  expect(readFileSync(Buffer.from(name, 'latin1'), 'utf8')).toBe('content')
  expect(fspath('plain')).toBe('plain')
})

test('a name that C would cut, or that is no byte string, is refused', () => {
  expect(codeThrown(() => cpath('a\0b'))).toBe('EINVAL')
  expect(codeThrown(() => cpath('a\0b\xff'))).toBe('EINVAL')
  expect(codeThrown(() => fspath('a\0b'))).toBe('EINVAL')
  expect(codeThrown(() => cpath('price in \u20ac'))).toBe('EINVAL')
  expect(codeThrown(() => fspath('\u{1f600}'))).toBe('EINVAL')
})

test('errors carry code, number, call and an escaped path', () => {
  const error = new PosixError(errnoOf('ENOENT'), 'open', 'a\n\x1b[2J\xff')
  expect(error).toMatchObject({ code: 'ENOENT', errno: 2, syscall: 'open', path: 'a\\n\\x1b[2J\\xff' })
  expect(error.message).toBe('ENOENT: open "a\\n\\x1b[2J\\xff"')
  expect(new PosixError(errnoOf('EBADF'), 'close').message).toBe('EBADF: close')
})

test('codes that share a number are named as Node names them', () => {
  expect([errnoOf('EWOULDBLOCK'), errnoOf('EOPNOTSUPP')].map(codeOfErrno)).toEqual(['EAGAIN', 'ENOTSUP'])
  expect(codeOfErrno(errnoOf('EUCLEAN'))).toBe('EUCLEAN')
  expect(codeOfErrno(4000)).toBe('E4000')
  expect(() => errnoOf('ENONSENSE')).toThrow(RangeError)
})

test('escaping keeps text readable, hides nothing, and is unambiguous', () => {
  expect(escapePath('r\xc3\xa9sum\xc3\xa9 (1).txt')).toBe('r\u00e9sum\u00e9 (1).txt')
  expect(escapePath('r\xe9sum\xe9')).toBe('r\\xe9sum\\xe9')
  expect(escapePath('a\\n')).toBe('a\\\\n')
  expect(escapePath('a\tb\x7f')).toBe('a\\tb\\x7f')
  // U+202E, right-to-left override: turns "exe" around in a terminal
  expect(escapePath('\xe2\x80\xaeexe')).toBe('\\u{202e}exe')
})

test('a failed call names what it was about', () => {
  const { fd } = makePlace()
  mkdirAt(fd, 'taken')
  expect(() => mkdirAt(fd, 'taken')).toThrowError('EEXIST: mkdir "taken"')
  expect(codeThrown(() => openAt(fd, 'missing\xff', 0))).toBe('ENOENT')
  expect(codeThrown(() => closeFd(-1))).toBe('EBADF')
  expect([isPosix(new PosixError(errnoOf('EBADF'), 'close'), 'EBADF'), isPosix(new Error('EBADF'), 'EBADF')]).toEqual([
    true,
    false,
  ])
  expect(codeThrown(() => openAt(AT_FDCWD, '', 0))).toBe('ENOENT')
})

test('works in a worker thread, whose descriptors Node does not count', async () => {
  const { path } = makePlace()
  writeFileSync(`${path}/one`, '')
  const module = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href)
  const worker = new Worker(
    `const { workerData, parentPort } = require('node:worker_threads')
     const warnings = []
     process.on('warning', (warning) => warnings.push(warning.message))
     Promise.all([import(${module('./at.ts')}), import(${module('./names.ts')})]).then(([at, names]) => {
       const fd = at.openAt(at.AT_FDCWD, workerData, 0)
       const found = names.listDirectory(fd).names
       at.closeFd(fd)
       setImmediate(() => parentPort.postMessage({ found, warnings }))
     })`,
    { eval: true, workerData: path },
  )
  const message = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
  expect(message).toEqual({ found: ['one'], warnings: [] })
  await worker.terminate()
})
