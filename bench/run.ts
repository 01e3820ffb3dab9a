// Runs the steps of one corpus: round after round, step after step, the tools taking turns within each step.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { type Corpus, changeCorpus, revertCorpus } from './corpus.ts'
import { MEMORY, notRun, type Result, type RunOptions, removeAll, runStep, seat } from './seat.ts'
import { stepsOf } from './steps.ts'
import { isRestore, type Tool } from './tools.ts'
import { warm } from './walk.ts'

/** Measures every tool in every step and returns one result a command. */
export function runCorpus(corpus: Corpus, tools: readonly Tool[], options: RunOptions): Result[] {
  const results: Result[] = []
  for (let round = 1; round <= options.rounds; round++) {
    freshGround(options.work)
    try {
      results.push(...runRound(corpus, turned(tools, round - 1), round, options))
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

function runRound(corpus: Corpus, tools: readonly Tool[], round: number, options: RunOptions): Result[] {
  const seats = tools.map((tool) => seat(tool, corpus, options))
  const results: Result[] = []
  const failed = new Set<Tool>()
  for (const step of stepsOf(corpus.name)) {
    if (step === 'restoreTmpfs' && !memoryHolds(corpus)) {
      options.say(`${corpus.name} ${step}: skipped, ${MEMORY} or the memory has no room for it`)
      continue
    }
    if (step === 'changed') changeCorpus(corpus, String(round))
    warm(corpus.path)
    for (const { tool, place } of seats) {
      const result = failed.has(tool) ? notRun(tool, step, round) : runStep({ tool, place }, step, round, options)
      if (!result) continue
      if (result.problem && !isRestore(step)) failed.add(tool)
      results.push(result)
      options.say(describe(corpus, result))
    }
  }
  return results
}

/**
 * An empty folder for one round. ext4 gives out no inode again for up to six minutes after its removal, and looks at each
 * such inode before it takes another: near the place of a big removal, creating files takes several times as long. So what
 * was restored stays until the round ends, and the attribute T has each folder of the next round put elsewhere on the disk.
 */
function freshGround(work: string): void {
  const ground = join(work, 'round')
  removeAll(ground)
  mkdirSync(ground, { recursive: true })
  // Only ext file systems know the attribute, and only they need it: elsewhere the command fails, and nothing is lost.
  spawnSync('chattr', ['+T', ground])
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
