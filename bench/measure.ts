// Runs one command and measures it: wall time, processor time, peak memory of its process tree.
// The measuring is done in a process of its own, whose only child is the command: so the kernel's counters are exact.
import { spawn, spawnSync } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import koffi from 'koffi'
import { TreeSampler } from './process-tree.ts'

/** What to run; the environment is exactly `env`. */
export type Command = {
  readonly argv: readonly [string, ...string[]]
  readonly env: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** Seconds, and KiB for memory; `status` is the exit status (128 and more: ended by a signal). */
export type Measure = {
  readonly status: number
  readonly wallSeconds: number
  readonly cpuSeconds: number
  readonly peakKiB: number
}

const SAMPLE_MS = 20
const RUSAGE_SELF = 0
const RUSAGE_CHILDREN = -1

/** Measures a command in a process of its own. What the command prints goes to the end of the file `log`. */
export function measure(command: Command, log: string): Measure {
  const self = fileURLToPath(import.meta.url)
  const child = spawnSync(process.execPath, [self, JSON.stringify(command), log], { encoding: 'utf8' })
  if (child.status !== 0) throw new Error(`cannot measure ${command.argv[0]}: ${child.stderr}`)
  return JSON.parse(child.stdout) as Measure
}

/** Runs and measures a command as a child of this process, which must have had no other child. */
async function measureHere({ argv, env, cwd }: Command, log: string): Promise<Measure> {
  const output = openSync(log, 'a')
  const started = performance.now()
  const child = spawn(argv[0], argv.slice(1), { env, cwd, stdio: ['ignore', output, output] })
  const ended = new Promise<{ status: number; at: number }>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve({ status: code ?? 128, at: performance.now() }))
  })
  const sampler = new TreeSampler(child.pid ?? 0)
  const timer = setInterval(() => sampler.sample(), SAMPLE_MS)
  const { status, at } = await ended.finally(() => clearInterval(timer))
  closeSync(output)
  const used = usage(RUSAGE_CHILDREN)
  const peakKiB = Math.max(sampler.peak().sum, credible(used.maxKiB))
  return { status, wallSeconds: (at - started) / 1000, cpuSeconds: used.seconds, peakKiB }
}

/**
 * The kernel's maximum for a child also covers the moment between fork and exec, when it was a copy of this process:
 * so it tells something only when it is above this process's own maximum.
 */
const credible = (maxKiB: number): number => (maxKiB > usage(RUSAGE_SELF).maxKiB ? maxKiB : 0)

/** getrusage(2): user + system seconds and the maximum resident set in KiB (64-bit Linux: 18 machine words). */
function usage(who: number): { seconds: number; maxKiB: number } {
  const words = new BigInt64Array(18)
  const status = koffi.load('libc.so.6').func('int getrusage(int who, _Out_ int64_t *usage)')(who, words)
  if (status !== 0) throw new Error('getrusage failed')
  const [userS = 0n, userUs = 0n, systemS = 0n, systemUs = 0n, maxKiB = 0n] = words
  return { seconds: Number(userS + systemS) + Number(userUs + systemUs) / 1e6, maxKiB: Number(maxKiB) }
}

if (import.meta.main) {
  const [command = '', log = ''] = process.argv.slice(2)
  process.stdout.write(JSON.stringify(await measureHere(JSON.parse(command) as Command, log)))
}
