import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openRaw, openTestCatalog, type TestCatalog } from '../../db/testing.ts'
import { createLogger } from '../../lib/logger.ts'
import { ANCHOR_FILE } from './anchor.ts'
import { createAudit } from './audit.ts'
import { type AuditService, createAuditService } from './index.ts'
import { chainOf, insertRows, START, testActor } from './testing.ts'
import { verifyTrail } from './verify.ts'

const clock = { now: () => START }

type Bench = AsyncDisposable & {
  readonly catalog: TestCatalog
  readonly service: AuditService
  readonly anchorPath: string
  readonly logged: string[]
  /** The database as somebody sees it who has its file. */
  tamper(sql: string): void
}

async function open(): Promise<Bench> {
  const catalog = await openTestCatalog()
  const file = catalog.url.slice('file:'.length)
  const anchorPath = join(dirname(file), ANCHOR_FILE)
  const logged: string[] = []
  const log = createLogger({ level: 'info', clock, fallback: (line) => logged.push(line) })
  const service = createAuditService({ catalog, clock, log, anchorPath })
  return {
    catalog,
    service,
    anchorPath,
    logged,
    tamper(sql) {
      const database = openRaw(catalog.url)
      database.exec(sql)
      database.close()
    },
    async [Symbol.asyncDispose]() {
      await service.close()
      await catalog.close()
    },
  }
}

const dropTriggers = ['append', 'no_update', 'no_delete'].map((name) => `DROP TRIGGER "AuditEvent_${name}";`).join('')
const event = { actor: testActor, action: 'schedule.update', result: 'success' } as const

describe('append', () => {
  it('numbers events from 1 without gaps, also when many come at once and some are rolled back', async () => {
    await using bench = await open()
    const { trail } = bench.service
    const failing = bench.catalog.transaction(async (tx) => {
      await trail.append(tx, { ...event, action: 'schedule.remove' })
      throw new Error('no')
    })
    await Promise.all([
      expect(failing).rejects.toThrow('no'),
      ...Array.from({ length: 40 }, (_, i) => trail.record({ ...event, details: { i } })),
    ])
    const rows = await bench.catalog.db.auditEvent.findMany({ orderBy: { seq: 'asc' } })
    expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1))
    expect(await bench.catalog.db.auditEvent.count({ where: { action: 'schedule.remove' } })).toBe(0)
    expect(await verifyTrail(bench.catalog)).toMatchObject({ events: 40, findings: [] })
  })

  it('keeps the change and its event together', async () => {
    await using bench = await open()
    const { trail } = bench.service
    await bench.catalog.transaction(async (tx) => {
      await tx.policy.create({ data: { name: 'gold', settings: '{}' } })
      await trail.append(tx, {
        ...event,
        action: 'schedule.create',
        target: { kind: 'policy', id: 'p1', name: 'gold' },
      })
    })
    const [item] = (await bench.service.list(testActor, {})).items
    expect(item).toMatchObject({
      seq: 1,
      action: 'schedule.create',
      target: { kind: 'policy', id: 'p1', name: 'gold' },
    })
    expect(item).toMatchObject({
      actor: { kind: 'user', id: 'u1', name: 'tester', ip: '192.0.2.7' },
      result: 'success',
    })
  })

  it('stores what the database can give back: NUL, half a surrogate pair, anything in documents', async () => {
    await using bench = await open()
    const odd = 'a\0b\ud800c "quoted" \u2028 \u{1f600}'
    const target = { kind: 'file', id: odd, name: odd }
    await bench.service.trail.record({ ...event, target, before: { odd }, after: [odd], details: odd })
    expect((await verifyTrail(bench.catalog)).findings).toEqual([])
    const detail = await bench.service.get(testActor, 1)
    expect(detail.before).toEqual({ odd })
    expect(detail.target?.name).toBe('a\ufffdb\ufffdc "quoted" \u2028 \u{1f600}')
  })

  it('stores no secret', async () => {
    await using bench = await open()
    const after = {
      smtp: { user: 'u', password: 'planted-1' },
      url: 'https://u:planted-2@host/',
      list: ['api_key=planted-3'],
    }
    await bench.service.trail.record({ ...event, after, details: { authorization: 'Bearer planted-4' } })
    const row = await bench.catalog.db.auditEvent.findFirst()
    expect(JSON.stringify(row)).not.toContain('planted')
    expect(JSON.parse(row!.after!)).toEqual({
      smtp: { user: 'u', password: '***' },
      url: 'https://***@host/',
      list: ['api_key=***'],
    })
  })
})

describe('the database itself', () => {
  it.each([
    ['UPDATE "AuditEvent" SET "actorName" = \'mallory\' WHERE "seq" = 2', 'never changed'],
    ['DELETE FROM "AuditEvent" WHERE "seq" = 5', 'never deleted'],
    ['DELETE FROM "AuditEvent"', 'never deleted'],
    ['INSERT OR REPLACE INTO "AuditEvent" SELECT * FROM "AuditEvent" WHERE "seq" = 3', 'append-only'],
    [
      `INSERT INTO "AuditEvent" SELECT "seq" + 10, ${'"at", "actorKind", "actorId", "actorName", "ip", "action", "targetKind", "targetId", "targetName", "result", "before", "after", "details", "previousHash", "hash"'} FROM "AuditEvent" WHERE "seq" = 3`,
      'append-only',
    ],
    [
      `INSERT INTO "AuditEvent" SELECT "seq" + 1, ${'"at", "actorKind", "actorId", "actorName", "ip", "action", "targetKind", "targetId", "targetName", "result", "before", "after", "details", "previousHash", "hash"'} FROM "AuditEvent" WHERE "seq" = 5`,
      'append-only',
    ],
  ])('refuses: %s', async (sql, message) => {
    await using bench = await open()
    await insertRows(bench.catalog, chainOf(5))
    expect(() => bench.tamper(sql)).toThrow(message)
    expect(await verifyTrail(bench.catalog)).toMatchObject({ events: 5, findings: [] })
  })
})

describe('verify', () => {
  const kinds = async (bench: Bench): Promise<string[]> =>
    (await bench.service.verify(testActor)).findings.map(({ kind, seq }) => `${kind} ${seq}`)

  it('finds nothing in a whole trail of several batches, and says how many events there are', async () => {
    await using bench = await open()
    await insertRows(bench.catalog, chainOf(2500))
    await bench.service.anchor.update()
    const outcome = await bench.service.verify(testActor)
    expect(outcome).toMatchObject({
      events: 2500,
      findings: [],
      omitted: 0,
      newest: { seq: 2500 },
      anchor: { seq: 2500 },
    })
    const [newest] = (await bench.service.list(testActor, { limit: 1, action: 'audit.verify' })).items
    expect(newest).toMatchObject({ seq: 2501, action: 'audit.verify', result: 'success' })
  })

  it.each([
    ['a changed row', `UPDATE "AuditEvent" SET "actorName" = 'mallory' WHERE "seq" = 7`, ['changed 7']],
    ['a changed time', 'UPDATE "AuditEvent" SET "at" = "at" + 1 WHERE "seq" = 7', ['changed 7']],
    ['a time of another type', `UPDATE "AuditEvent" SET "at" = 'yesterday' WHERE "seq" = 7`, ['changed 7']],
    ['a missing row', 'DELETE FROM "AuditEvent" WHERE "seq" = 7', ['missing 7']],
    ['a cut end', 'DELETE FROM "AuditEvent" WHERE "seq" > 15', ['truncated 16']],
    ['an emptied trail', 'DELETE FROM "AuditEvent"', ['truncated 1']],
    [
      'exchanged rows',
      'UPDATE "AuditEvent" SET "seq" = -1 WHERE "seq" = 4; UPDATE "AuditEvent" SET "seq" = 4 WHERE "seq" = 9; UPDATE "AuditEvent" SET "seq" = 9 WHERE "seq" = -1',
      ['moved 4', 'moved 9'],
    ],
  ])('finds %s that somebody with the file made', async (_what, sql, expected) => {
    await using bench = await open()
    await insertRows(bench.catalog, chainOf(20))
    await bench.service.anchor.update()
    bench.tamper(dropTriggers + sql)
    expect(await kinds(bench)).toEqual(expected)
    const [newest] = (await bench.service.list(testActor, { limit: 1, action: 'audit.verify' })).items
    expect(newest).toMatchObject({ result: 'failure' })
  })
})

describe('the anchor', () => {
  it('follows what was committed, for its owner alone', async () => {
    await using bench = await open()
    await bench.service.trail.record(event)
    await bench.service.trail.record(event)
    await bench.service.close()
    const row = await bench.catalog.db.auditEvent.findUnique({ where: { seq: 2 } })
    expect(JSON.parse(readFileSync(bench.anchorPath, 'utf8'))).toMatchObject({ seq: 2, hash: row!.hash })
    expect(statSync(bench.anchorPath).mode & 0o777).toBe(0o600)
    expect(existsSync(`${bench.anchorPath}.new`)).toBe(false)
    expect(bench.logged.join()).toContain(row!.hash)
  })

  it('stays as evidence when the end was cut off, also after further events', async () => {
    await using bench = await open()
    await insertRows(bench.catalog, chainOf(20))
    await bench.service.anchor.update()
    bench.tamper(`${dropTriggers}DELETE FROM "AuditEvent" WHERE "seq" > 15`)
    await bench.service.trail.record(event)
    await expect(bench.service.anchor.update()).rejects.toMatchObject({ code: 'damaged' })
    for (let i = 0; i < 10; i++) await bench.service.trail.record(event)
    await expect(bench.service.anchor.update()).rejects.toThrow('rewritten')
    expect(bench.service.anchor.read()?.seq).toBe(20)
    const { findings } = await bench.service.verify(testActor)
    expect(findings).toEqual([expect.objectContaining({ seq: 20, kind: 'changed' })])
  })

  it('says so when the file is none, and starts anew when it is gone', async () => {
    await using bench = await open()
    await bench.service.trail.record(event)
    await bench.service.close()
    rmSync(bench.anchorPath)
    expect((await bench.service.verify(testActor)).anchor).toBeNull()
    await bench.service.anchor.update()
    expect(bench.service.anchor.read()?.seq).toBe(2)
    expect(bench.logged.join()).not.toContain('had no anchor')
    rmSync(bench.anchorPath)
    const log = createLogger({ level: 'info', clock, fallback: (line) => bench.logged.push(line) })
    await createAuditService({ catalog: bench.catalog, clock, log, anchorPath: bench.anchorPath }).anchor.update()
    expect(bench.logged.join()).toContain('had no anchor')
  })
})

it('a plain audit needs nothing but the catalog and a clock', async () => {
  await using catalog = await openTestCatalog()
  await createAudit(catalog, clock).record(event)
  expect(await catalog.db.auditEvent.count()).toBe(1)
})
