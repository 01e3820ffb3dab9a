// Runs the real bin/holdfast in a folder of its own, for the tests of the command line.
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const root = path.join(import.meta.dirname, '../..')
export const program = path.join(root, 'bin/holdfast')
export const isRoot = process.getuid?.() === 0

export type Ran = { readonly status: number | null; readonly stdout: string; readonly stderr: string }

type RunOptions = { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string; readonly input?: string }

/** One temporary folder: `r` is for the repository, `src` for a source. */
export class Sandbox {
  readonly home: string

  constructor() {
    this.home = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-cli-')))
  }

  at(name: string): string {
    return path.join(this.home, name)
  }

  /** Nothing of the caller's environment that could hold a secret, but the compile cache, which spares time. */
  env(more: Readonly<Record<string, string>> = { HOLDFAST_PASSWORD: 'secret' }): NodeJS.ProcessEnv {
    const cache = process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache')
    return {
      PATH: process.env.PATH,
      HOME: this.home,
      NODE_COMPILE_CACHE: path.join(cache, 'holdfast/compiled'),
      TZ: 'UTC',
      ...more,
    }
  }

  run(args: readonly string[], { env, cwd = this.home, input = '' }: RunOptions = {}): Ran {
    return told(spawnSync(program, args, { cwd, env: this.env(env), input, encoding: 'utf8', maxBuffer: 1 << 28 }))
  }

  /** With --repo r: the command, then the words. */
  on(command: string, ...words: string[]): Ran {
    return this.run([command, '--repo', this.at('r'), ...words])
  }

  /** The document that it prints with --json; what it prints must be that one document. */
  json<T = Record<string, unknown>>(command: string, ...words: string[]): T {
    const { stdout, stderr } = this.on(command, '--json', ...words)
    try {
      return JSON.parse(stdout) as T
    } catch (cause) {
      throw new Error(`no JSON document: ${stdout}${stderr}`, { cause })
    }
  }

  /** A shell line, in which "$0" is the program. */
  shell(line: string, env?: Readonly<Record<string, string>>): Ran {
    return told(spawnSync('sh', ['-c', line, program], { cwd: this.home, env: this.env(env), encoding: 'utf8' }))
  }

  /** Starts it; the caller waits. */
  start(args: readonly string[]) {
    return spawn(program, args, { cwd: this.home, env: this.env(), stdio: ['ignore', 'pipe', 'pipe'] })
  }

  /** A repository at `r` that is quick to open. */
  init(...words: string[]): Ran {
    return this.on('init', '--kdf-iterations', '100000', ...words)
  }

  write(name: string, content: string | Buffer): void {
    const file = this.at(name)
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, content)
  }

  /** Every object of the repository below a folder of it. */
  objects(folder: string): string[] {
    const names = fs.readdirSync(this.at(`r/${folder}`), { recursive: true, withFileTypes: true })
    return names.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name))
  }

  remove(): void {
    fs.rmSync(this.home, { recursive: true, force: true })
  }
}

const told = ({ status, stdout, stderr, error }: SpawnSyncReturns<string>): Ran => {
  if (error) throw error
  return { status, stdout, stderr }
}
