// The exit statuses of bin/holdfast, each brought about for real, with --json telling the same.
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import fs from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isRoot, program, type Ran, Sandbox } from './cli-testing.ts'

const box = new Sandbox()
const src = box.at('src')

beforeAll(() => {
  box.write('src/file', 'content')
  expect(box.init().status).toBe(0)
  expect(box.on('backup', src).status).toBe(0)
})
afterAll(() => box.remove())

const errorOf = ({ stdout }: Ran) => (JSON.parse(stdout) as { error: { code: string; message: string } }).error

/** Runs with --json, and holds document, message and status together. */
function failing(args: readonly string[], env?: Readonly<Record<string, string>>) {
  const ran = box.run([...args, '--json'], env ? { env } : {})
  const error = errorOf(ran)
  expect(ran.stderr).toContain(`holdfast: ${error.message}\n`)
  return { status: ran.status, ...error }
}

describe('1, failed', () => {
  it('when there is no repository', () => {
    const nowhere = box.at('nowhere')
    expect(failing(['snapshots', '--repo', nowhere])).toMatchObject({
      status: 1,
      code: 'not_found',
      message: expect.stringContaining(nowhere),
    })
  })

  it('when a PATH is not there, and nothing is stored', () => {
    expect(failing(['backup', '--repo', box.at('r'), src, box.at('gone')])).toMatchObject({
      status: 1,
      code: 'not_found',
    })
    expect(box.objects('snapshots')).toHaveLength(1)
  })

  it('when there is something already where a repository is to be made', () => {
    expect(failing(['init', '--repo', box.at('r')])).toMatchObject({ status: 1, code: 'exists' })
  })

  it('when a snapshot has no such path, or there is no such snapshot', () => {
    expect(failing(['ls', '--repo', box.at('r'), 'latest', '/nope'])).toMatchObject({ status: 1, code: 'not_found' })
    expect(failing(['ls', '--repo', box.at('r'), '00000000'])).toMatchObject({ status: 1, code: 'not_found' })
  })

  it('when the result can not be written', () => {
    const { status, stderr } = box.shell('"$0" snapshots --repo r > /dev/full')
    expect(status).toBe(1)
    expect(stderr).toContain('ENOSPC')
  })
})

describe('2, usage', () => {
  const wrong: [string, string[], RegExp][] = [
    ['no command', [], /There is no command/],
    ['an unknown command', ['bakcup'], /the nearest is "backup"/],
    ['an unknown option', ['ls', '--recursiv', 'latest'], /the nearest is --recursive/],
    ['no repository', ['snapshots'], /--repo is missing/],
    ['a storage that nobody knows', ['snapshots', '--repo', 'gopher://x'], /No storage driver/],
    ['a word that names no snapshot', ['ls', '--repo', 'r', 'newest'], /"latest", or at least four hexadecimal digits/],
    ['a number of threads', ['backup', '--repo', 'r', '--threads', '0', 'src'], /--threads is "0"/],
    ['a type', ['backup', '--repo', 'r', '--type', 'half', 'src'], /full, incremental, differential are allowed/],
    ['a compression', ['backup', '--repo', 'r', '--compression', 'rar', 'src'], /one of none, zstd/],
    ['a level', ['backup', '--repo', 'r', '--compression', 'gzip', '--level', '10', 'src'], /from 1 to 9/],
    ['iterations', ['init', '--repo', 'x', '--kdf-iterations', '1000'], /from 100000 to 10000000/],
    ['no target', ['restore', '--repo', 'r', 'latest'], /--target is missing/],
    ['the repository as a source', ['backup', '--repo', 'r', 'r/packs'], /is the repository/],
    ['a sample', ['verify', '--repo', 'r', '--sample', '0%'], /--sample is "0%"/],
    ['an action on keys', ['key', '--repo', 'r', 'delete'], /allowed are "list"/],
    [
      'a file of patterns that is not there',
      ['backup', '--repo', 'r', '--exclude-file', 'nope', 'src'],
      /"nope", which can't be read: ENOENT/,
    ],
  ]
  it.each(wrong)('for %s', (_, args, message) => {
    const { status, message: said, code } = failing(args)
    expect(said).toMatch(message)
    expect(status).toBe(code === 'unsupported' ? 1 : 2)
  })
})

describe('3, partly', () => {
  /** As root nothing is unreadable, unless root gives up the right to override modes. */
  function runWithoutOverride(args: readonly string[]): Ran {
    const drop = ['--bounding-set=-dac_override,-dac_read_search', '--inh-caps=-dac_override,-dac_read_search', program]
    const [command, words] = isRoot ? ['setpriv', drop] : [program, []]
    const { status, stdout, stderr } = spawnSync(command, [...words, ...args], { env: box.env(), encoding: 'utf8' })
    return { status, stdout, stderr }
  }

  it('when a file can not be read: the snapshot is there, and says so', () => {
    box.write('locked/secret', 'x')
    box.write('locked/open', 'y')
    fs.chmodSync(box.at('locked/secret'), 0)
    const args = ['backup', '--repo', box.at('r'), box.at('locked')]
    const { status, stdout } = runWithoutOverride([...args, '--json'])
    expect(status).toBe(3)
    expect(JSON.parse(stdout)).toMatchObject({
      snapshotId: expect.any(String),
      errors: [{ path: box.at('locked/secret'), error: expect.stringContaining('EACCES') }],
    })
    const human = runWithoutOverride(args)
    expect(human.stdout).toMatch(/^ERRORS {4}1 could not be read$/m)
    expect(human.stderr).toContain(`${box.at('locked/secret')}: EACCES`)
  })

  it('when something is in the way of a restore', () => {
    fs.mkdirSync(box.at(`way${src}/file`), { recursive: true })
    const first = (JSON.parse(box.on('snapshots', '--json').stdout) as { id: string }[])[0]?.id ?? ''
    const { status, stdout } = box.on('restore', first, '--target', box.at('way'), '--json')
    expect(status).toBe(3)
    expect(JSON.parse(stdout)).toMatchObject({ failures: [{ path: expect.stringMatching(/\/file$/) }], damaged: false })
  })
})

describe('4, refused', () => {
  it('when a source has become empty, unless that is said to be right', () => {
    box.write('mount/file', 'x')
    expect(box.on('backup', box.at('mount')).status).toBe(0)
    fs.rmSync(box.at('mount/file'))
    expect(failing(['backup', '--repo', box.at('r'), box.at('mount')])).toMatchObject({ status: 4, code: 'refused' })
    expect(box.on('backup', '--allow-empty', box.at('mount')).status).toBe(0)
  })

  it('when the last key would go', () => {
    const [slot] = box.json<{ slots: { id: string }[] }>('key', 'list').slots
    expect(failing(['key', '--repo', box.at('r'), 'remove', slot?.id ?? ''])).toMatchObject({
      status: 4,
      code: 'refused',
    })
    expect(box.objects('keys')).toHaveLength(1)
  })

  it('when a restore would go into the repository', () => {
    const args = ['restore', '--repo', box.at('r'), 'latest', '--target', box.at('r/new/folder')]
    expect(failing(args)).toMatchObject({ status: 4, code: 'refused' })
    expect(fs.existsSync(box.at('r/new'))).toBe(false)
  })
})

describe('5, wrong secret', () => {
  it('says which, and never shows it', () => {
    const { status, code, message } = failing(['snapshots', '--repo', box.at('r')], { HOLDFAST_PASSWORD: 'guess-4711' })
    expect({ status, code }).toEqual({ status: 5, code: 'wrong_secret' })
    expect(message).toBe('Wrong password (from HOLDFAST_PASSWORD): it does not open the only key slot of its kind')
  })

  it('says when there is no slot of its kind', () => {
    const { status, message } = failing(['snapshots', '--repo', box.at('r')], { BACKUP_ENCRYPTION_KEY: 'guess-4711' })
    expect(status).toBe(5)
    expect(message).toMatch(
      /BACKUP_ENCRYPTION_KEY gives a secret of kind environment, but no key slot is of that kind \(there are: password\)/,
    )
  })
})

describe('130, interrupted', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('by %s: nothing is committed, and the next backup works', async (signal) => {
    // Slow enough to be interrupted: several seconds of xz at its highest level.
    box.write(`slow/${signal}`, randomBytes(24 << 20))
    const before = box.objects('snapshots').length
    const child = box.start([
      'backup',
      '--repo',
      box.at('r'),
      '--compression',
      'xz',
      '--level',
      '9',
      '--json',
      box.at('slow'),
    ])
    let stdout = ''
    child.stdout.on('data', (data: Buffer) => {
      stdout += data.toString()
    })
    const ended = once(child, 'exit')
    while (child.exitCode === null && box.objects('sessions').length === 0) await sleep(10)
    child.kill(signal)
    const [status] = await ended
    expect(status).toBe(130)
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'interrupted' } })
    expect(box.objects('snapshots')).toHaveLength(before)
    fs.truncateSync(box.at(`slow/${signal}`), 1000)
    expect(box.on('backup', box.at('slow')).status).toBe(0)
  })
})

describe('6, damaged', () => {
  it('by a flipped bit: verify finds it, and a restore tells which file', () => {
    const packs = box.objects('packs').sort((a, b) => fs.statSync(a).mtimeMs - fs.statSync(b).mtimeMs)
    for (const pack of packs) {
      const bytes = fs.readFileSync(pack)
      bytes[60] = (bytes[60] ?? 0) ^ 1
      fs.chmodSync(pack, 0o600)
      fs.writeFileSync(pack, bytes)
    }
    const verified = box.on('verify', '--read-data', '--json')
    expect(verified.status).toBe(6)
    expect(JSON.parse(verified.stdout)).toMatchObject({
      problems: expect.arrayContaining([{ object: expect.stringMatching(/^packs\//), message: expect.any(String) }]),
    })
    const human = box.on('verify', '--read-data')
    expect(human.stdout).toMatch(/^RESULT {4}\d+ PROBLEMS?$/m)
    expect(box.on('restore', 'latest', '--target', box.at('out')).status).toBe(6)
  })
})
