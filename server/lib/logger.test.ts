import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { HoldfastError } from '../contract/errors.ts'
import { createLogger, type Logger, type LogSettings, logLevelOf } from './logger.ts'

const START = 1_777_863_721_000

describe('the logger', () => {
  let folder: string
  let path: string
  let aside: string[]
  let now: number
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-log-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  beforeEach(() => {
    path = join(mkdtempSync(join(folder, 'test-')), 'sub', 'holdfast.log')
    aside = []
    now = START
  })

  const open = (settings: Partial<LogSettings> = {}): Logger =>
    createLogger({ level: 'info', ...settings, clock: { now: () => now }, fallback: (line) => aside.push(line) })
  const file = (more: { maxBytes?: number; backups?: number } = {}) => ({
    file: { path, maxBytes: 1 << 20, backups: 3, ...more },
  })
  const parse = (text: string): Record<string, unknown>[] =>
    text
      .trimEnd()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  const written = (): Record<string, unknown>[] => parse(readFileSync(path, 'utf8'))
  /** Oldest first. */
  const all = (): Record<string, unknown>[] =>
    readdirSync(join(path, '..'))
      .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
      .flatMap((name) => parse(readFileSync(join(path, '..', name), 'utf8')))

  it('writes one JSON document a line, time, level and message first', () => {
    const log = open(file())
    log.info('A run begins\nwith "quotes"', { run: 'r1', none: undefined, message: 'of a field', big: 5n })
    log.child({ part: 'queue' }).child({ run: 'r2' }).warn('Slow', { part: 'other' })
    log.close()
    expect(readFileSync(path, 'utf8').split('\n')[0]).toBe(
      '{"time":"2026-05-04T03:02:01.000Z","level":"info","message":"A run begins\\nwith \\"quotes\\"","run":"r1","_message":"of a field","big":5}',
    )
    expect(written()[1]).toMatchObject({ level: 'warning', part: 'other', run: 'r2' })
    expect(statSync(path).mode & 0o777 & ~0o640).toBe(0)
  })

  it('leaves out what is less important than the level, and takes another level from then on', () => {
    const log = open()
    const child = log.child({})
    child.debug('no')
    log.configure({ level: 'error' })
    child.warn('no')
    child.error('yes')
    log.configure({ level: 'debug' })
    child.debug('yes, too')
    expect(parse(aside.join('')).map(({ message }) => message)).toEqual(['yes', 'yes, too'])
    expect(['DEBUG', 'WARNING', 'Critical', 'LOUD'].map(logLevelOf)).toEqual(['debug', 'warning', 'error', undefined])
  })

  it('writes errors with code, message and causes, and with the stack at level debug', () => {
    const cause = Object.assign(new Error('no room'), { code: 'ENOSPC' })
    const error = new HoldfastError('no_space', 'The disk is full', { cause: new Error('write failed', { cause }) })
    const log = open()
    log.error('Backup failed', { error })
    log.error('Many failed', { error: new AggregateError([new Error('a'), 'b'], 'all') })
    expect(parse(aside.join(''))).toMatchObject([
      {
        error: {
          code: 'no_space',
          message: 'The disk is full',
          cause: { code: 'internal', message: 'write failed', cause: { code: 'ENOSPC', message: 'no room' } },
        },
      },
      { error: { message: 'all', errors: [{ message: 'a' }, { message: 'b' }] } },
    ])
    expect(aside.join('')).not.toContain('logger.test.ts')
    log.configure({ level: 'debug' })
    log.error('Backup failed', { error })
    expect(aside.at(-1)).toContain('logger.test.ts')
    const endless = new Error('round')
    endless.cause = endless
    log.error('In a circle', { error: endless })
    expect(aside.at(-1)).toContain('round')
  })

  it('hides secrets: by name, by form, and those that it was told, also with patterns off', () => {
    const log = open()
    log.hide('planted-by-value')
    log.child({ token: 'planted-1' }).info('got Authorization: Bearer planted-2222', {
      password: 'planted-3',
      url: 'https://u:planted-4@host',
      error: new Error('api_key=planted-5', { cause: new Error('cookie: a=planted-6') }),
      said: 'x planted-by-value y',
    })
    expect(aside.join('')).not.toContain('planted')
    log.configure({ level: 'info', masking: false })
    log.info('planted-by-value', { password: 'planted-7', text: 'password=shown' })
    expect(aside.join('')).not.toContain('planted')
    expect(aside.at(-1)).toContain('password=shown')
  })

  it('never lets through a secret that was planted anywhere', () => {
    const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789'
    const secret = fc.string({ unit: fc.constantFrom(...alphabet), minLength: 16, maxLength: 30 })
    fc.assert(
      fc.property(secret, fc.string(), fc.jsonValue(), fc.nat(5), (planted, message, value, where) => {
        aside = []
        const log = open({ level: 'debug' })
        const places = [
          { apiKey: planted },
          { error: new Error(`GET https://u:${planted}@h/?x=1 failed`) },
          { deep: [{ headers: { cookie: planted } }] },
          { text: `--password ${planted}` },
          { env: `PGPASSWORD=${planted}` },
        ]
        if (where === 5) log.hide(planted)
        log.info(`${message}${where === 5 ? planted : ''}`, { value, ...(places[where] ?? { value: [planted] }) })
        expect(aside.join('')).not.toContain(planted)
        expect(parse(aside.join(''))).toHaveLength(1)
      }),
      { numRuns: 300 },
    )
  })

  it('exchanges the file when it is full, keeps so many, and loses and splits no line', () => {
    const log = open(file({ maxBytes: 2000, backups: 4 }))
    for (let i = 0; i < 70; i++) log.info('line', { i, text: 'x'.repeat(i % 7) })
    log.close()
    const names = readdirSync(join(path, '..')).sort()
    expect(names).toEqual(['holdfast.log', 'holdfast.log.1', 'holdfast.log.2', 'holdfast.log.3'])
    expect(all().map(({ i }) => i)).toEqual(Array.from({ length: 70 }, (_, i) => i))
    for (const name of names) expect(statSync(join(path, '..', name)).size).toBeLessThanOrEqual(2000)
    const more = open(file({ maxBytes: 2000, backups: 4 }))
    for (let i = 70; i < 200; i++) more.info('line', { i })
    more.close()
    expect(readdirSync(join(path, '..')).sort()).toEqual([...names, 'holdfast.log.4'])
    const kept = all().map(({ i }) => i as number)
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, k) => 200 - kept.length + k))
  })

  it('keeps no old file when none is asked for, and gives a line that is too long a file of its own', () => {
    const log = open(file({ maxBytes: 500, backups: 0 }))
    for (let i = 0; i < 20; i++) log.info('line', { i })
    log.info('long', { text: 'x'.repeat(3000) })
    log.close()
    expect(readdirSync(join(path, '..'))).toEqual(['holdfast.log'])
    expect(written().map(({ message }) => message)).toEqual(['long'])
  })

  it('goes to a new file when somebody has moved it away', () => {
    const log = open(file())
    log.info('first')
    renameSync(path, `${path}.moved`)
    now += 1500
    log.info('second')
    log.close()
    expect(written().map(({ message }) => message)).toEqual(['second'])
    expect(parse(readFileSync(`${path}.moved`, 'utf8'))).toHaveLength(1)
  })

  it('goes to stderr while the file cannot be written, says so once, and goes on in the file later', () => {
    const parent = join(path, '..')
    writeFileSync(parent, 'a file where the folder should be')
    const log = open(file())
    log.info('one')
    log.info('two')
    expect(parse(aside.join('')).map(({ message }) => message)).toEqual([
      'The log file cannot be written; lines go to stderr until it can be',
      'one',
      'two',
    ])
    rmSync(parent)
    mkdirSync(parent)
    log.info('three')
    log.close()
    expect(written()).toMatchObject([
      { message: 'The log can be written again', linesOnStderr: 2, linesLost: 0 },
      { message: 'three' },
    ])
    expect(aside).toHaveLength(3)
  })

  it('works with a full disk, and when stderr is gone as well', () => {
    let broken = true
    const log = createLogger({
      level: 'info',
      clock: { now: () => now },
      file: { path: '/dev/full', maxBytes: 1 << 20, backups: 1 },
      fallback: (line) => {
        if (broken) throw Object.assign(new Error('EPIPE'), { code: 'EPIPE' })
        aside.push(line)
      },
    })
    log.info('lost')
    broken = false
    log.info('on stderr')
    expect(parse(aside.join('')).map(({ message }) => message)).toEqual(['on stderr'])
    log.close()
  })

  it('leaves no half of a line when the file system takes only a part of it', () => {
    const script = `
      import { createLogger } from ${JSON.stringify(join(import.meta.dirname, 'logger.ts'))}
      const log = createLogger({ level: 'info', clock: { now: () => 0 }, file: { path: process.argv[1], maxBytes: 1e6, backups: 1 } })
      for (let i = 0; i < 40; i++) log.info('line', { i, text: 'x'.repeat(100) })
    `
    // A limit on the size of files is what an ordinary user has in place of a full disk: writes stop in the middle of a line.
    const line = `trap '' XFSZ; ulimit -f 4; exec "$0" --disable-warning=ExperimentalWarning --input-type=module -e "$1" "$2"`
    const { stderr, status } = spawnSync('sh', ['-c', line, process.execPath, script, path], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, NODE_DISABLE_COMPILE_CACHE: '1' },
    })
    expect({ status, stderr }).toMatchObject({ status: 0 })
    const inFile = written().map(({ i }) => i)
    const outside = parse(stderr).filter(({ message }) => message === 'line')
    expect(inFile.length).toBeGreaterThan(2)
    expect(outside.length).toBeGreaterThan(2)
    expect([...inFile, ...outside.map(({ i }) => i)]).toEqual(Array.from({ length: 40 }, (_, i) => i))
    expect(existsSync(`${path}.1`)).toBe(false)
  })
})
