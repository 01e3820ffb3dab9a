import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, constants, fstatSync, openSync, readlinkSync, readSync, symlinkSync, writeFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { closeFd, mkdirAt, mknodAt, O_PATH, openAt, symlinkAt } from './at.ts'
import { AT_FDCWD, fspath } from './libc.ts'
import { openBeneath, openBeneathBySteps, openDirDeep, openForRead } from './open.ts'
import { Stat, statAt } from './stat.ts'
import { codeThrown, isRoot, makeFile, makeMemoryPlace, makePlace, type Place } from './testing.ts'

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOATIME, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants

const flagsOf = (fd: number): number => {
  const info = execFileSync('cat', [`/proc/${process.pid}/fdinfo/${fd}`], { encoding: 'utf8' })
  return Number.parseInt(/flags:\s+(\d+)/.exec(info)?.[1] ?? '', 8)
}

/** Runs with the effective user of somebody who owns nothing; only root can, and only outside worker threads. */
function asNobody<T>(action: () => T): T {
  process.setegid?.(65534)
  process.seteuid?.(65534)
  try {
    return action()
  } finally {
    process.seteuid?.(0)
    process.setegid?.(0)
  }
}

test('reading leaves the access time alone, for the owner', () => {
  const place = makePlace()
  writeFileSync(`${place.path}/caf\u00e9`, 'content')
  const fd = openForRead(place.fd, 'caf\xc3\xa9', process.geteuid?.() ?? 0)
  expect(flagsOf(fd) & O_NOATIME).toBe(O_NOATIME)
  const buffer = Buffer.alloc(20)
  expect(buffer.toString('utf8', 0, readSync(fd, buffer, 0, 20, 0))).toBe('content')
  closeFd(fd)
})

test.runIf(isRoot)("files of others are read too, O_NOATIME or not (root only: takes another's place)", (context) => {
  if (process.seteuid === undefined) context.skip('the user can be changed in the main thread only')
  const place = makePlace()
  makeFile(place, 'one')
  makeFile(place, 'two')
  makeFile(place, 'secret', 0o600)
  execFileSync('chmod', ['755', place.path])
  asNobody(() => {
    for (const name of ['one', 'two']) {
      const fd = openForRead(place.fd, name, 0)
      expect(fstatSync(fd).isFile()).toBe(true)
      closeFd(fd)
    }
    expect(codeThrown(() => openForRead(place.fd, 'secret', 0))).toBe('EACCES')
  })
})

test('a symlink is refused, a fifo does not block, what is missing is said so', () => {
  const place = makePlace()
  makeFile(place, 'file')
  symlinkSync('file', `${place.path}/link`)
  mknodAt(place.fd, 'fifo', constants.S_IFIFO | 0o600)
  const owner = process.geteuid?.() ?? 0
  expect(codeThrown(() => openForRead(place.fd, 'link', owner))).toBe('ELOOP')
  expect(codeThrown(() => openForRead(place.fd, 'missing', owner))).toBe('ENOENT')
  const fd = openForRead(place.fd, 'fifo', owner)
  expect(fstatSync(fd).isFIFO()).toBe(true)
  closeFd(fd)
})

const depth = 5000
const level = 'level-\xff\n01'

/** Directories below each other, far past PATH_MAX; the deepest holds one file. Removed by rm, since Node can't. */
function makeDeep(place: Place): string {
  let fd = openAt(place.fd, '.', O_DIRECTORY)
  for (let i = 0; i < depth; i++) {
    mkdirAt(fd, level, 0o700)
    const next = openAt(fd, level, O_PATH | O_DIRECTORY)
    closeFd(fd)
    fd = next
  }
  closeFd(openAt(fd, 'file', O_CREAT | O_WRONLY, 0o600))
  closeFd(fd)
  onTestFinished(() => {
    expect(spawnSync('rm', ['-rf', place.path]).status).toBe(0)
  })
  return Array.from({ length: depth }, () => level).join('/')
}

test('opens what lies 5,000 levels deep', () => {
  const place = makeMemoryPlace()
  const deep = makeDeep(place)
  const path = `${place.path}/${deep}`
  const stat = new Stat()
  for (const nofollow of [false, true]) {
    const fd = openDirDeep(path, { nofollow })
    expect(statAt(fd, 'file', stat)).toBe(0)
    closeFd(fd)
    expect(codeThrown(() => openDirDeep(`${path}/missing`, { nofollow }))).toBe('ENOENT')
  }
  for (const open of [openBeneath, openBeneathBySteps]) {
    const fd = open(place.fd, `${deep}/file`, O_RDONLY)
    expect(fstatSync(fd).isFile()).toBe(true)
    closeFd(fd)
  }
})

test('opens ordinary directories, and only directories', () => {
  const place = makePlace()
  makeFile(place, 'file')
  mkdirAt(place.fd, 'a')
  symlinkSync('a', `${place.path}/link`)
  for (const path of ['/', '.', place.path, `${place.path}/`, `${place.path}//a///`, `${place.path}/link`]) {
    const fd = openDirDeep(path)
    expect(fstatSync(fd).isDirectory()).toBe(true)
    closeFd(fd)
  }
  closeFd(openDirDeep('/', { nofollow: true }))
  expect(codeThrown(() => openDirDeep(`${place.path}/file`))).toBe('ENOTDIR')
  expect(codeThrown(() => openDirDeep(`${place.path}/link`, { nofollow: true }))).toBe('ELOOP')
  expect(codeThrown(() => openDirDeep(`${place.path}/link/.`, { nofollow: true }))).toBe('ELOOP')
  expect(codeThrown(() => openDirDeep(''))).toBe('ENOENT')
})

for (const [way, open] of Object.entries({ openBeneath, openBeneathBySteps })) {
  test(`${way} opens what is below`, () => {
    const place = makePlace()
    mkdirAt(place.fd, 'a')
    mkdirAt(place.fd, 'a/\xff\n..')
    const opened = (path: string, flags: number): string => {
      const fd = open(place.fd, path, flags, 0o640)
      const name = readlinkSync(`/proc/self/fd/${fd}`, 'latin1')
      expect(flagsOf(fd) & 0o2000000).toBe(0o2000000)
      closeFd(fd)
      return name.slice(place.path.length)
    }
    expect(opened('.', O_DIRECTORY)).toBe('')
    expect(opened('a', O_DIRECTORY)).toBe('/a')
    expect(opened('a//./\xff\n..', O_PATH)).toBe('/a/\xff\n..')
    expect(opened('a/\xff\n../file', O_CREAT | O_EXCL | O_WRONLY)).toBe('/a/\xff\n../file')
    expect(fstatMode(`${place.path}/a/\xff\n../file`)).toBe(0o640)
    expect(codeThrown(() => open(place.fd, 'a/\xff\n../file', O_CREAT | O_EXCL | O_WRONLY))).toBe('EEXIST')
    expect(codeThrown(() => open(place.fd, 'a/missing', O_RDONLY))).toBe('ENOENT')
    expect(codeThrown(() => open(place.fd, 'a/\xff\n../file/x', O_RDONLY))).toBe('ENOTDIR')
    expect(codeThrown(() => open(place.fd, '', O_RDONLY))).toBe('ENOENT')
  })

  test(`${way} never leaves the directory, and follows no symlink`, () => {
    const place = makePlace()
    mkdirAt(place.fd, 'root')
    mkdirAt(place.fd, 'root/inside')
    makeFile(place, 'secret')
    makeFile(place, 'root/file')
    const links = { up: '..', absolute: place.path, inner: 'inside', proc: '/proc/self/cwd', tofile: 'file' }
    for (const [name, target] of Object.entries(links)) symlinkAt(target, place.fd, `root/${name}`)
    const root = openAt(place.fd, 'root', O_DIRECTORY)
    for (const path of ['/etc', '..', '../secret', 'inside/..', 'inside/../..', 'inside/../file'])
      expect([path, codeThrown(() => open(root, path, O_RDONLY))]).toEqual([path, 'EXDEV'])
    for (const path of ['up', 'up/secret', 'absolute/secret', 'inner', 'inner/.', 'proc/etc', 'tofile'])
      for (const flags of [O_RDONLY, O_PATH, O_CREAT | O_WRONLY])
        expect([path, flags, codeThrown(() => open(root, path, flags))]).toEqual([path, flags, 'ELOOP'])
    for (const path of ['inner', 'tofile'])
      expect(codeThrown(() => open(root, path, O_RDONLY | O_DIRECTORY))).toBe('ELOOP')
    // asked for by name: the link itself
    const link = open(root, 'up', O_PATH | O_NOFOLLOW)
    expect(fstatSync(link).isSymbolicLink()).toBe(true)
    closeFd(link)
    closeFd(root)
  })
}

function fstatMode(path: string): number {
  const stat = new Stat()
  expect(statAt(AT_FDCWD, path, stat)).toBe(0)
  return stat.mode & 0o777
}

test('no descriptor stays open, whether opening succeeds or fails', () => {
  const place = makePlace()
  mkdirAt(place.fd, 'a')
  mkdirAt(place.fd, 'a/b')
  const next = (): number => {
    const fd = openSync(fspath(place.path), O_RDONLY)
    closeSync(fd)
    return fd
  }
  const before = next()
  for (const open of [openBeneath, openBeneathBySteps]) {
    closeFd(open(place.fd, 'a/b', O_RDONLY))
    codeThrown(() => open(place.fd, 'a/b/c/d', O_RDONLY))
  }
  codeThrown(() => openDirDeep(`${place.path}/${'a/../'.repeat(2000)}missing`))
  closeFd(openDirDeep(`${place.path}/${'a/../'.repeat(2000)}a`))
  expect(next()).toBe(before)
})
