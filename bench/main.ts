// `npm run bench`: measures Holdfast beside restic and borg on the same data in one run. See README.md.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { isoTime, systemClock } from '#server/lib/clock.ts'
import { type CorpusName, corpusNames, ensureCorpus } from './corpus.ts'
import { replaceBlock } from './docs.ts'
import { describeMachine } from './machine.ts'
import { profileStep } from './profile.ts'
import { runCorpus } from './run.ts'
import type { RunOptions } from './seat.ts'
import { steps } from './steps.ts'
import { type Report, renderReport } from './table.ts'
import { allTools, type Tool, versionOf } from './tools.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const say = (line: string): boolean => process.stdout.write(`${line}\n`)

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    work: { type: 'string', default: join(tmpdir(), 'holdfast-bench') },
    corpus: { type: 'string', default: corpusNames.join(',') },
    scale: { type: 'string', default: '1' },
    tools: { type: 'string' },
    floors: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
})

function main(): void {
  const work = join(values.work, '.')
  mkdirSync(join(work, 'home'), { recursive: true })
  const names = corpusNames.filter((name) => values.corpus.split(',').includes(name))
  const scale = positive('scale')
  const options = { work, rounds: positive('rounds'), env: environment(work), say }
  if (values.profile) profile(values.profile, names, scale, options)
  else compare(names, scale, options)
}

function compare(names: readonly CorpusName[], scale: number, options: RunOptions): void {
  const machine = describeMachine(options.work)
  const date = isoTime(systemClock.now())
  const versions = new Map(wanted().map((tool) => [tool, versionOf(tool)]))
  const tools = [...versions.keys()].filter((tool) => present(tool, versions.get(tool)))
  const named = Object.fromEntries(tools.map((tool) => [tool.name, versions.get(tool) ?? '']))
  const corpora = names.map((name) => {
    say(`corpus ${name}: making or finding it`)
    const { path, ...corpus } = ensureCorpus(options.work, name, scale)
    return { corpus, results: runCorpus({ path, ...corpus }, tools, options) }
  })
  publish({ date, machine, versions: named, rounds: options.rounds, scale, corpora }, tools)
}

function positive(name: 'rounds' | 'scale'): number {
  const value = Number(values[name])
  if (!(value > 0)) throw new Error(`--${name} must be a number above 0`)
  return value
}

/** What every program gets: nothing of the user's settings, and a home of its own. */
function environment(work: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: join(work, 'home'),
    TMPDIR: process.env.TMPDIR ?? tmpdir(),
    LANG: 'C.UTF-8',
  }
}

function wanted(): Tool[] {
  const named = values.tools?.split(',')
  return allTools.filter(({ name, role }) => (named ? named.includes(name) : role !== 'floor' || values.floors))
}

function present(tool: Tool, version: string | undefined): boolean {
  if (version === undefined) say(`${tool.name}: skipped, ${tool.program} is not installed or does not run`)
  return version !== undefined
}

function profile(step: string, names: readonly CorpusName[], scale: number, options: RunOptions): void {
  const id = steps.find((one) => one.id === step)?.id
  const tool = allTools.find(({ role }) => role === 'subject')
  if (!id || !tool) throw new Error(`--profile takes one of ${steps.map((one) => one.id).join(', ')}`)
  for (const name of names) say(profileStep(tool, ensureCorpus(options.work, name, scale), id, options))
}

/** A whole run at full size goes to results/ and into the document; anything less to results/tmp, which is not kept. */
function publish(report: Report, tools: readonly Tool[]): void {
  const whole = report.scale === 1 && report.corpora.length === corpusNames.length
  const folder = here(whole ? 'results' : 'results/tmp')
  const name = join(folder, report.date.slice(0, 16).replace(':', ''))
  const markdown = renderReport(report, tools)
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${name}.json`, `${JSON.stringify(report, null, 1)}\n`)
  writeFileSync(`${name}.md`, `${markdown}\n`)
  if (whole) updateDocument(here('../docs/performance.md'), markdown)
  say(`\n${markdown}\n\nwritten to ${name}.json and .md`)
  const failed = report.corpora.some(({ results }) => results.some(({ problem }) => problem))
  process.exitCode = failed ? 1 : 0
}

function updateDocument(path: string, markdown: string): void {
  writeFileSync(path, replaceBlock(readFileSync(path, 'utf8'), markdown))
}

main()
