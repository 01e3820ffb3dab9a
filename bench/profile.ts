// Where Holdfast's time goes in one step: V8 profiles of all its threads, summed.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Corpus, changeCorpus, revertCorpus } from './corpus.ts'
import { measure } from './measure.ts'
import { MEMORY, type RunOptions, removeAll, seat } from './seat.ts'
import { type StepId, stepsOf } from './steps.ts'
import type { Place, Tool } from './tools.ts'
import { warm } from './walk.ts'

/** The part of V8's .cpuprofile format that is used; times in microseconds. */
export type Profile = {
  readonly nodes: readonly { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

const TOP = 40

/** Runs the steps before `step` plainly and `step` under the profiler; returns a table of the costliest functions. */
export function profileStep(tool: Tool, corpus: Corpus, step: StepId, options: RunOptions): string {
  const folder = join(options.work, 'profile')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const { place } = seat(tool, corpus, options)
  try {
    for (const earlier of stepsOf(corpus.name)) {
      const last = earlier === step
      if (earlier === 'changed') changeCorpus(corpus, 'profile')
      if (last || !/restore|check/.test(earlier)) runOnce(tool, earlier, place, options, last ? folder : undefined)
      if (last) break
    }
    return renderProfiles(folder)
  } finally {
    revertCorpus(corpus)
    removeAll(join(options.work, 'round'))
  }
}

function runOnce(tool: Tool, step: StepId, place: Place, { env, work, say }: RunOptions, folder?: string): void {
  const target = join(step === 'restoreTmpfs' ? MEMORY : join(work, 'round'), 'holdfast-bench-profile')
  mkdirSync(target, { recursive: true })
  const command = tool.command(step, { ...place, target })
  if (!command) throw new Error(`${tool.name} has no step ${step}`)
  warm(place.source)
  const profiling = folder ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}` } : {}
  const log = join(work, 'round', 'profile.log')
  const { status, wallSeconds } = measure({ ...command, env: { ...env, ...command.env, ...profiling } }, log)
  removeAll(target)
  if (status !== 0) throw new Error(`${step} failed: ${readFileSync(log, 'utf8')}`)
  say(`${step}: ${wallSeconds.toFixed(2)} s${folder ? ' under the profiler' : ''}`)
}

function renderProfiles(folder: string): string {
  const profiles = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Profile)
  const rows = selfTimes(profiles).slice(0, TOP)
  const lines = rows.map(([name, ms]) => `${ms.toFixed(0).padStart(8)} ms  ${name}`)
  return [
    `${profiles.length} threads, time in each function itself, summed; the profiles lie in ${folder}`,
    ...lines,
  ].join('\n')
}

/** Self time in milliseconds of each function over all profiles, the costliest first. */
export function selfTimes(profiles: readonly Profile[]): [string, number][] {
  const total = new Map<string, number>()
  for (const { nodes, samples, timeDeltas } of profiles) {
    const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
    for (const [i, id] of samples.entries()) {
      const name = names.get(id) ?? '(unknown)'
      total.set(name, (total.get(name) ?? 0) + Math.max(0, timeDeltas[i + 1] ?? 0) / 1000)
    }
  }
  return [...total].sort((a, b) => b[1] - a[1])
}

function nameOf({ functionName, url, lineNumber }: Profile['nodes'][number]['callFrame']): string {
  const name = functionName || '(anonymous)'
  return url ? `${name} ${basename(url)}:${lineNumber + 1}` : name
}
