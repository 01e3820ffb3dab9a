// The figures as tables, for the terminal and for docs/performance.md.
import type { Machine } from '../machine.ts'
import type { Measured } from './latency.ts'

export type Result = {
  readonly provider: 'SQLite' | 'PostgreSQL'
  readonly calls: readonly Measured[]
  /** `holdfast audit verify` as its own process (seconds). */
  readonly verify: {
    readonly events: number
    readonly seconds: number
    readonly cpuSeconds: number
    readonly status: number
  }
}

export type Report = {
  readonly date: string
  readonly machine: Machine
  readonly sizes: { readonly events: number; readonly runs: number; readonly snapshots: number }
  readonly results: readonly Result[]
}

/** Of the issue: every list at the 95th percentile (ms). */
export const TARGET = 100

const BEGIN = '<!-- api: begin (npm run bench:api writes this part) -->'
const END = '<!-- api: end -->'

const number = (value: number): string => value.toLocaleString('en')
const ms = (value: number): string => (value < 10 ? value.toFixed(1) : String(Math.round(value)))

export function render({ date, machine, sizes, results }: Report): string {
  const { processor, cores, memoryGiB, kernel, fileSystem, load } = machine
  return [
    `${date.slice(0, 10)}, ${processor}, ${cores} cores, ${memoryGiB} GiB, Linux ${kernel}, ${fileSystem}, load ${load.toFixed(1)} before the start. ` +
      `${number(sizes.events)} audit events, ${number(sizes.runs)} runs, ${number(sizes.snapshots)} snapshots. Milliseconds of a call through the router: ` +
      'input and output are checked, no network.',
    ...results.flatMap(tableOf),
  ].join('\n')
}

function tableOf({ provider, calls, verify }: Result): string[] {
  const rate = verify.seconds > 0 ? `${number(Math.round(verify.events / verify.seconds))} a second` : ''
  return [
    '',
    `**${provider}**; \`holdfast audit verify\` over ${number(verify.events)} events: ${verify.seconds.toFixed(1)} s (${rate}; ${verify.cpuSeconds.toFixed(1)} s of processor), exit status ${verify.status}`,
    '',
    '| call | answers | p50 | p95 | slowest | slowest kind of question, p95 |',
    '| --- | --- | --- | --- | --- | --- |',
    ...calls.map(
      ({ path, count, p50, p95, max, slowest, slowestP95 }) =>
        `| ${path} | ${count} | ${ms(p50)} | ${ms(p95)}${p95 > TARGET ? ' **over 100**' : ''} | ${ms(max)} | ${slowest === '' ? '' : `${slowest}: ${ms(slowestP95)}`} |`,
    ),
  ]
}

/** `text` with the part between the markers replaced; with the section added at its end when it isn't there. */
export function withReport(text: string, block: string): string {
  const begin = text.indexOf(BEGIN)
  const end = text.indexOf(END, begin)
  const part = `${BEGIN}\n${block.trim()}\n${END}`
  if (begin >= 0 && end >= 0) return `${text.slice(0, begin)}${part}${text.slice(end + END.length)}`
  return `${text.trimEnd()}\n\n## API\n\nEvery list of the API over a catalog of some years (\`npm run bench:api\`). Target: 100 ms at the 95th percentile, on both databases.\n\n${part}\n`
}
