// Real processes: the shell command, killed, starved and put under limits.
import { type ChildProcess, spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { inOpenView } from '../../open-view.ts'

const root = path.resolve(import.meta.dirname, '../../..')
export const launcher = path.join(root, 'bin/holdfast')
export const isRoot = process.geteuid?.() === 0
/** The uid of "nobody": somebody else, without rights of his own. */
export const NOBODY = 65534

/** How a good restore ends: an ordinary user can't give the folders above the source to their owner, which is told with status 3. */
export const RESTORED: readonly (number | null)[] = isRoot ? [0] : [0, 3]

export type Ended = {
  /** Exit status; null when a signal ended it. */
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export type Running = { readonly child: ChildProcess; readonly ended: Promise<Ended> }

/** Starts a program with the tests' password and no cache. */
export function start(file: string, args: readonly string[]): Running {
  const child = spawn(file, args, {
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOLDFAST_PASSWORD: 'correct horse', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const gather = (stream: NodeJS.ReadableStream | null): (() => string) => {
    const parts: Buffer[] = []
    stream?.on('data', (part: Buffer) => parts.push(part))
    return () => Buffer.concat(parts).toString()
  }
  const stdout = gather(child.stdout)
  const stderr = gather(child.stderr)
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status, signal) => resolve({ status, signal, stdout: stdout(), stderr: stderr() }))
  })
  return { child, ended }
}

export const run = (file: string, args: readonly string[]): Promise<Ended> => start(file, args).ended

/** bin/holdfast with these words. */
export const holdfast = (...args: string[]): Promise<Ended> => run(launcher, args)

/** As somebody without rights; for tests that run as root only. */
export function holdfastAsNobody(...args: string[]): Promise<Ended> {
  const asNobody = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--']
  const [program = '', ...words] = inOpenView([...asNobody, launcher, ...args])
  return run(program, words)
}

/** With limits of the shell's, such as "ulimit -n 64". */
export const holdfastLimited = (limits: string, ...args: string[]): Promise<Ended> =>
  run('sh', ['-c', `${limits}; exec "$0" "$@"`, launcher, ...args])

/** The document that --json prints. */
export const documentOf = ({ stdout, stderr }: Ended): Record<string, unknown> => {
  try {
    return JSON.parse(stdout) as Record<string, unknown>
  } catch (cause) {
    throw new Error(`No JSON document. stdout: ${stdout}\nstderr: ${stderr}`, { cause })
  }
}

/** Every file below a folder, relative to it. */
export function filesBelow(folder: string): string[] {
  if (!fs.existsSync(folder)) return []
  const found = fs.readdirSync(folder, { recursive: true, withFileTypes: true })
  return found
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
}
