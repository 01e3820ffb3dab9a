// `npm run bench:server -- FOLDER`: how fast the API answers, and how much memory the server takes, while a backup of a large folder runs.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ServerBox } from '../../tests/server/process.ts'
import { latencyOf } from './latency.ts'

const { positionals } = parseArgs({ allowPositionals: true })
const say = (line: string): boolean => process.stdout.write(`${line}\n`)

/** What the answers may take at the 95th percentile (ms), and the server's process at most (MiB). */
const TARGET_MS = 100
const TARGET_MIB = 300
/** Between two calls, as pages of a few people would make them. */
const PAUSE_MS = 20

const ended = new Set(['succeeded', 'warning', 'failed', 'cancelled'])

async function main(): Promise<void> {
  const [folder] = positionals
  if (!folder) throw new Error('Name a folder with many files: npm run bench:server -- FOLDER')
  await using box = new ServerBox()
  await box.start()
  const client = box.client()
  const repositoryId = (await client.repositories.list.query({})).items[0]?.id ?? ''
  const calls = {
    'overview.get': () => client.overview.get.query(),
    'runs.list': () => client.runs.list.query({}),
    'schedules.list': () => client.schedules.list.query({}),
    'snapshots.list': () => client.snapshots.list.query({}),
    'health.get': () => client.health.get.query(),
  }
  const times = new Map(Object.keys(calls).map((name) => [name, [] as number[]]))
  const { id } = await client.runs.start.mutate({ kind: 'backup', repositoryId, type: 'full', paths: [folder] })
  let state = 'queued'
  const started = performance.now()
  while (!ended.has(state)) {
    for (const [name, call] of Object.entries(calls)) {
      const before = performance.now()
      await call()
      times.get(name)?.push(performance.now() - before)
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
    state = (await client.runs.get.query({ id })).state
  }
  const run = await client.runs.get.query({ id })
  say(`backup of ${folder}: ${state}, ${run.statistics ? JSON.stringify(run.statistics).slice(0, 300) : ''}`)
  say(`${((performance.now() - started) / 1000).toFixed(1)} s, asked meanwhile:`)
  say('| procedure | calls | p50 ms | p95 ms | max ms |')
  say('| --- | --- | --- | --- | --- |')
  for (const [name, list] of times) {
    const { count, p50, p95, max } = latencyOf(list)
    say(`| ${name} | ${count} | ${[p50, p95, max].map((ms) => ms.toFixed(1)).join(' | ')} |`)
  }
  const { p95 } = latencyOf([...times.values()].flat())
  const peak = peakMiB(box.child?.pid ?? 0)
  say(`all: p95 ${p95.toFixed(1)} ms of at most ${TARGET_MS}: ${p95 <= TARGET_MS ? 'ok' : 'FAIL'}`)
  say(`server process: peak ${peak} MiB of at most ${TARGET_MIB}: ${peak <= TARGET_MIB ? 'ok' : 'FAIL'}`)
  process.exitCode = p95 <= TARGET_MS && peak <= TARGET_MIB && state === 'succeeded' ? 0 : 1
}

/** The most that the process ever held. */
const peakMiB = (pid: number): number =>
  Math.round(Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024)

await main()
