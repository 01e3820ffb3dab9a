// Places: what the API gives goes through addresses and patterns and comes back as the same bytes, and a pattern finds its name.
import { expect, test } from 'vitest'
import { globToMatcher } from '#server/engine/select/find.ts'
import { compileInclude } from '#server/engine/select/include.ts'
import {
  above,
  below,
  commonFolder,
  downloadHref,
  filesHref,
  inputOf,
  lastName,
  paramsOf,
  patternOf,
  placeFromParams,
  restoreHref,
  searchPattern,
  TOP,
  wayTo,
} from './places.ts'

const named = (bytes: Buffer): { name: string; nameBytes?: string } => {
  const text = bytes.toString('utf8')
  return Buffer.from(text, 'utf8').equals(bytes)
    ? { name: text }
    : { name: 'shown', nameBytes: bytes.toString('base64') }
}

const names = [
  Buffer.from('report.md'),
  Buffer.from('<img src=x onerror=alert(1)>.txt'),
  Buffer.from('line\nbreak'),
  Buffer.from('a+b & c=d?#%20.txt'),
  Buffer.from('back\\slash [x] *?'),
  Buffer.from(' spaces at both ends  '),
  Buffer.from('\u202egnp.exe'),
  Buffer.from('🦊 שלום'),
  Buffer.from('!not #comment'),
  Buffer.from([0x62, 0xff, 0xfe, 0x2e, 0x74]),
  Buffer.from([0xe2, 0x82, 0x41, 0xc3]),
]

test.each(names.map((bytes) => [bytes.toString('latin1'), bytes]))('%j goes through an address', (_, bytes) => {
  const folder = below(TOP, { name: 'd', nameBytes: Buffer.from([0x64, 0xff]).toString('base64') })
  for (const place of [below(TOP, named(bytes)), below(folder, named(bytes)), below({ path: '/a/b' }, named(bytes))]) {
    const params = new URLSearchParams(new URL(`http://x${filesHref('1', place)}`).search)
    const back = placeFromParams({ path: params.get('path') ?? undefined, pb: params.get('pb') ?? undefined })
    expect(inputOf(back)).toEqual(inputOf(place))
    const last = lastName(back)
    expect(Buffer.from(last.nameBytes ?? Buffer.from(last.name).toString('base64'), 'base64')).toEqual(bytes)
  }
})

test.each(names.map((bytes) => [bytes.toString('latin1'), bytes]))('%j is what its pattern takes', (name, bytes) => {
  const include = compileInclude([patternOf(below({ path: '/top' }, named(bytes)))])
  expect(include.wants(`top/${name}`, false)).toBe('yes')
  expect(include.wants(`top/${name}x`, false)).toBe('no')
  expect(include.wants('top/other', false)).toBe('no')
  expect(include.wants(name, false)).toBe('no')
})

test('the way to a place, and back up', () => {
  const place = below({ path: '/home/ada' }, { name: 'x', nameBytes: Buffer.from([0xff]).toString('base64') })
  expect(wayTo(place).map(inputOf)).toEqual([
    { path: '/home' },
    { path: '/home/ada' },
    { pathBytes: Buffer.from('/home/ada/\xff', 'latin1').toString('base64') },
  ])
  expect(above(place)).toEqual({ path: '/home/ada' })
  expect(above({ path: '/home' })).toEqual(TOP)
  expect(paramsOf(TOP)).toEqual({})
})

test('an address that was cut off leads to the top', () => {
  expect(placeFromParams({ pb: 'a' })).toEqual(TOP)
  expect(placeFromParams({})).toEqual(TOP)
})

test('addresses of downloads and of the wizard', () => {
  expect(downloadHref('s', { path: '/a b' })).toBe('/backups/api/download/file?snapshot=s&path=%2Fa+b')
  expect(downloadHref('s', { path: '', bytes: 'L/8=' }, 'zip')).toBe(
    '/backups/api/download/folder?snapshot=s&pathBytes=L%2F8%3D&format=zip',
  )
  expect(restoreHref('s', { path: '/a' }, ['/a/x&y', '/a/z'])).toBe(
    '/restores/new?snapshot=s&path=%2Fa&include=%2Fa%2Fx%26y&include=%2Fa%2Fz',
  )
})

test.each([
  ['report', 'a/Report-2.md', true],
  ['report', 'reports/x', false],
  ['*.md', 'a/b.md', true],
  ['*.md', 'a/b.md5', false],
  ['a[1]', 'x/a[1].txt', true],
  ['a[1]', 'x/a1.txt', false],
  ['bad\\xff', 'x/bad\xff.txt', true],
  ['line\\nbreak', 'line\nbreak.txt', true],
  ['back\\\\slash', 'back\\slash', true],
  ['docs/api', 'home/docs/api.md', true],
  ['docs/api', 'home/docs/x/api.md', false],
  ['/home/docs', 'home/docs', true],
  ['/docs', 'home/docs', false],
])('a search for %j, with %j: %j', (typed, path, found) => {
  expect(globToMatcher(searchPattern(typed), { ignoreCase: true })(path, false)).toBe(found)
})

test('browsing begins where there is something to choose from', () => {
  const common = (...paths: string[]) => commonFolder(paths.map((path) => ({ path })))
  expect(common('/home/ada/docs')).toEqual({ path: '/home/ada' })
  expect(common('/home/ada/docs', '/home/ada/src')).toEqual({ path: '/home/ada' })
  expect(common('/home/ada/docs', '/home/adam/src')).toEqual({ path: '/home' })
  expect(common('/home/ada', '/home/ada/docs')).toEqual({ path: '/home' })
  for (const top of [common('/home', '/etc'), common('/'), common('/etc'), common()]) expect(top).toEqual(TOP)
  const odd = Buffer.from([0x2f, 0xff, 0x2f, 0x61]).toString('base64')
  expect(commonFolder([{ path: 'shown', bytes: odd }])).toMatchObject({
    bytes: Buffer.from([0x2f, 0xff]).toString('base64'),
  })
})
