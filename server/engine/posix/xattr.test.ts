import { execFileSync, spawnSync } from 'node:child_process'
import { constants, symlinkSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { AT_FDCWD, closeFd, mkdirAt, mknodAt, openAt } from './at.ts'
import { fspath } from './libc.ts'
import { codeThrown, isRoot, makeFile, makePlace, type Place } from './testing.ts'
import {
  EMPTY,
  readXattrs,
  readXattrsAt,
  removeXattr,
  removeXattrAt,
  setXattrs,
  setXattrsAt,
  type Xattr,
} from './xattr.ts'

const bytes = (...values: number[]): Uint8Array => new Uint8Array(values)
const run = (program: string, ...args: string[]): string => execFileSync(program, args, { encoding: 'utf8' })
const hasProgram = (program: string): boolean => spawnSync(program, ['--version']).error === undefined

/** Why user attributes can't be tried here; '' when they can. */
function userXattrsMissing(place: Place): string {
  const fd = makeFile(place, 'probe')
  let reason = ''
  setXattrs(fd, [['user.probe', bytes(1)]], (error) => {
    reason = `the file system of the temporary directory refuses user attributes: ${error.message}`
  })
  return reason
}

test('nothing to report is always the same object', () => {
  const place = makePlace()
  const fd = makeFile(place, 'file')
  mkdirAt(place.fd, 'directory')
  symlinkSync('file', `${place.path}/link`)
  // a system with security labels puts one on every file
  const labels = readXattrs(fd).map(([name]) => name)
  if (labels.length > 0) return expect(labels).toEqual(['security.selinux'])
  expect(readXattrs(fd)).toBe(EMPTY)
  for (const name of ['file', 'directory', 'link']) expect(readXattrsAt(place.fd, name)).toBe(EMPTY)
})

test('a file system without attributes has none', () => {
  expect(readXattrsAt(AT_FDCWD, '/proc/self/status')).toBe(EMPTY)
})

test('values come back byte for byte, sorted by name, by descriptor and by name', (context) => {
  const place = makePlace()
  const missing = userXattrsMissing(place)
  if (missing) context.skip(missing)
  const xattrs: Xattr[] = [
    ['user.all', Uint8Array.from({ length: 256 }, (_, i) => i)],
    ['user.empty', bytes()],
    ['user.line\nbreak', bytes(10)],
    ['user.zero', bytes(0)],
    ['user.\xff\xfe', bytes(255, 0, 255)],
  ]
  const shuffled = [3, 0, 4, 2, 1].map((i) => xattrs[i] as Xattr)
  const userOnly = (found: readonly Xattr[]): Xattr[] => found.filter(([name]) => name.startsWith('user.'))
  const fd = makeFile(place, 'file')
  setXattrs(fd, shuffled)
  expect(userOnly(readXattrs(fd))).toEqual(xattrs)
  writeFileSync(fspath(`${place.path}/caf\xc3\xa9\n\xff`), '')
  setXattrsAt(place.fd, 'caf\xc3\xa9\n\xff', shuffled)
  expect(userOnly(readXattrsAt(place.fd, 'caf\xc3\xa9\n\xff'))).toEqual(xattrs)
  expect(userOnly(readXattrsAt(AT_FDCWD, `${place.path}/caf\xc3\xa9\n\xff`))).toEqual(xattrs)
  setXattrs(fd, [['user.zero', bytes(1, 2)]])
  expect(new Map(readXattrs(fd)).get('user.zero')).toEqual(bytes(1, 2))
})

test('values and lists larger than most, up to the limit of the file system', (context) => {
  const place = makePlace()
  const missing = userXattrsMissing(place)
  if (missing) context.skip(missing)
  const many = Array.from({ length: 60 }, (_, i): Xattr => [`user.${'n'.repeat(40)}${i + 100}`, bytes(i)])
  const fd = makeFile(place, 'many')
  setXattrs(fd, many)
  expect(readXattrs(fd).filter(([name]) => name.startsWith('user.'))).toEqual(many)
  const big = makeFile(place, 'big')
  // ext4 keeps about 4 KiB in all; xfs, btrfs and tmpfs take 64 KiB in one value
  for (const size of [64 * 1024, 3000]) {
    const value = Uint8Array.from({ length: size }, (_, i) => i * 7)
    let refused = ''
    setXattrs(big, [['user.big', value]], (error) => {
      refused = error.code
    })
    if (refused === '') expect(new Map(readXattrs(big)).get('user.big')).toEqual(value)
    else expect([size, ['ENOSPC', 'E2BIG']]).toEqual([64 * 1024, expect.arrayContaining([refused])])
  }
})

test('removing, also what is not there', (context) => {
  const place = makePlace()
  const missing = userXattrsMissing(place)
  if (missing) context.skip(missing)
  const fd = makeFile(place, 'file')
  setXattrs(fd, [
    ['user.a', bytes(1)],
    ['user.b', bytes(2)],
  ])
  removeXattr(fd, 'user.a')
  removeXattr(fd, 'user.a')
  removeXattrAt(place.fd, 'file', 'user.b')
  expect(readXattrs(fd).filter(([name]) => name.startsWith('user.'))).toEqual([])
})

test('what is refused is thrown, or told one by one', (context) => {
  const place = makePlace()
  const missing = userXattrsMissing(place)
  if (missing) context.skip(missing)
  const fd = makeFile(place, 'file')
  const xattrs: Xattr[] = [
    ['nonsense.a', bytes(1)],
    ['user.kept', bytes(2)],
    ['nonsense.b', bytes(3)],
  ]
  expect(codeThrown(() => setXattrs(fd, xattrs))).toBe('ENOTSUP')
  const told: string[] = []
  setXattrsAt(place.fd, 'file', xattrs, (error) => told.push(`${error.syscall} ${error.path}`))
  expect(told).toEqual(['setxattr nonsense.a file', 'setxattr nonsense.b file'])
  expect(new Map(readXattrs(fd)).get('user.kept')).toEqual(bytes(2))
  expect(codeThrown(() => readXattrsAt(place.fd, 'missing'))).toBe('ENOENT')
})

test('a symlink is never followed', (context) => {
  const place = makePlace()
  const missing = userXattrsMissing(place)
  if (missing) context.skip(missing)
  setXattrs(makeFile(place, 'file'), [['user.of-the-target', bytes(1)]])
  symlinkSync('file', `${place.path}/link`)
  expect(readXattrsAt(place.fd, 'link').map(([name]) => name)).not.toContain('user.of-the-target')
  expect(codeThrown(() => setXattrsAt(place.fd, 'link', [['user.x', bytes(1)]]))).toBe('EPERM')
  if (!isRoot) return
  const trusted: Xattr[] = [['trusted.mark', bytes(1, 2, 3)]]
  mknodAt(place.fd, 'fifo', constants.S_IFIFO | 0o600)
  for (const name of ['link', 'fifo']) {
    setXattrsAt(place.fd, name, trusted)
    expect(new Map(readXattrsAt(place.fd, name)).get('trusted.mark')).toEqual(bytes(1, 2, 3))
  }
})

test('ACLs of files and directories, default ones too', (context) => {
  if (!hasProgram('setfacl')) context.skip('setfacl is not installed')
  const place = makePlace()
  for (const name of ['from', 'to']) {
    mkdirAt(place.fd, name, 0o700)
    makeFile(place, `${name}/file`)
  }
  const set = spawnSync('setfacl', ['-m', 'u:1234:rwx,g:2345:r-x,d:u:1234:rw-', `${place.path}/from`])
  if (set.status !== 0) context.skip(`the file system of the temporary directory has no ACLs: ${set.stderr}`)
  run('setfacl', '-m', 'u:1234:r--,m::rw', `${place.path}/from/file`)
  for (const name of ['', '/file']) {
    const xattrs = readXattrsAt(place.fd, `from${name}`)
    expect(xattrs.map(([attribute]) => attribute)).toContain('system.posix_acl_access')
    setXattrsAt(place.fd, `to${name}`, xattrs)
    const aclOf = (entry: string): string => run('getfacl', '-cpn', `${place.path}/${entry}${name}`)
    expect(aclOf('to')).toBe(aclOf('from'))
    expect(aclOf('to')).toContain('user:1234:r')
  }
  expect(run('getfacl', '-cpn', `${place.path}/to`)).toContain('default:user:1234:rw-')
})

test('capabilities of programs', (context) => {
  if (!isRoot) context.skip('only root may set capabilities')
  if (spawnSync('setcap', ['-h']).error !== undefined) context.skip('setcap is not installed')
  const place = makePlace()
  const from = makeFile(place, 'from', 0o755)
  const to = makeFile(place, 'to', 0o755)
  const set = spawnSync('setcap', ['cap_net_raw,cap_net_bind_service+ep', `${place.path}/from`])
  if (set.status !== 0) context.skip(`setcap fails here: ${set.stderr}`)
  setXattrs(to, readXattrs(from))
  const capabilitiesOf = (name: string): string => run('getcap', `${place.path}/${name}`).replace(/^.*\/\w+ /, '')
  expect(capabilitiesOf('to')).toBe(capabilitiesOf('from'))
  expect(capabilitiesOf('to')).toContain('cap_net_raw')
})

test('directories by their own descriptor', (context) => {
  const place = makePlace()
  const missing = userXattrsMissing(place)
  if (missing) context.skip(missing)
  mkdirAt(place.fd, 'directory')
  const fd = openAt(place.fd, 'directory', constants.O_DIRECTORY)
  setXattrs(fd, [['user.of-the-directory', bytes(9)]])
  expect(new Map(readXattrs(fd)).get('user.of-the-directory')).toEqual(bytes(9))
  closeFd(fd)
})
