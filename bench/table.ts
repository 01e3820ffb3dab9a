// The Markdown report: one table of seconds and one of processor time and memory for each corpus, targets beside them.
import type { Corpus } from './corpus.ts'
import type { Machine } from './machine.ts'
import type { Result } from './seat.ts'
import { type Spread, spread } from './stats.ts'
import { MEMORY_TARGET_MIB, REPOSITORY_TARGET, type StepId, speedTarget, steps, stepsOf } from './steps.ts'
import type { Tool } from './tools.ts'

export type CorpusReport = { readonly corpus: Omit<Corpus, 'path'>; readonly results: readonly Result[] }

/** Everything that one run found; it is what the results file holds. */
export type Report = {
  readonly date: string
  readonly machine: Machine
  readonly versions: Readonly<Record<string, string>>
  readonly rounds: number
  readonly scale: number
  readonly corpora: readonly CorpusReport[]
}

type Column = Pick<Tool, 'name' | 'role'>

const MIB = 1024 * 1024

export function renderReport(report: Report, tools: readonly Column[]): string {
  const { machine, date, rounds, scale, versions } = report
  const scaled = scale === 1 ? '' : ` Scaled to ${scale} of the full size: a smoke run, no measurement.`
  return [
    `Measured ${date.slice(0, 10)} on ${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB of memory,`,
    `Linux ${machine.kernel}, ${machine.fileSystem}; median of ${rounds} (smallest to largest), load before the start ${machine.load.toFixed(1)}.${scaled}`,
    `Programs: ${Object.entries(versions)
      .map(([name, version]) => `${name} (${version})`)
      .join(', ')}.`,
    ...report.corpora.map((one) => renderCorpus(one, tools)),
  ].join('\n')
}

function renderCorpus({ corpus, results }: CorpusReport, tools: readonly Column[]): string {
  const ids = stepsOf(corpus.name)
  const titles = steps.filter(({ id }) => ids.includes(id)).map(({ title }) => title)
  const time = tools.map(({ name }) => [
    name,
    ...ids.map((id) => timeCell(results, name, id)),
    repositoryCell(results, name),
  ])
  const load = tools.map(({ name }) => [name, ...ids.map((id) => loadCell(results, name, id)), peakCell(results, name)])
  return [
    `\n### ${corpus.name}: ${corpus.origin} (${corpus.files.toLocaleString('en')} files, ${Math.round(corpus.bytes / MIB).toLocaleString('en')} MiB)\n`,
    table(['seconds', ...titles, 'repository, MiB'], [...time, ...verdictRow(corpus.name, results, tools)]),
    '',
    table(
      ['processor seconds, peak MiB', ...titles, 'peak of all, MiB'],
      [...load, ...memoryRow(results, tools, ids.length)],
    ),
    ...problems(results),
  ].join('\n')
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

/** Seconds of the rounds in which the tool did the step without a problem; undefined as soon as one had one. */
export function wall(results: readonly Result[], tool: string, step: StepId): Spread | undefined {
  const own = results.filter((result) => result.tool === tool && result.step === step)
  return own.some(({ problem }) => problem) ? undefined : spread(own.map(({ wallSeconds }) => wallSeconds))
}

function timeCell(results: readonly Result[], tool: string, step: StepId): string {
  const own = results.filter((result) => result.tool === tool && result.step === step)
  if (own.some(({ problem }) => problem)) return 'failed'
  const found = wall(results, tool, step)
  if (!found) return ''
  const { median, min, max, count } = found
  return count > 1 ? `${seconds(median)} (${seconds(min)} to ${seconds(max)})` : seconds(median)
}

const seconds = (value: number): string => value.toFixed(value < 10 ? 2 : 1)

function repositoryMiB(results: readonly Result[], tool: string): number | undefined {
  const sizes = results.filter((result) => result.tool === tool).flatMap(({ repositoryBytes }) => repositoryBytes ?? [])
  const found = spread(sizes)
  return found && found.median / MIB
}

const repositoryCell = (results: readonly Result[], tool: string): string =>
  repositoryMiB(results, tool)?.toFixed(0) ?? ''

function loadCell(results: readonly Result[], tool: string, step: StepId): string {
  const own = results.filter((result) => result.tool === tool && result.step === step && !result.problem)
  const cpu = spread(own.map(({ cpuSeconds }) => cpuSeconds))
  const peak = spread(own.map(({ peakKiB }) => peakKiB / 1024))
  return cpu && peak ? `${seconds(cpu.median)} s, ${Math.round(peak.median)}` : ''
}

/** The most memory in any step and any round, in MiB. */
function peakMiB(results: readonly Result[], tool: string): number | undefined {
  return spread(results.filter((result) => result.tool === tool).map(({ peakKiB }) => peakKiB / 1024))?.max
}

const peakCell = (results: readonly Result[], tool: string): string => peakMiB(results, tool)?.toFixed(0) ?? ''

/** The row that holds the subject against the faster peer and its target; none without a subject or a peer. */
function verdictRow(name: Corpus['name'], results: readonly Result[], tools: readonly Column[]): string[][] {
  const subject = tools.find(({ role }) => role === 'subject')?.name
  const peers = tools.filter(({ role }) => role === 'peer').map((peer) => peer.name)
  if (!subject || peers.length === 0) return []
  const cells = stepsOf(name).map((step) => speedVerdict(results, subject, peers, step, speedTarget(name, step)))
  return [[`faster peer / ${subject}`, ...cells, repositoryVerdict(results, subject, peers)]]
}

/** Such as "3.12x of 3x: PASS"; a step that the subject failed is a FAIL, one that nobody ran is empty. */
export function speedVerdict(
  results: readonly Result[],
  subject: string,
  peers: readonly string[],
  step: StepId,
  target: number,
): string {
  const fastest = lowest(peers.map((peer) => wall(results, peer, step)?.median))
  if (!results.some((result) => result.tool === subject && result.step === step) || fastest === undefined) return ''
  const own = wall(results, subject, step)?.median
  if (own === undefined) return 'FAIL'
  return `${(fastest / own).toFixed(2)}x of ${target}x: ${verdict(fastest / own >= target)}`
}

function repositoryVerdict(results: readonly Result[], subject: string, peers: readonly string[]): string {
  const own = repositoryMiB(results, subject)
  const smallest = lowest(peers.map((peer) => repositoryMiB(results, peer)))
  if (own === undefined || smallest === undefined) return ''
  return `${(own / smallest).toFixed(2)} of at most ${REPOSITORY_TARGET}: ${verdict(own / smallest <= REPOSITORY_TARGET)}`
}

function memoryRow(results: readonly Result[], tools: readonly Column[], between: number): string[][] {
  const subject = tools.find(({ role }) => role === 'subject')?.name
  const own = subject === undefined ? undefined : peakMiB(results, subject)
  if (subject === undefined || own === undefined) return []
  const cell = `${own.toFixed(0)} of at most ${MEMORY_TARGET_MIB}: ${verdict(own <= MEMORY_TARGET_MIB)}`
  return [[`memory of ${subject}`, ...Array.from({ length: between }, () => ''), cell]]
}

function problems(results: readonly Result[]): string[] {
  const lines = results.flatMap(({ tool, step, round, problem }) =>
    problem ? [`- ${tool}, ${step}, round ${round}: ${problem}`] : [],
  )
  return lines.length > 0 ? ['', ...lines] : []
}

const verdict = (met: boolean): string => (met ? 'PASS' : 'FAIL')

function lowest(values: readonly (number | undefined)[]): number | undefined {
  return spread(values.filter((value) => value !== undefined))?.min
}
