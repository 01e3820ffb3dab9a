// Every command of bin/holdfast on small real trees: what it does, what it prints for people and for programs.
import fs from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compareTrees } from '../../scripts/compare.ts'
import { isRoot, Sandbox } from './cli-testing.ts'

type Snapshot = {
  id: string
  type: string
  paths: string[]
  files: number
  bytes: number
  tags: string[]
  host: string
  time: string
}
type Entry = { path: string; pathBytes?: string; type: string; size: number }

const box = new Sandbox()
const { at } = { at: (name: string) => box.at(name) }
const src = at('src')
/** Of the two snapshots that all tests read. */
let first = ''
let second = ''

const badName = Buffer.concat([Buffer.from(`${src}/bad `), Buffer.from([0xff, 0x0a, 0x78])])

beforeAll(() => {
  box.write('src/a/one.txt', 'one\n')
  box.write('src/a/two.TXT', 'two\n')
  box.write('src/skip.tmp', 'left out')
  box.write('src/\x1b[31mred', 'the name is an escape sequence')
  fs.writeFileSync(badName, 'the name is not UTF-8')
  fs.symlinkSync('a/one.txt', at('src/link'))
  fs.linkSync(at('src/a/one.txt'), at('src/hard'))
  expect(box.init().status).toBe(0)
  const backup = (...words: string[]) =>
    box.json<{ snapshotId: string }>('backup', src, '--exclude', '*.tmp', ...words).snapshotId
  first = backup('--tag', 'nightly', '--host', 'web1')
  box.write('src/a/two.TXT', 'two, changed\n')
  box.write('src/new', 'new')
  fs.rmSync(at('src/hard'))
  fs.chmodSync(at('src/a'), 0o700)
  second = backup('--host', 'web1')
})
afterAll(() => box.remove())

describe('init', () => {
  it('tells what it made', () => {
    const made = box.run([
      'init',
      '--repo',
      at('other'),
      '--json',
      '--compression',
      'gzip',
      '--kdf-iterations',
      '100000',
    ])
    expect(made.status).toBe(0)
    expect(JSON.parse(made.stdout)).toEqual({
      repositoryId: expect.stringMatching(/^[0-9a-f]{64}$/),
      compression: { codec: 'gzip', level: 6 },
      keyKind: 'password',
      kdfIterations: 100_000,
      label: 'first',
    })
  })
})

describe('backup', () => {
  it('prints one document', () => {
    const document = box.json('backup', src, '--exclude', '*.tmp', '--type', 'full', '--tag', 'a', '--tag', 'b')
    expect(document).toMatchObject({
      snapshotId: expect.stringMatching(/^[0-9a-f]{64}$/),
      type: 'full',
      parent: null,
      paths: [src],
      tags: ['a', 'b'],
      filesNew: 5,
      filesChanged: 0,
      filesUnmodified: 0,
      bytesRead: expect.any(Number),
      bytesStored: expect.any(Number),
      directories: expect.any(Number),
      milliseconds: expect.any(Number),
      errors: [],
      errorsOmitted: 0,
    })
  })

  it('reads what changed only, and tells people what it did', () => {
    const { stdout, stderr, status } = box.on('backup', src, '--exclude', '*.tmp', '--host', 'web1')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(new RegExp(`^snapshot {2}[0-9a-f]{12} {2}incremental since ${second.slice(0, 12)}\n`))
    expect(stdout).toContain(`source    web1:${src}\n`)
    // A file that changed in the second of the last snapshot is read again: how many do is up to the clock.
    expect(stdout).toMatch(/^files {5}0 new, \d changed, \d unmodified$/m)
  })

  it('takes patterns from a file, and those of options after them', () => {
    box.write('patterns', '# a comment\n*.tmp\n/a/\nnew\n')
    box.json('backup', src, '--exclude-file', at('patterns'), '--exclude', '!new', '--host', 'patterns')
    const names = box.json<Entry[]>('ls', 'latest', src).map((entry) => entry.path.slice(src.length + 1))
    expect(names).toContain('new')
    expect(names).not.toContain('a')
    expect(names).not.toContain('skip.tmp')
  })

  it('takes paths that are not UTF-8, and relative ones', () => {
    const { stdout } = box.shell(`cd src && "$0" backup --repo ../r --json "$(printf 'bad \\377\nx')" ./a/../a`)
    const { paths, pathsBytes } = JSON.parse(stdout) as { paths: string[]; pathsBytes: string[] }
    expect(paths).toEqual([`${src}/a`, `${src}/bad \\xff\\nx`])
    expect(pathsBytes.map((each) => Buffer.from(each, 'base64'))).toEqual([Buffer.from(`${src}/a`), badName])
  })

  it('leaves the repository out of a backup of what it lies in', () => {
    const { status } = box.on('backup', box.home, '--host', 'all')
    expect(status).toBe(0)
    const paths = box.json<Entry[]>('ls', '--recursive', 'latest').map((entry) => entry.path)
    expect(paths).toContain(`${src}/new`)
    expect(paths.filter((path) => path === at('r') || path.startsWith(at('r/')))).toEqual([])
  })
})

describe('snapshots', () => {
  it('lists them, oldest first', () => {
    const list = box.json<Snapshot[]>('snapshots')
    expect(list.slice(0, 2)).toMatchObject([
      { id: first, type: 'full', host: 'web1', paths: [src], tags: ['nightly'], files: 5, bytes: expect.any(Number) },
      { id: second, type: 'incremental', host: 'web1', paths: [src], tags: [], files: 5, bytes: expect.any(Number) },
    ])
    expect(list[0]?.time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  })

  it('aligns them for people', () => {
    const lines = box.on('snapshots').stdout.split('\n')
    expect(lines[1]).toMatch(
      new RegExp(
        `^${first.slice(0, 12)} {2}\\d{4}-\\d\\d-\\d\\d [\\d:]{8} \\+00:00 {2}web1 .* full .* 5 .*${src} \\[nightly\\]$`,
      ),
    )
  })
})

describe('ls', () => {
  it('lists a folder', () => {
    const entries = box.json<Entry[]>('ls', first, src)
    expect(entries.map(({ path }) => path.slice(src.length + 1))).toEqual([
      '\x1b[31mred',
      'a',
      'bad \\xff\\nx',
      'hard',
      'link',
    ])
    expect(Buffer.from(entries[2]?.pathBytes ?? '', 'base64')).toEqual(badName)
    expect(entries[4]).toMatchObject({ type: 'symlink', target: 'a/one.txt', size: 0 })
    expect(entries[3]).toMatchObject({ type: 'file', size: 4, mode: expect.any(Number), mtimeSec: expect.any(Number) })
  })

  it('shows nothing that a terminal would obey', () => {
    const { stdout } = box.on('ls', '--recursive', first.slice(0, 8), src)
    expect(stdout).toContain(`${src}/\\x1b[31mred\n`)
    expect(stdout).toContain(`${src}/bad \\xff\\nx\n`)
    expect(stdout).toMatch(/^lrwxrwxrwx .* - {2}\d{4}-.*\/link -> a\/one\.txt$/m)
    expect(stdout).not.toContain('\x1b')
  })

  it('finds a path that is not UTF-8', () => {
    const { stdout } = box.shell(`"$0" ls --repo r ${first} "$PWD/src/$(printf 'bad \\377\nx')"`)
    expect(stdout.trim().split('\n')).toHaveLength(1)
    expect(stdout).toContain('bad \\xff\\nx')
  })
})

describe('find', () => {
  it('finds in every snapshot', () => {
    const found = box.json<(Entry & { snapshotId: string })[]>('find', '*.txt', '--ignore-case')
    const of = (id: string) => found.filter((each) => each.snapshotId === id).map(({ path }) => path)
    expect(of(first)).toEqual([`${src}/a/one.txt`, `${src}/a/two.TXT`])
    expect(of(second)).toEqual(of(first))
    const exact = box.json<Entry[]>('find', `${src.slice(1)}/**/*.txt`)
    expect(new Set(exact.map(({ path }) => path))).toEqual(new Set([`${src}/a/one.txt`]))
  })

  it('tells people where', () => {
    const [line = ''] = box.on('find', 'two.TXT').stdout.split('\n')
    expect(line.startsWith(`${first.slice(0, 12)}  -rw`)).toBe(true)
    expect(line.endsWith(`${src}/a/two.TXT`)).toBe(true)
  })

  it('finds nothing, and that is no failure', () => {
    expect(box.on('find', 'no such name')).toMatchObject({ status: 0, stdout: '' })
    expect(box.json('find', 'no such name')).toEqual([])
  })
})

describe('diff', () => {
  it('tells each kind of change', () => {
    const changes = box.json<{ path: string; change: string; before: Entry | null; after: Entry | null }[]>(
      'diff',
      first,
      second,
    )
    const below = changes.map(({ path, change }) => `${change} ${path.slice(src.length + 1)}`)
    expect(below.filter((each) => !each.startsWith('metadata'))).toEqual([
      'content a/two.TXT',
      'removed hard',
      'added new',
    ])
    expect(below).toContain('metadata a')
    expect(changes.find((each) => each.path.endsWith('new'))).toMatchObject({
      before: null,
      after: { type: 'file', size: 3 },
    })
  })

  it('has a line for each', () => {
    const { stdout, stderr } = box.on('diff', first, second)
    expect(stdout).toMatch(/^M +4 B -> 13 B {2}.*two\.TXT$/m)
    expect(stdout).toMatch(/^m .*\/a\/$/m)
    expect(stderr).toMatch(/^1 added, 1 removed, 1 content, \d metadata, 0 type\n$/)
  })
})

describe('restore', () => {
  const restored = (...words: string[]) => box.json('restore', ...words)

  it('brings back what was there', () => {
    const { differences, ...document } = restored(second, '--target', at('out'), '--verify') as { differences: Entry[] }
    // The folders above the source belong to somebody else, for whom only root can make others.
    expect(differences.filter(({ path }) => path.startsWith(src))).toEqual([])
    expect(document).toMatchObject({
      snapshotId: second,
      target: at('out'),
      files: 5,
      verified: 5,
      failures: [],
      damaged: false,
    })
    const latin1 = (name: string) => Buffer.from(name).toString('latin1')
    expect(compareTrees(latin1(src), latin1(at(`out${src}`)), { owners: isRoot }).differences).toEqual([
      expect.stringMatching(/skip\.tmp: is missing$/),
    ])
  })

  it('restores a part of it', () => {
    restored(`${first}:${src}/a`, '--target', at('part'), '--include', 'two*')
    expect(fs.readFileSync(at(`part${src}/a/two.TXT`), 'utf8')).toBe('two\n')
    expect(fs.existsSync(at(`part${src}/a/one.txt`))).toBe(false)
  })

  it('says so when nothing matches what was asked for', () => {
    const none = box.on('restore', first, '--target', at('none'), '--include', 'no-such-*')
    expect(none.status).toBe(1)
    expect(none.stderr).toContain('Nothing in the snapshot matches --include')
  })

  it('plans, with a reason for each', () => {
    fs.mkdirSync(at(`plan${src}/new`), { recursive: true })
    const plan = box.json<{ path: string; action: string; reason: string; size: number }[]>(
      'restore',
      second,
      '--target',
      at('plan'),
      '--dry-run',
    )
    const step = (name: string) => plan.find(({ path }) => path.endsWith(`/${name}`))
    expect(step('one.txt')).toMatchObject({ action: 'create', reason: 'it is not there', size: 4, type: 'file' })
    expect(step('src')).toMatchObject({ action: 'keep' })
    expect(step('new')).toMatchObject({ action: 'fail', reason: expect.stringContaining('directory') })
    expect(fs.readdirSync(at(`plan${src}`))).toEqual(['new'])
    expect(box.on('restore', second, '--target', at('plan'), '--dry-run').stdout).toMatch(
      /^create {2}file +4 B {2}.*one\.txt {2}\(it is not there\)$/m,
    )
  })

  it('keeps or replaces what is there, as it is told', () => {
    box.write(`over${src}/new`, 'mine')
    const read = () => fs.readFileSync(at(`over${src}/new`), 'utf8')
    restored(second, '--target', at('over'), '--overwrite', 'never')
    expect(read()).toBe('mine')
    restored(second, '--target', at('over'))
    expect(read()).toBe('new')
  })
})

describe('verify', () => {
  it('finds nothing wrong', () => {
    const { status, stdout } = box.on('verify', '--read-data', '--json')
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      problems: [],
      omitted: 0,
      unusedPacks: [],
      snapshots: expect.any(Number),
      bytesRead: expect.any(Number),
    })
  })

  it('reads a sample', () => {
    const { packs, packsRead } = box.json<{ packs: number; packsRead: number }>('verify', '--sample', '10%')
    expect(packsRead).toBe(Math.ceil(packs / 10))
    expect(box.on('verify').stdout).toMatch(
      /^result {4}no problem found\nproof {5}of the structure only; --read-data reads all data$/m,
    )
    expect(box.on('verify', '--read-data').stdout).not.toContain('proof')
  })
})

describe('rebuild-index', () => {
  it('brings a lost index back', () => {
    for (const file of box.objects('index')) fs.rmSync(file)
    expect(box.on('ls', 'latest', src).status).not.toBe(0)
    expect(box.json('rebuild-index')).toMatchObject({
      packs: expect.any(Number),
      chunks: expect.any(Number),
      unreadable: [],
      objectsRemoved: 0,
    })
    expect(box.on('ls', first, src).status).toBe(0)
  })
})

describe('the cache', () => {
  const list = (cache: string) =>
    box.run(['ls', '--repo', 'r', '--verbose', first], {
      env: { HOLDFAST_PASSWORD: 'secret', HOLDFAST_CACHE_DIR: cache },
    })

  it('is a folder for each repository, for its owner only, and may be lost', () => {
    expect(list('cache')).toMatchObject({ status: 0, stderr: '' })
    const [folder = ''] = fs.readdirSync(at('cache'))
    expect(folder).toMatch(/^[0-9a-f]{16}$/)
    expect(fs.statSync(at(`cache/${folder}`)).mode & 0o777).toBe(0o700)
    expect(fs.readdirSync(at(`cache/${folder}`))).toContain('index')
    fs.rmSync(at('cache'), { recursive: true })
    expect(list('cache').status).toBe(0)
  })

  it('is gone without when it can not be made', () => {
    box.write('a file', '')
    expect(list('a file')).toMatchObject({ status: 0, stderr: expect.stringMatching(/^There is no cache: .*\n$/) })
  })
})
