import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { systemActor } from '../../auth/actor.ts'
import { openRaw, openTestCatalog, type TestCatalog } from '../../db/testing.ts'
import { dateOf } from '../../lib/clock.ts'
import { createLogger } from '../../lib/logger.ts'
import { ANCHOR_FILE } from '../audit/anchor.ts'
import { createAuditService } from '../audit/index.ts'
import { chainOf, insertRows, testActor } from '../audit/testing.ts'
import type { NewNotification } from '../notifications/index.ts'
import { createRepositoriesService } from '../repositories/index.ts'
import { createRunStore } from '../runs/index.ts'
import { createScheduleStore } from '../schedules/index.ts'
import { primitives } from './encryption.ts'
import {
  createHealthService,
  createHeartbeats,
  type HealthCheckName,
  type HealthResult,
  type HealthService,
} from './index.ts'
import { healthSwitches, worstOf, worstState } from './types.ts'

type Bench = AsyncDisposable & {
  readonly catalog: TestCatalog
  readonly health: HealthService
  readonly audit: ReturnType<typeof createAuditService>
  readonly told: NewNotification[]
  readonly time: { now: number }
  readonly beats: { queue: number | undefined; scheduler: number | undefined }
  readonly folder: string
  readonly keyFile: string
  readonly switches: Partial<Record<HealthCheckName, boolean>>
  tamper(sql: string): void
  look(name: HealthCheckName): Promise<HealthResult>
}

/** With one repository that is in order, unless `bare`. */
async function open(bare = false): Promise<Bench> {
  const catalog = await openTestCatalog()
  const file = catalog.url.slice('file:'.length)
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-health-'))
  const keyFile = join(folder, 'key')
  writeFileSync(keyFile, 'a key of many bytes', { mode: 0o600 })
  const time = { now: 1_777_863_721_000 }
  const clock = { now: () => time.now }
  const log = createLogger({ level: 'error', clock, fallback: () => undefined })
  const audit = createAuditService({ catalog, clock, log, anchorPath: join(dirname(file), ANCHOR_FILE) })
  const repositories = createRepositoriesService({ catalog, clock, log, audit: audit.trail, variable: () => undefined })
  if (!bare)
    await repositories.create(systemActor('test'), {
      name: 'main',
      type: 'local',
      location: join(folder, 'repository'),
      secretSource: { kind: 'key_file', path: keyFile },
      settings: { iterations: 100_000 },
      expect: 'new',
    })
  const told: NewNotification[] = []
  const beats = { queue: time.now as number | undefined, scheduler: time.now as number | undefined }
  const switches: Partial<Record<HealthCheckName, boolean>> = {}
  const health = createHealthService({
    catalog,
    catalogUrl: catalog.url,
    clock,
    log,
    audit: audit.trail,
    anchor: audit.anchor,
    heartbeats: {
      get queue() {
        return beats.queue
      },
      get scheduler() {
        return beats.scheduler
      },
      watchRuns: (store) => store,
      watchSchedules: (store) => store,
    },
    openRepository: (id) => repositories.open(id),
    switches: () => switches,
    notify: async (notification) => told.push(notification),
  })
  return {
    ...{ catalog, health, audit, told, time, beats, folder, keyFile, switches },
    tamper(sql) {
      const database = openRaw(catalog.url)
      database.exec(sql)
      database.close()
    },
    look: async (name) => (await health.run(testActor)).checks.find((check) => check.name === name)!,
    async [Symbol.asyncDispose]() {
      await health.close()
      await repositories.close()
      await audit.close()
      await catalog.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

describe('health', () => {
  it('is unknown before the first look, ok when all is well, and unknown again when nobody has looked for long', async () => {
    await using bench = await open()
    const before = await bench.health.get(testActor)
    expect(before.verdict).toBe('unknown')
    expect(before.checks.map(({ state, checkedAt }) => [state, checkedAt])).toEqual(Array(4).fill(['unknown', null]))
    const after = await bench.health.run(testActor)
    expect(after.checks.map(({ name, state, reason }) => [name, state, reason])).toEqual([
      ['storage_connectivity', 'ok', 'All storages answer (1)'],
      ['backup_service_availability', 'ok', expect.stringContaining('at work')],
      ['encryption_functionality', 'ok', expect.stringContaining('every repository opens (1)')],
      ['catalog_integrity', 'ok', expect.stringContaining('audit trail were whole')],
    ])
    expect(after.verdict).toBe('ok')
    expect(after.checks[0]?.checkedAt).toBe('2026-05-04T03:02:01.000Z')
    bench.time.now += 16 * 60_000
    const late = await bench.health.get(testActor)
    expect(late.verdict).toBe('unknown')
    expect(late.checks[0]?.reason).toContain('Not looked at since 2026-05-04T03:02:01.000Z')
    expect(bench.told).toEqual([])
  })

  it('leaves out what is switched off, and shows that it is', async () => {
    await using bench = await open(true)
    bench.switches.storage_connectivity = false
    bench.switches.encryption_functionality = false
    const health = await bench.health.run(testActor)
    expect(health.verdict).toBe('ok')
    expect(health.checks[0]).toMatchObject({ enabled: false, state: 'unknown', checkedAt: null })
    bench.switches.backup_service_availability = false
    bench.switches.catalog_integrity = false
    expect((await bench.health.get(testActor)).verdict).toBe('unknown')
  })

  it('tells once when a check fails, and once when it is well again', async () => {
    await using bench = await open()
    bench.beats.queue = undefined
    bench.time.now += 61_000
    for (let i = 0; i < 3; i++) await bench.health.run(testActor)
    bench.beats.queue = bench.time.now
    for (let i = 0; i < 3; i++) await bench.health.run(testActor)
    expect(bench.told.map(({ kind, severity }) => [kind, severity])).toEqual([
      ['health.failed', 'critical'],
      ['health.recovered', 'info'],
    ])
    expect(bench.told[0]?.body).toContain('The queue has not reported since the server started')
    const events = await bench.catalog.db.auditEvent.count({ where: { action: 'health.run' } })
    expect(events).toBe(6)
  })

  it('looks by itself at every interval', async () => {
    await using bench = await open(true)
    bench.health.start()
    bench.health.start()
    await expect
      .poll(async () => (await bench.health.get(testActor)).checks.every(({ checkedAt }) => checkedAt))
      .toBe(true)
    expect((await bench.health.get(testActor)).verdict).toBe('unknown')
  })
})

describe('storage_connectivity', () => {
  it('without a repository nothing is known', async () => {
    await using bench = await open(true)
    expect(await bench.look('storage_connectivity')).toMatchObject({
      state: 'unknown',
      reason: 'There is no repository yet',
    })
  })

  it('fails when the place is gone, and says where', async () => {
    await using bench = await open()
    await bench.catalog.transaction((tx) =>
      tx.repository.updateMany({ data: { location: '/proc/nowhere/repository' } }),
    )
    const result = await bench.look('storage_connectivity')
    expect(result.state).toBe('failed')
    expect(result.reason).toContain('main: ')
    expect(result.remedy).toContain('/proc/nowhere/repository')
  })
})

describe('backup_service_availability', () => {
  it('fails when the queue or the scheduler is silent', async () => {
    await using bench = await open()
    bench.time.now += 4 * 60_000
    bench.beats.queue = bench.time.now
    const result = await bench.look('backup_service_availability')
    expect(result).toMatchObject({
      state: 'failed',
      reason: 'The scheduler has not reported since 2026-05-04T03:02:01.000Z',
    })
    expect(result.remedy).toContain('restart')
  })

  it('is not green before it knows', async () => {
    await using bench = await open()
    bench.beats.scheduler = undefined
    expect(await bench.look('backup_service_availability')).toMatchObject({ state: 'unknown' })
  })

  it('that was too early is looked at again by itself, within seconds', async () => {
    await using bench = await open(true)
    bench.beats.queue = undefined
    bench.health.start()
    const service = async () =>
      (await bench.health.get(testActor)).checks.find(({ name }) => name === 'backup_service_availability')
    await expect.poll(async () => (await service())?.reason).toContain('The queue is starting')
    expect(await service()).toMatchObject({ state: 'unknown', checkedAt: null, remedy: null })
    expect(await service()).not.toHaveProperty('early')
    bench.beats.queue = bench.time.now
    await expect.poll(async () => (await service())?.state, { timeout: 8000 }).toBe('ok')
  }, 15_000)

  it('warns of runs that wait for long, and of some that nobody tends', async () => {
    await using bench = await open()
    const run = { kind: 'backup', trigger: 'manual', payload: '{}' }
    const hourAgo = dateOf(bench.time.now - 3_600_000)
    await bench.catalog.transaction(async (tx) => {
      await tx.run.create({ data: { ...run, id: 'w', state: 'queued', notBefore: hourAgo } })
      await tx.run.create({ data: { ...run, id: 'l', state: 'running', notBefore: hourAgo, leaseUntil: hourAgo } })
    })
    const { state, reason } = await bench.look('backup_service_availability')
    expect(state).toBe('warning')
    expect(reason).toContain('Run w has been waiting since 2026-05-04T02:02:01.000Z')
    expect(reason).toContain('Run l counts as running')
  })
})

describe('heartbeats', () => {
  it('are answers of the stores that queue and scheduler ask; a store that fails gives none', async () => {
    const catalog = await openTestCatalog()
    const time = { now: 1000 }
    const clock = { now: () => time.now }
    const beats = createHeartbeats(clock)
    const runs = beats.watchRuns(createRunStore(catalog, async () => undefined))
    const schedules = beats.watchSchedules(createScheduleStore({ catalog, clock, document: () => ({}) }))
    expect([beats.queue, beats.scheduler]).toEqual([undefined, undefined])
    time.now = 500
    await runs.running()
    expect(beats.queue).toBe(500)
    time.now = 1000
    await runs.claim('owner', time.now, time.now + 1000)
    time.now = 2000
    await schedules.due(time.now, time.now)
    expect([beats.queue, beats.scheduler]).toEqual([1000, 2000])
    await runs.renew('owner', [], 3000)
    expect(beats.queue).toBe(2000)
    await catalog.close()
    time.now = 3000
    await expect(runs.claim('owner', time.now, time.now + 1000)).rejects.toThrow()
    expect([beats.queue, beats.scheduler]).toEqual([2000, 2000])
  })
})

describe('encryption_functionality', () => {
  it('the primitives give what is known, and notice what is altered', () => {
    expect(primitives()).toBeUndefined()
  })

  it.each([
    ['the key is another', (file: string) => writeFileSync(file, 'some other key', { mode: 0o600 }), 'recovery kit'],
    ['the key is gone', (file: string) => rmSync(file), 'where it should be'],
    ['the key is open to others', (file: string) => chmodSync(file, 0o644), 'where it should be'],
  ])('fails when %s', async (_what, spoil, remedy) => {
    await using bench = await open()
    spoil(bench.keyFile)
    const result = await bench.look('encryption_functionality')
    expect(result.state).toBe('failed')
    expect(result.reason).toContain('main does not open')
    expect(result.remedy).toContain(remedy)
    expect(result.reason).not.toContain('some other key')
  })
})

describe('catalog_integrity', () => {
  const dropped = ['append', 'no_update', 'no_delete'].map((name) => `DROP TRIGGER "AuditEvent_${name}";`).join('')

  it.each([
    [
      'a row of the trail was changed',
      `${dropped}UPDATE "AuditEvent" SET "actorName" = 'mallory' WHERE "seq" = 5`,
      'Event 5 was changed',
    ],
    ['a row of the trail is missing', `${dropped}DELETE FROM "AuditEvent" WHERE "seq" = 5`, 'Event 5 is missing'],
    ['the end of the trail is missing', `${dropped}DELETE FROM "AuditEvent" WHERE "seq" > 15`, 'anchor knows of event'],
    ['the trail is unprotected', 'DROP TRIGGER "AuditEvent_no_delete"', 'AuditEvent_no_delete is gone'],
  ])('fails when %s', async (_what, sql, reason) => {
    await using bench = await open(true)
    await insertRows(bench.catalog, chainOf(20))
    expect(await bench.look('catalog_integrity')).toMatchObject({ state: 'ok' })
    bench.tamper(sql)
    const result = await bench.look('catalog_integrity')
    expect(result.state).toBe('failed')
    expect(result.reason).toContain(reason)
    expect(result.remedy).toContain('holdfast audit verify')
  })

  it("fails when the file's pages are damaged", async () => {
    await using bench = await open(true)
    await insertRows(bench.catalog, chainOf(2000))
    const file = bench.catalog.url.slice('file:'.length)
    bench.tamper('PRAGMA wal_checkpoint(TRUNCATE)')
    const database = openRaw(bench.catalog.url)
    const { rootpage } = database
      .prepare(`SELECT rootpage FROM sqlite_master WHERE name = 'AuditEvent_at_seq_idx'`)
      .get() as { rootpage: number }
    database.close()
    const { open: openFile } = await import('node:fs/promises')
    const handle = await openFile(file, 'r+')
    await handle.write(Buffer.alloc(4096, 0xff), 0, 4096, (rootpage - 1) * 4096)
    await handle.close()
    const result = await bench.look('catalog_integrity')
    expect(result.state).toBe('failed')
    expect(result.remedy).toContain('holdfast catalog rebuild')
  })
})

it('the configuration switches checks off one by one, or all', () => {
  expect(healthSwitches({})).toEqual({})
  expect(healthSwitches({ monitoring: { health_checks: { storage_connectivity: false } } })).toEqual({
    storage_connectivity: false,
  })
  expect(Object.values(healthSwitches({ monitoring: { enabled: false } }))).toEqual([false, false, false, false])
})

describe('several findings', () => {
  it('are as bad as the worst, and unknown is not well', () => {
    expect(worstState(['ok', 'unknown'])).toBe('unknown')
    expect(worstState(['unknown', 'warning', 'ok'])).toBe('warning')
    expect(worstState([])).toBe('unknown')
    const many = Array.from({ length: 9 }, (_, i) => ({ state: 'failed', reason: `r${i}`, remedy: 'same' }) as const)
    expect(worstOf(many)).toEqual({ state: 'failed', reason: 'r0; r1; r2; r3; r4 (and 4 more)', remedy: 'same' })
  })
})
