// One tool in one round: its repository and folders, and each step as one measured command that is checked afterwards.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compareTrees, restoredRoot } from './compare.ts'
import type { Corpus } from './corpus.ts'
import { type Command, type Measure, measure } from './measure.ts'
import type { StepId } from './steps.ts'
import { isRestore, type Place, type Tool } from './tools.ts'
import { measureTree } from './walk.ts'

/** The file system in memory. */
export const MEMORY = '/dev/shm'

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

/** A tool with its place in one round. */
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

/** Measures one step of one tool; undefined when the tool has no such step. */
export function runStep(
  { tool, place: seated }: Seat,
  step: StepId,
  round: number,
  options: RunOptions,
): Result | undefined {
  const { work, env } = options
  const inMemory = step === 'restoreTmpfs'
  const target = mkdtempSync(join(inMemory ? MEMORY : join(work, 'round'), 'holdfast-bench-'))
  try {
    const place = { ...seated, target }
    const command = tool.command(step, place)
    if (!command) return undefined
    const log = join(place.home, '..', `${step}.log`)
    const { status, ...measured } = timed({ ...command, env: { ...env, ...command.env } }, log)
    const problem = status === 0 ? wrongRestore(tool, step, round, place) : failure(status, log)
    const repositoryBytes = step === 'first' && !problem ? measureTree(place.repository).bytes : undefined
    return {
      ...{ tool: tool.name, step, round, ...measured },
      ...(repositoryBytes === undefined ? {} : { repositoryBytes }),
      ...(problem === undefined ? {} : { problem }),
    }
  } finally {
    if (inMemory) removeAll(target)
  }
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

function failure(status: number, log: string): string {
  return `exit status ${status}: ${readFileSync(log, 'utf8').trim().split('\n').slice(-5).join(' / ')}`
}

/** What stands for the steps after a failed backup: there is nothing right that they could work on. */
export const notRun = (tool: Tool, step: StepId, round: number): Result => ({
  ...{ tool: tool.name, step, round, wallSeconds: 0, cpuSeconds: 0, peakKiB: 0 },
  problem: 'not run after a failed step',
})

/** By rm and not by Node, whose paths are text: a name in a corpus is bytes. */
export function removeAll(path: string): void {
  execFileSync('rm', ['-rf', path])
  execFileSync('sync')
}
