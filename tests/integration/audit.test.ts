// The audit trail on both databases, by somebody who holds the database itself, and `holdfast audit verify` over it.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Catalog, Tx } from '../../server/db/index.ts'
import type { TestCatalog } from '../../server/db/testing.ts'
import { createLogger } from '../../server/lib/logger.ts'
import { createAuditService } from '../../server/services/audit/index.ts'
import { listEvents } from '../../server/services/audit/list.ts'
import { chainOf, insertRows, START, testActor } from '../../server/services/audit/testing.ts'
import { missingTriggers } from '../../server/services/audit/triggers.ts'
import { verifyTrail } from '../../server/services/audit/verify.ts'
import { onBothDatabases } from '../services/both.ts'
import { Sandbox } from './cli-testing.ts'

const clock = { now: () => START }
const event = { actor: testActor, action: 'schedule.update', result: 'success' } as const
const columns =
  '"at", "actorKind", "actorId", "actorName", "ip", "action", "targetKind", "targetId", "targetName", "result", "before", "after", "details", "previousHash", "hash"'

const brief = async (catalog: Catalog, anchor?: { seq: number; hash: string }): Promise<string[]> =>
  (await verifyTrail(catalog, { anchors: [anchor] })).findings.map(({ kind, seq }) => `${kind} ${seq}`)

onBothDatabases('the audit trail', ({ provider, open }) => {
  let box: Sandbox
  beforeAll(() => {
    box = new Sandbox()
  })
  afterAll(() => rmSync(box.home, { recursive: true, force: true }))

  const raw = (catalog: Catalog, ...statements: string[]): Promise<void> =>
    catalog.transaction(async (tx: Tx) => {
      for (const statement of statements) await tx.$executeRawUnsafe(statement)
    })
  /** What somebody has to do first who owns the database. */
  const unlock = (catalog: Catalog): Promise<void> =>
    provider === 'postgresql'
      ? raw(catalog, 'ALTER TABLE "AuditEvent" DISABLE TRIGGER USER')
      : raw(catalog, ...['append', 'no_update', 'no_delete'].map((name) => `DROP TRIGGER "AuditEvent_${name}"`))
  const filled = async (count: number): Promise<TestCatalog> => {
    const catalog = await open()
    await insertRows(
      catalog,
      chainOf(count, (n) => ({ details: { n, text: 'ä 日本 \u2028 \u{1f600}' }, target: { kind: 'run', id: `${n}` } })),
    )
    return catalog
  }
  const last = (rows: number): { seq: number; hash: string } =>
    [
      ...chainOf(rows, (n) => ({
        details: { n, text: 'ä 日本 \u2028 \u{1f600}' },
        target: { kind: 'run', id: `${n}` },
      })),
    ].at(-1)!

  test('is numbered without gaps by many at once, and whole', async () => {
    await using catalog = await open()
    const log = createLogger({ level: 'error', clock, fallback: () => undefined })
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-anchor-'))
    const service = createAuditService({ catalog, clock, log, anchorPath: join(folder, 'anchor.json') })
    try {
      const odd = 'a\0b\ud800c'
      await Promise.all(
        Array.from({ length: 30 }, (_, n) =>
          service.trail.record({ ...event, target: { kind: 'x', id: odd }, details: { n, odd } }),
        ),
      )
      expect(await service.verify(testActor)).toMatchObject({ events: 30, findings: [] })
      const { items } = await service.list(testActor, { action: 'schedule.' })
      expect(items.map(({ seq }) => seq)).toEqual(Array.from({ length: 30 }, (_, n) => 30 - n))
      await service.close()
      expect(service.anchor.read()?.seq).toBe(31)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  test.each([
    'UPDATE "AuditEvent" SET "actorName" = \'mallory\' WHERE "seq" = 2',
    'DELETE FROM "AuditEvent" WHERE "seq" = 3',
    `INSERT INTO "AuditEvent" ("seq", ${columns}) SELECT "seq" + 7, ${columns} FROM "AuditEvent" WHERE "seq" = 3`,
    `INSERT INTO "AuditEvent" ("seq", ${columns}) SELECT "seq" + 1, ${columns} FROM "AuditEvent" WHERE "seq" = 5`,
    ...(provider === 'postgresql' ? ['TRUNCATE "AuditEvent"'] : ['DELETE FROM "AuditEvent"']),
  ])('the database refuses: %s', async (sql) => {
    await using catalog = await filled(5)
    await expect(raw(catalog, sql)).rejects.toThrow('append-only')
    expect(await brief(catalog, last(5))).toEqual([])
    expect(await missingTriggers(catalog)).toEqual([])
  })

  test.each([
    ['a field', `UPDATE "AuditEvent" SET "actorName" = 'mallory' WHERE "seq" = 7`, ['changed 7']],
    ['a field that was empty', `UPDATE "AuditEvent" SET "before" = '' WHERE "seq" = 7`, ['changed 7']],
    ['a hash', `UPDATE "AuditEvent" SET "hash" = "previousHash" WHERE "seq" = 7`, ['changed 7']],
    ['a row that is gone', 'DELETE FROM "AuditEvent" WHERE "seq" IN (7, 8)', ['missing 7']],
    ['the first row gone', 'DELETE FROM "AuditEvent" WHERE "seq" = 1', ['missing 1']],
    ['an end that is gone', 'DELETE FROM "AuditEvent" WHERE "seq" > 15', ['truncated 16']],
    ['all gone', 'DELETE FROM "AuditEvent"', ['truncated 1']],
    [
      'a row in front',
      `INSERT INTO "AuditEvent" ("seq", ${columns}) SELECT 0, ${columns} FROM "AuditEvent" WHERE "seq" = 3`,
      ['inserted 0'],
    ],
  ])('a check finds %s', async (_what, sql, expected) => {
    await using catalog = await filled(20)
    await unlock(catalog)
    expect(await missingTriggers(catalog)).toHaveLength(3)
    await raw(catalog, sql)
    expect(await brief(catalog, last(20))).toEqual(expected)
  })

  test('a check finds rows that changed places', async () => {
    await using catalog = await filled(20)
    await unlock(catalog)
    const move = (from: number, to: number): string => `UPDATE "AuditEvent" SET "seq" = ${to} WHERE "seq" = ${from}`
    await raw(catalog, move(4, -1), move(9, 4), move(-1, 9))
    expect(await brief(catalog, last(20))).toEqual(['moved 4', 'moved 9'])
  })

  test('a list gives what matches, in pages', async () => {
    await using catalog = await filled(120)
    const first = await listEvents(catalog, { action: 'sched', targetKind: 'run', from: START + 20_500 }, 60, undefined)
    expect(first.items.map(({ seq }) => seq)).toEqual(Array.from({ length: 60 }, (_, n) => 120 - n))
    expect(await listEvents(catalog, { targetKind: 'run', targetId: '5' }, 60, undefined)).toMatchObject({
      items: [{ seq: 5 }],
      nextCursor: null,
    })
  })

  test('holdfast audit verify: 0 for a whole one, 6 with what is wrong for another', async () => {
    const catalog = await filled(20)
    const { url } = catalog
    const anchor = box.at(`anchor-${provider}.json`)
    writeFileSync(anchor, JSON.stringify({ ...pick(last(20)), at: '2026-05-04T03:02:01.000Z' }))
    try {
      const good = box.run(['audit', 'verify', '--catalog', url, '--anchor', anchor])
      expect(good).toMatchObject({ status: 0, stderr: '' })
      expect(good.stdout).toContain('checked   20 events')
      expect(good.stdout).toContain('anchor    event 20, noted 2026-05-04T03:02:01.000Z')
      await unlock(catalog)
      await raw(
        catalog,
        'DELETE FROM "AuditEvent" WHERE "seq" > 18',
        `UPDATE "AuditEvent" SET "result" = 'denied' WHERE "seq" = 3`,
      )
      const bad = box.run(['audit', 'verify', '--catalog', url, '--anchor', anchor, '--json'])
      expect(bad.status, bad.stderr).toBe(6)
      expect(JSON.parse(bad.stdout)).toMatchObject({
        events: 18,
        anchor: { seq: 20 },
        problems: [
          { seq: 3, kind: 'changed' },
          { seq: 19, kind: 'truncated' },
        ],
      })
      expect(bad.stderr).toContain('Event 3 was changed')
    } finally {
      await catalog.close()
    }
  })
})

const pick = ({ seq, hash }: { seq: number; hash: string }): { seq: number; hash: string } => ({ seq, hash })

test('holdfast audit verify makes no catalog where there is none, and says what it takes', () => {
  const box = new Sandbox()
  try {
    const missing = box.at('none.db')
    expect(box.run(['audit', 'verify', '--catalog', missing])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('There is no catalog'),
    })
    expect(existsSync(missing)).toBe(false)
    const unknown = box.run(['audit', 'check'])
    expect(unknown).toMatchObject({ status: 2, stderr: expect.stringContaining('verify') })
    const point = box.run(['audit', 'verify', '--catalog', missing, '--expect', '5'])
    expect(point).toMatchObject({ status: 2, stderr: expect.stringContaining('--expect takes') })
  } finally {
    rmSync(box.home, { recursive: true, force: true })
  }
})
