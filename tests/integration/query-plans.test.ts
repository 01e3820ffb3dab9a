// Lists stay quick however long they get: each goes along an index, in its order, and never sorts or scans a table.
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Catalog, openCatalog } from '../../server/db/index.ts'
import { systemClock } from '../../server/lib/clock.ts'
import { type AuditFilter, listEvents } from '../../server/services/audit/list.ts'
import { charts } from '../../server/services/overview/charts.ts'
import { scheduleStates } from '../../server/services/overview/queries.ts'
import { dayStrip } from '../../server/services/overview/strip.ts'
import { actor } from '../../server/services/repositories/testing.ts'
import { createRunQueries, runQueries } from '../../server/services/runs/queries.ts'
import { lastRunsOf } from '../../server/services/schedules/last-runs.ts'
import { listSnapshots, type SnapshotFilter } from '../../server/services/snapshots/list.ts'
import { newestOfSources } from '../../server/services/snapshots/sources.ts'

let folder = ''
let catalog: Catalog
let statements: string[] = []

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-plans-'))
  const url = `file:${path.join(folder, 'catalog.db')}`
  catalog = await openCatalog({ url, clock: systemClock, onQuery: (sql) => statements.push(sql) })
})
afterAll(async () => {
  await catalog.close()
  fs.rmSync(folder, { recursive: true })
})

/** How SQLite would carry out every statement that `work` sends. */
async function plansOf(work: () => Promise<unknown>): Promise<string[]> {
  statements = []
  await work()
  const database = new Database(path.join(folder, 'catalog.db'), { readonly: true })
  try {
    return statements
      .filter((sql) => /^\s*(SELECT|WITH)/i.test(sql))
      .flatMap((sql) => {
        const parameters = sql.split('?').length - 1
        const rows = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...Array.from({ length: parameters }, () => 0))
        return (rows as { detail: string }[]).map(({ detail }) => detail)
      })
  } finally {
    database.close()
  }
}

async function expectIndexed(table: string, work: () => Promise<unknown>): Promise<void> {
  const plans = await plansOf(work)
  expect(
    plans.some((plan) =>
      new RegExp(`\\b${table}\\b.* USING (COVERING )?INDEX|\\b${table}\\b.* USING INTEGER PRIMARY KEY`).test(plan),
    ),
    plans.join('; '),
  ).toBe(true)
  expect(
    plans.filter((plan) => /^SCAN (?!.*USING)|TEMP B-TREE/.test(plan) && !/CONSTANT ROW|areas/.test(plan)),
  ).toEqual([])
}

const place = (fields: object): string => Buffer.from(JSON.stringify(fields)).toString('base64url')

describe('snapshots', () => {
  const filters: SnapshotFilter[] = [
    {},
    { repositoryId: 'r' },
    { scheduleName: 's' },
    { host: 'h' },
    { from: '2026-01-01T00:00:00Z', until: '2026-02-01T00:00:00Z' },
    { repositoryId: 'r', from: '2026-01-01T00:00:00Z' },
    { path: '/home' },
    { path: '/home', tag: 't', repositoryId: 'r' },
  ]
  test.each(filters)('%j', async (filter) => {
    await expectIndexed('Snapshot', () => listSnapshots(catalog, filter, 50, undefined))
    await expectIndexed('Snapshot', () => listSnapshots(catalog, filter, 50, place({ t: 1_777_000_000_000, id: 'x' })))
  })

  test('of sources: the table is read once, as it lies, and ties are decided along an index', async () => {
    const t = 1_777_000_000_000
    for (const cursor of [undefined, place({ t, id: 'x', asOf: t })]) {
      const plans = await plansOf(() => newestOfSources(catalog, 50, cursor))
      expect(plans.filter((plan) => /^(SCAN|SEARCH) (Snapshot|s)\b/.test(plan))).toEqual([
        'SCAN Snapshot',
        expect.stringMatching(/^SEARCH s USING INDEX Snapshot_.*time=\?/),
      ])
    }
  })
})

describe('runs', () => {
  const queue = { wake: () => undefined, cancel: () => undefined, live: () => undefined, seq: 0 }
  const filters = [
    {},
    { kind: 'backup' },
    { scheduleId: 's' },
    { repositoryId: 'r' },
    { states: ['failed'] },
    { states: ['failed', 'warning', 'orphaned'] },
    { from: '2026-01-01T00:00:00Z' },
  ]
  test.each(filters)('%j', async (filter) => {
    const { list } = createRunQueries({ catalog, queue })
    await expectIndexed('Run', () => list(actor, runQueries.list.parse(filter)))
    const cursor = place({ t: 1_777_000_000_000, id: 'x' })
    await expectIndexed('Run', () => list(actor, runQueries.list.parse({ ...filter, cursor })))
  })
})

test('the last runs of schedules', () => expectIndexed('r', () => lastRunsOf(catalog.db, ['a', 'b'])))
test('the last runs in the overview', async () => {
  const plans = await plansOf(() => scheduleStates(catalog))
  const ofRuns = plans.filter((plan) => /\br\b/.test(plan))
  expect(ofRuns.filter((plan) => !/^SEARCH r USING .*INDEX Run_scheduleId_queuedAt_id_idx/.test(plan))).toEqual([])
  expect(ofRuns.length).toBeGreaterThan(0)
  // Of the schedules, of which there are few.
  expect(plans.filter((plan) => /TEMP B-TREE/.test(plan)).length).toBeLessThanOrEqual(2)
})

describe('days', () => {
  const input = { days: 90, timezone: 'Europe/Berlin' }
  const now = 1_777_863_721_000
  // To group, and to rank within groups, takes a sort of what the index has found.
  const ofRuns = (plans: string[]) => plans.filter((plan) => /\b(r|m|Run|Metric)\b/.test(plan))

  test('the strip reads the runs of these days along the index of each schedule', async () => {
    expect(ofRuns(await plansOf(() => dayStrip(catalog, input, now)))).toEqual([
      'SEARCH r USING INDEX Run_scheduleId_queuedAt_id_idx (scheduleId=? AND queuedAt>?)',
    ])
  })

  test('charts read the backups of these days, and one sample for each repository and day', async () => {
    await catalog.transaction((tx) =>
      tx.repository.create({ data: { name: 'r', type: 'local', location: '/r', secretSource: '{}' } }),
    )
    const plans = ofRuns(await plansOf(() => charts(catalog, input, now)))
    const backups = 'SEARCH r USING INDEX Run_kind_queuedAt_id_idx (kind=? AND queuedAt>?)'
    const samples = 'SEARCH m USING INDEX Metric_name_label_at_idx (name=? AND label=? AND at<?)'
    expect(plans.sort()).toEqual([samples, samples, backups, backups])
  })
})

describe('audit events', () => {
  const filters: AuditFilter[] = [
    {},
    { actorId: 'a' },
    { action: 'schedule.update' },
    { targetKind: 'schedule', targetId: 's' },
    { result: 'denied' },
    { from: 1_777_000_000_000 },
  ]
  test.each(filters)('%j', async (filter) => {
    await expectIndexed('AuditEvent', () => listEvents(catalog, filter, 50, undefined))
    await expectIndexed('AuditEvent', () => listEvents(catalog, filter, 50, { at: 1_777_000_000_000, seq: 5 }))
  })
})
