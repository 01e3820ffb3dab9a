// Runs the steps of one corpus: round after round, step after step, the tools taking turns within each step.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { compareTrees, restoredRoot } from './compare.ts'
import { type Corpus, changeCorpus, revertCorpus } from './corpus.ts'
import { type Command, type Measure, measure } from './measure.ts'
import { type StepId, stepsOf } from './steps.ts'
import { isRestore, type Place, type Tool } from './tools.ts'
import { measureTree, warm } from './walk.ts'

/** One measured command. `problem` says why it does not count; `repositoryBytes` comes with the first backup. */
export type Result = Omit<Measure, 'status'> & {
  readonly tool: string
  readonly step: StepId
  readonly round: number
  readonly repositoryBytes?: number
  readonly problem?: string
}

/** `env` is what every program gets besides its own variables; `say` takes a line about the progress. */
export type RunOptions = {
  readonly work: string
  readonly rounds: number
  readonly env: Readonly<Record<string, string>>
  readonly say: (line: string) => void
}

const MEMORY = '/dev/shm'
const INODE_REST_MS = 65_000

/** Measures every tool in every step and returns one result a command. */
export function runCorpus(corpus: Corpus, tools: readonly Tool[], options: RunOptions): Result[] {
  const results: Result[] = []
  removeAll(join(options.work, 'round'))
  for (let round = 1; round <= options.rounds; round++) {
    const begun = performance.now()
    try {
      results.push(...runRound(corpus, turned(tools, round - 1), { round, begun }, options))
    } finally {
      revertCorpus(corpus)
      removeAll(join(options.work, 'round'))
    }
  }
  return results
}

/** The same list, starting elsewhere: so that no tool is always the first. */
export const turned = <T>(list: readonly T[], by: number): T[] => {
  const start = list.length === 0 ? 0 : by % list.length
  return [...list.slice(start), ...list.slice(0, start)]
}

/** `begun` is when the files of the round before had been removed, in milliseconds of performance.now(). */
type Round = { readonly round: number; readonly begun: number }

function runRound(corpus: Corpus, tools: readonly Tool[], { round, begun }: Round, options: RunOptions): Result[] {
  const seats = tools.map((tool) => seat(tool, corpus, options))
  const results: Result[] = []
  for (const step of stepsOf(corpus.name)) {
    if (step === 'restoreTmpfs' && !memoryHolds(corpus)) {
      options.say(`${corpus.name} ${step}: skipped, ${MEMORY} or the memory has no room for it`)
      continue
    }
    if (step === 'changed') changeCorpus(corpus, String(round))
    warm(corpus.path)
    if (step === 'restore') letInodesRest(corpus, begun, options.say)
    for (const seated of seats) {
      const result = runStep(seated, step, round, options)
      if (!result) continue
      results.push(result)
      options.say(describe(corpus, result))
    }
  }
  return results
}

export type Seat = { readonly tool: Tool; readonly place: Place }

/** Prepares an empty repository for the tool. */
export function seat(tool: Tool, corpus: Corpus, { work, env }: RunOptions): Seat {
  const base = join(work, 'round', tool.name.replace(/\W/g, '-'))
  const place = { repository: join(base, 'repository'), home: join(base, 'home'), source: corpus.path, target: '' }
  removeAll(base)
  mkdirSync(place.home, { recursive: true })
  const init = tool.init?.(place)
  if (init)
    execFileSync(init.argv[0], init.argv.slice(1), { env: { ...env, ...init.env }, stdio: ['ignore', 'pipe', 'pipe'] })
  else mkdirSync(place.repository)
  return { tool, place }
}

function runStep({ tool, place: seated }: Seat, step: StepId, round: number, options: RunOptions): Result | undefined {
  const { work, env } = options
  const inMemory = step === 'restoreTmpfs'
  const target = mkdtempSync(join(inMemory ? MEMORY : join(work, 'round'), 'holdfast-bench-'))
  try {
    const place = { ...seated, target }
    const command = tool.command(step, place)
    if (!command) return undefined
    const { status, ...measured } = timed(
      { ...command, env: { ...env, ...command.env } },
      join(place.home, '..', 'log'),
    )
    const problem = status === 0 ? wrongRestore(tool, step, round, place) : failure(status, place)
    const repositoryBytes = step === 'first' ? measureTree(place.repository).bytes : undefined
    return {
      ...{ tool: tool.name, step, round, ...measured },
      ...(repositoryBytes === undefined ? {} : { repositoryBytes }),
      ...(problem === undefined ? {} : { problem }),
    }
  } finally {
    if (inMemory) removeAll(target)
  }
}

/**
 * ext4 does not give out an inode again within a minute of its removal, and looks at each such inode before it takes
 * another: right after a big removal, creating files takes several times as long. So what was restored stays until the
 * round ends, and the next round restores no sooner than that minute.
 */
function letInodesRest({ files }: Corpus, removedAt: number, say: RunOptions['say']): void {
  const left = INODE_REST_MS - (performance.now() - removedAt)
  if (files < 10_000 || left <= 0) return
  say(`waiting ${Math.ceil(left / 1000)} s until removed inodes are free again`)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, left)
}

/** Everything written before is on the disk first, so that no tool pays for another's dirty pages. */
function timed(command: Command, log: string): Measure {
  execFileSync('sync')
  return measure(command, log)
}

/** The first round looks whether each tool gave back what it was given. The floor restores the tree before the change. */
function wrongRestore(tool: Tool, step: StepId, round: number, { source, target }: Place): string | undefined {
  if (round > 1 || tool.role === 'floor' || !isRestore(step)) return undefined
  const differences = compareTrees(source, restoredRoot(target, source), process.getuid?.() === 0)
  return differences.length > 0 ? `wrong restore: ${differences.join('; ')}` : undefined
}

function failure(status: number, { home }: Place): string {
  return `exit status ${status}: ${readFileSync(join(home, '..', 'log'), 'utf8')
    .trim()
    .split('\n')
    .slice(-5)
    .join(' / ')}`
}

function describe({ name }: Corpus, { tool, step, round, wallSeconds, cpuSeconds, peakKiB, problem }: Result): string {
  const figures = `${wallSeconds.toFixed(2)} s, ${cpuSeconds.toFixed(2)} s of processor, ${Math.round(peakKiB / 1024)} MiB`
  return `${name} round ${round} ${step} ${tool}: ${problem ?? figures}`
}

/** A tree in memory needs room in the file system and in the machine: its bytes, and a page or two a file besides. */
function memoryHolds({ bytes, files }: Corpus): boolean {
  const needed = bytes + files * 8192
  const { bavail, bsize } = statfsSync(MEMORY)
  const available = Number(/^MemAvailable:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'latin1'))?.[1] ?? 0) * 1024
  return bavail * bsize > needed && available > needed * 2
}

/** By rm and not by Node, whose paths are text: a name in a corpus is bytes. */
function removeAll(path: string): void {
  execFileSync('rm', ['-rf', path])
  execFileSync('sync')
}
