// A job's process: started with nothing but what it needs, spoken to over IPC, watched to its end.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { constants, getPriority, setPriority } from 'node:os'
import { type ErrorCode, messageOf } from '../contract/errors.ts'
import { namesBehind } from '../contract/names.ts'
import type { FromJob, ToJob } from '../contract/runs.ts'
import { readOutput } from './output.ts'

/** As bin/holdfast: a small young generation keeps the memory of many short-lived objects down. */
const NODE_FLAGS = ['--max-semi-space-size=2', '--disable-warning=ExperimentalWarning']
const NICE = 10
/** Of 1000. */
const OOM_SCORE = 500
/** As bin/holdfast: two malloc arenas serve all threads. */
const FIXED = { MALLOC_ARENA_MAX: '2', NODE_ENV: 'production' } as const

export type HostOptions = {
  /** The program: server/jobs/host.ts. */
  readonly program: string
  /** All of its environment but for two fixed variables. Secrets go over IPC. */
  readonly environment: Readonly<Record<string, string>>
  /** Further flags for Node, such as a limit of memory. */
  readonly nodeFlags?: readonly string[] | undefined
  /** Default: `startChild`. What takes part in a simulation does its jobs where the simulated clock is. */
  readonly start?: StartJob | undefined
}

export type Exit = { readonly status: number | null; readonly signal: string | null; readonly stderr: string }

export type Child = {
  readonly pid: number | undefined
  /** Never rejects: a process that could not be started ends with status null and the reason as its stderr. */
  readonly ended: Promise<Exit>
  send(message: ToJob): void
  kill(signal: 'SIGTERM' | 'SIGKILL'): void
}

export type StartJob = typeof startChild

/** Starts the process for a run; its id is the only argument, by which the process is known again. */
export function startChild(
  { program, environment, nodeFlags = [] }: HostOptions,
  runId: string,
  on: {
    readonly message: (message: FromJob) => void
    /** A line that it printed, which a job that works never does. */
    readonly line: (line: string) => void
  },
): Child {
  const child = fork(program, [runId], {
    execArgv: [...NODE_FLAGS, ...nodeFlags],
    env: { ...FIXED, ...environment },
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
  })
  if (child.pid !== undefined) stepBack(child.pid)
  child.on('message', (message) => on.message(message as FromJob))
  return {
    pid: child.pid,
    ended: end(child, on.line),
    send: (message) => {
      // One that is gone can't be told anything; how it ended is known soon.
      if (child.connected) child.send(message, () => undefined)
    },
    kill: (signal) => void child.kill(signal),
  }
}

/**
 * Whoever waits for the console goes first, and when memory runs out it is the job that has to go. From here, for threads that the process starts later
 * inherit it.
 */
function stepBack(pid: number): void {
  try {
    // Nobody but root may go the other way.
    if (getPriority() < NICE) setPriority(pid, NICE)
    writeFileSync(`/proc/${pid}/oom_score_adj`, String(OOM_SCORE))
  } catch (error) {
    // It has ended already, or this machine has no such thing: the job does without.
    const known = ['ESRCH', 'ENOENT', 'EACCES', 'EPERM', 'EROFS', 'ERR_SYSTEM_ERROR']
    if (!known.includes(String((error as { code?: unknown }).code))) throw error
  }
}

async function end(child: ChildProcess, onLine: (line: string) => void): Promise<Exit> {
  const closed = new Promise<Exit>((resolve) => {
    child.on('close', (status, signal) => resolve({ status, signal, stderr: '' }))
    child.on('error', (error) => {
      // One that runs can't be sent a signal, say: how it ends is what counts.
      if (child.pid === undefined) resolve({ status: null, signal: null, stderr: messageOf(error) })
    })
  })
  if (child.pid === undefined || !child.stdout || !child.stderr) return closed
  const [exit, , stdout, stderr] = await Promise.all([
    closed,
    // Its last messages come before this.
    child.connected ? once(child, 'disconnect') : undefined,
    readOutput(child.stdout, onLine),
    readOutput(child.stderr, onLine),
  ])
  const omitted = stdout.omitted + stderr.omitted
  if (omitted > 0) onLine(`${omitted} more bytes of output were left out`)
  return { ...exit, stderr: stderr.tail }
}

/** Why a process that told no outcome ended, for a person who has to do something about it. */
export function explainExit({ status, signal, stderr }: Exit): { code: ErrorCode; message: string } {
  const last = stderr.trim().split('\n').slice(-8).join('\n')
  const printed = last === '' ? '' : `.${namesBehind.printed}${last}`
  const heapFull = /heap out of memory|Reached heap limit|ERR_WORKER_OUT_OF_MEMORY/.test(stderr)
  if (heapFull)
    return {
      code: 'internal',
      message: 'The process of the job ran out of memory: use fewer threads, or give it more',
    }
  if (signal === 'SIGKILL')
    return {
      code: 'internal',
      message: `The process of the job was killed from outside (SIGKILL), perhaps because the machine ran out of memory${printed}`,
    }
  if (signal !== null)
    return {
      code: 'internal',
      message: `The process of the job crashed (${signal}, signal ${constants.signals[signal as NodeJS.Signals] ?? '?'})${printed}`,
    }
  if (status === null)
    return { code: 'unavailable', message: `The process of the job could not be started.${namesBehind.cause}${stderr}` }
  return { code: 'internal', message: `The process of the job ended with status ${status} and no outcome${printed}` }
}
