// Runs bin/holdfast under a strict POSIX shell, in an installation of its own whose program only tells how it was started.
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const launcher = path.join(import.meta.dirname, '../bin/holdfast')
const isRoot = process.getuid?.() === 0

const program = `
import { readFileSync } from 'node:fs'
const words: string[] = process.argv.slice(2)
if (words[0] === 'exit') process.exit(Number(words[1]))
if (words[0] === 'wait') { console.log('waiting'); setInterval(() => undefined, 1000) }
else console.log(JSON.stringify({ words, flags: process.execArgv, cwd: process.cwd(), input: readFileSync(0, 'utf8'),
  node: process.execPath, cache: process.env.NODE_COMPILE_CACHE ?? null }))
`

type Told = { words: string[]; flags: string[]; cwd: string; input: string; node: string; cache: string | null }

describe('bin/holdfast', () => {
  let home = ''
  const at = (name: string) => path.join(home, name)
  const told = ({ stdout }: SpawnSyncReturns<string>): Told => JSON.parse(stdout)

  /** `env` replaces the environment, PATH aside. */
  function run(command: string, words: string[] = [], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) {
    const env = { PATH: process.env.PATH, HOME: home, ...options.env }
    return spawnSync(command, words, { cwd: options.cwd ?? home, env, input: 'from a pipe', encoding: 'utf8' })
  }

  beforeEach(() => {
    home = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-launcher-')))
    for (const folder of ['bin', 'server/cli', `node_modules/node-linux-${process.arch}/bin`]) {
      fs.mkdirSync(at(`app/${folder}`), { recursive: true })
    }
    fs.copyFileSync(launcher, at('app/bin/holdfast'))
    fs.symlinkSync(process.execPath, at(`app/node_modules/node-linux-${process.arch}/bin/node`))
    fs.writeFileSync(at('app/server/cli/main.ts'), program)
    fs.writeFileSync(at('app/package.json'), '{"type":"module"}')
  })
  afterEach(() => fs.rmSync(home, { recursive: true, force: true }))

  it('passes words, standard input and the working directory on, from anywhere', () => {
    const words = ['backup', 'a b', '', '--x=*', '$HOME', "it's"]
    const expected = { words, cwd: os.tmpdir(), input: 'from a pipe', node: fs.realpathSync(process.execPath) }
    expect(told(run(at('app/bin/holdfast'), words, { cwd: os.tmpdir() }))).toMatchObject(expected)
  })

  it.each([
    ['app', './bin/holdfast'],
    ['app/bin', './holdfast'],
    ['app/server', '../bin/holdfast'],
  ])('starts in %s as %s', (cwd, command) => {
    expect(told(run(command, ['x'], { cwd: at(cwd) })).words).toEqual(['x'])
  })

  it('starts when a shell is given the file, with no folder named', () => {
    expect(told(run('sh', ['holdfast', 'x'], { cwd: at('app/bin') })).words).toEqual(['x'])
  })

  it('finds its place through links to links', () => {
    fs.mkdirSync(at('usr bin'))
    fs.symlinkSync('../app/bin/holdfast', at('usr bin/first'))
    fs.symlinkSync(at('usr bin/first'), at('holdfast'))
    expect(told(run(at('holdfast'), ['x'])).words).toEqual(['x'])
    expect(told(run('holdfast', ['x'], { env: { PATH: `${home}:${process.env.PATH}` } })).words).toEqual(['x'])
  })

  it('runs Node with its flags', () => {
    expect(told(run(at('app/bin/holdfast'))).flags).toEqual(
      expect.arrayContaining(['--max-semi-space-size=2', '--disable-warning=ExperimentalWarning']),
    )
  })

  it.each([0, 1, 2, 3, 6, 130])('gives exit status %i on', (status) => {
    expect(run(at('app/bin/holdfast'), ['exit', String(status)]).status).toBe(status)
  })

  it('is replaced by the program, so that a signal reaches it', async () => {
    const child = spawn(at('app/bin/holdfast'), ['wait'], { env: { PATH: process.env.PATH } })
    await once(child.stdout, 'data')
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([null, 'SIGTERM'])
  })

  it('says what to type when its packages are missing', () => {
    fs.rmSync(at('app/node_modules'), { recursive: true })
    const { status, stderr, stdout } = run(at('app/bin/holdfast'), ['backup'])
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toContain(`cd "${at('app')}" && npm ci`)
  })

  it('has no bashisms', () => {
    for (const shell of ['dash', 'bash --posix', 'busybox sh']) {
      const [command = '', ...words] = shell.split(' ')
      const { error, status } = run(command, [...words, at('app/bin/holdfast')])
      if (error === undefined) expect({ shell, status }).toEqual({ shell, status: 0 })
    }
  })

  describe('keeps compiled code', () => {
    const cacheOf = (env: NodeJS.ProcessEnv = {}) => told(run(at('app/bin/holdfast'), [], { env })).cache
    const modeOf = (name: string) => fs.statSync(at(name)).mode & 0o777

    it('below the home folder, for its owner only', () => {
      expect(cacheOf()).toBe(at('.cache/holdfast/compiled'))
      expect(modeOf('.cache/holdfast/compiled')).toBe(0o700)
      expect(fs.readdirSync(at('.cache/holdfast/compiled'))).toHaveLength(1)
    })

    it('below XDG_CACHE_HOME', () => {
      expect(cacheOf({ XDG_CACHE_HOME: at('my cache') })).toBe(at('my cache/holdfast/compiled'))
    })

    it('where the caller says', () => {
      expect(cacheOf({ NODE_COMPILE_CACHE: at('elsewhere') })).toBe(at('elsewhere'))
    })

    it('nowhere without a home folder, or with one that does not exist or is no absolute path', () => {
      for (const HOME of ['', at('missing'), 'relative/path'])
        expect({ HOME, cache: cacheOf({ HOME }) }).toEqual({ HOME, cache: null })
      expect(fs.existsSync(at('missing'))).toBe(false)
    })

    it('not through a link that somebody else may have made', () => {
      fs.mkdirSync(at('.cache'))
      fs.mkdirSync(at('trap'))
      fs.symlinkSync(at('trap'), at('.cache/holdfast'))
      expect(cacheOf()).toBeNull()
    })

    it.runIf(isRoot).each(['.', '.cache', '.cache/holdfast', '.cache/holdfast/compiled'])(
      'not when %s belongs to another user',
      (folder) => {
        fs.mkdirSync(at('.cache/holdfast/compiled'), { recursive: true })
        fs.chownSync(at(folder), 65534, 65534)
        expect(cacheOf()).toBeNull()
      },
    )

    it.runIf(isRoot)('leaves nothing of its own in a home folder of another user', () => {
      fs.chownSync(home, 65534, 65534)
      expect(cacheOf()).toBeNull()
      expect(fs.existsSync(at('.cache'))).toBe(false)
    })
  })
})
