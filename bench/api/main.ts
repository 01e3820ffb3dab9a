// `npm run bench:api`: how long the API's lists take over a big catalog, on SQLite and on PostgreSQL. See ../README.md.
import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Context } from '#server/api/context.ts'
import { createApp } from '#server/app.ts'
import type { Actor } from '#server/auth/actor.ts'
import { defaultDocument } from '#server/config/defaults.ts'
import { readEnvironment } from '#server/config/environment.ts'
import type { ConfigDocument } from '#server/contract/config/document.ts'
import { permissionsOf } from '#server/contract/permissions.ts'
import { openCatalog } from '#server/db/index.ts'
import { isoTime, systemClock } from '#server/lib/clock.ts'
import { silentLogger } from '#server/lib/logger.ts'
import { startPostgres, whyNoPostgres } from '../../tests/services/postgres.ts'
import { describeMachine } from '../machine.ts'
import { Seeded } from '../random.ts'
import { callerOf, callsOf, listPaths } from './calls.ts'
import { fill, fullSizes, type Sizes, schedules, userId } from './fill.ts'
import { openLoader } from './insert.ts'
import { type Measured, measure } from './latency.ts'
import { type Result, render, TARGET, withReport } from './report.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const say = (line: string): boolean => process.stdout.write(`${line}\n`)

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    scale: { type: 'string', default: '1' },
    database: { type: 'string', default: 'sqlite,postgresql' },
    only: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
})

const administrator: Actor = {
  kind: 'user',
  id: userId(0),
  userId: userId(0),
  name: 'User 0',
  role: 'administrator',
  permissions: new Set(permissionsOf('administrator')),
  ip: '192.0.2.1',
}

async function main(): Promise<void> {
  const scale = Number(values.scale)
  const sizes: Sizes = {
    events: Math.round(fullSizes.events * scale),
    runs: Math.round(fullSizes.runs * scale),
    snapshots: Math.round(fullSizes.snapshots * scale),
  }
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-api-'))
  const machine = describeMachine(folder)
  const date = isoTime(systemClock.now())
  const results: Result[] = []
  try {
    if (values.database.includes('sqlite')) results.push(await onSqlite(folder, sizes))
    if (values.database.includes('postgresql')) results.push(...(await onPostgres(folder, sizes)))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const block = render({ date, machine, sizes, results })
  say(block)
  const docs = here('../../docs/performance.md')
  if (values.write) writeFileSync(docs, withReport(readFileSync(docs, 'utf8'), block))
  const late = results.flatMap(({ provider, calls }) =>
    calls.filter(({ p95 }) => p95 > TARGET).map(({ path }) => `${path} on ${provider}`),
  )
  if (late.length === 0) return
  say(`over ${TARGET} ms: ${late.join(', ')}`)
  process.exitCode = 1
}

async function onSqlite(folder: string, sizes: Sizes): Promise<Result> {
  const dataDir = join(folder, 'sqlite')
  mkdirSync(dataDir)
  return { provider: 'SQLite', ...(await run(dataDir, `file:${join(dataDir, 'catalog.db')}`, sizes)) }
}

async function onPostgres(folder: string, sizes: Sizes): Promise<Result[]> {
  const why = whyNoPostgres()
  if (why !== undefined) {
    say(`left out PostgreSQL: ${why}`)
    return []
  }
  await using server = await startPostgres()
  const dataDir = join(folder, 'postgresql')
  mkdirSync(dataDir)
  return [{ provider: 'PostgreSQL', ...(await run(dataDir, await server.createDatabase(), sizes)) }]
}

async function run(dataDir: string, url: string, sizes: Sizes): Promise<Omit<Result, 'provider'>> {
  say(`filling ${url.startsWith('file:') ? 'SQLite' : 'PostgreSQL'}`)
  await (await openCatalog({ url, clock: systemClock })).close()
  const loader = await openLoader(url)
  await fill(loader, sizes, say)
  await loader.close()
  const calls = await measureAll(dataDir, url, sizes)
  return { calls, verify: verify(dataDir, url) }
}

async function measureAll(dataDir: string, url: string, sizes: Sizes): Promise<Measured[]> {
  const environment = readEnvironment({
    home: dataDir,
    variables: { HOLDFAST_DATA_DIR: dataDir, BACKUP_RECOVERY_DATABASE_PATH: url.replace(/^file:/, '') },
  })
  const firstDocument = documentOf(dataDir)
  const secret = Buffer.alloc(32, 7)
  const app = await createApp({
    environment,
    clock: systemClock,
    log: silentLogger,
    secret,
    firstDocument,
    version: '0',
  })
  try {
    for (let version = 2; version <= 120; version++)
      await app.services.settings.update(administrator, {
        document: {
          ...firstDocument,
          monitoring: { ...firstDocument.monitoring, logging: { level: version % 2 ? 'INFO' : 'DEBUG' } },
        },
        reason: `change ${version}`,
      })
    const context: Context = {
      actor: administrator,
      services: app.services,
      refusals: { record: async () => undefined },
      clock: systemClock,
      log: silentLogger,
      requestId: 'bench',
      pace: { check: 30_000, stall: 30_000 },
      stillValid: async () => true,
      cutOff: () => undefined,
    }
    const calls = callsOf(callerOf(context), new Seeded('calls'), sizes)
    const missing = listPaths().filter((path) => !calls.some((call) => call.path === path))
    if (missing.length > 0) throw new Error(`lists that are not measured: ${missing.join(', ')}; add them to calls.ts`)
    const measured: Measured[] = []
    for (const call of calls.filter(({ path }) => values.only?.split(',').includes(path) ?? true)) {
      const found = await measure(call, new Seeded(call.path), Number(values.rounds))
      say(
        `  ${call.path}: p50 ${found.p50.toFixed(1)} ms, p95 ${found.p95.toFixed(1)} ms (${found.slowest}: ${found.slowestP95.toFixed(1)})`,
      )
      measured.push(found)
    }
    return measured
  } finally {
    await app.close()
  }
}

/** With the schedules that the catalog was filled with. */
function documentOf(dataDir: string): ConfigDocument {
  const schedule = { type: 'incremental' as const, cron_expression: '0 * * * *', include_paths: ['/srv/data'] }
  const names = Array.from({ length: schedules }, (_, n) => `schedule-${String(n).padStart(2, '0')}`)
  return { ...defaultDocument({ dataDir }), schedules: Object.fromEntries(names.map((name) => [name, schedule])) }
}

function verify(dataDir: string, url: string): Result['verify'] {
  const program = here('../../bin/holdfast')
  const args = ['audit', 'verify', '--json', '--catalog', url, '--anchor', join(dataDir, 'audit-anchor.json')]
  if (!existsSync(join(dataDir, 'audit-anchor.json'))) throw new Error('the server wrote no anchor')
  const before = childSeconds()
  const ran: SpawnSyncReturns<string> = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 26 })
  say(`  audit verify: ${ran.stdout.slice(0, 300)}${ran.stderr}`)
  const { events, milliseconds } = JSON.parse(ran.stdout) as { events: number; milliseconds: number }
  return { events, seconds: milliseconds / 1000, cpuSeconds: childSeconds() - before, status: ran.status ?? -1 }
}

/** Seconds of processor that children took which have ended, from /proc/PID/stat (cutime and cstime, in hundredths). */
function childSeconds(): number {
  const text = readFileSync('/proc/self/stat', 'utf8')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[13]) + Number(fields[14])) / 100
}

await main()
