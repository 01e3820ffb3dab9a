import { describe, expect, it } from 'vitest'
import { type Actor, systemActor } from '../../auth/actor.ts'
import type { NewEvent } from '../../contract/events.ts'
import { permissionsOf, type Role } from '../../contract/permissions.ts'
import { openTestCatalog, type TestCatalog } from '../../db/testing.ts'
import { createAudit } from '../audit/audit.ts'
import { createNotificationsService, type NotificationsService } from './index.ts'

const person = (id: string, role: Role): Actor => ({
  kind: 'user',
  id,
  userId: id,
  name: id,
  role,
  permissions: new Set(permissionsOf(role)),
  ip: null,
})
const anna = person('anna', 'administrator')
const otto = person('otto', 'operator')
const rita = person('rita', 'requester')
const text = {
  kind: 'run.failed',
  severity: 'critical',
  title: 'A backup failed',
  body: 'No space left',
  link: '/runs/1',
} as const

type Bench = AsyncDisposable & {
  catalog: TestCatalog
  service: NotificationsService
  events: NewEvent[]
  time: { now: number }
}

async function open(): Promise<Bench> {
  const catalog = await openTestCatalog()
  const time = { now: 1_777_863_721_000 }
  const clock = { now: () => time.now }
  const events: NewEvent[] = []
  const audit = createAudit(catalog, clock)
  const service = createNotificationsService({ catalog, clock, audit, publish: (event) => events.push(event) })
  return { catalog, service, events, time, [Symbol.asyncDispose]: () => catalog.close() }
}

const titles = async (service: NotificationsService, actor: Actor, unread = false): Promise<string[]> =>
  (await service.list(actor, { unread })).items.map(({ title }) => title)

describe('notifications', () => {
  it('reach the one they are for, and with none named everybody who may see the overview', async () => {
    await using bench = await open()
    const { service } = bench
    await service.create({ ...text, title: 'for rita', userId: 'rita' })
    bench.time.now++
    const id = await service.create({ ...text, title: 'for all' })
    expect(await titles(service, rita)).toEqual(['for rita'])
    expect(await titles(service, anna)).toEqual(['for all'])
    expect(bench.events.at(-1)).toEqual({ kind: 'notification', id })
    const [item] = (await service.list(otto, {})).items
    expect(item).toEqual({ ...text, title: 'for all', id, at: '2026-05-04T03:02:01.001Z', shared: true, readAt: null })
  })

  it('are read by each for himself', async () => {
    await using bench = await open()
    const { service } = bench
    const shared = await service.create(text)
    await service.markRead(anna, { ids: [shared] })
    await service.markRead(anna, { ids: [shared, shared] })
    expect(await service.unread(anna)).toEqual({ count: 0, more: false })
    expect(await service.unread(otto)).toEqual({ count: 1, more: false })
    expect((await service.list(anna, {})).items[0]?.readAt).toBe('2026-05-04T03:02:01.000Z')
    expect((await service.list(otto, {})).items[0]?.readAt).toBeNull()
    expect(await titles(service, anna, true)).toEqual([])
    const own = await service.create({ ...text, title: 'own', userId: 'anna' })
    expect(await titles(service, anna, true)).toEqual(['own'])
    await service.markRead(anna, { ids: [own] })
    expect(await service.unread(anna)).toEqual({ count: 0, more: false })
    expect(await bench.catalog.db.auditEvent.count({ where: { action: 'notification.read' } })).toBe(3)
  })

  it("of others can be neither read nor marked, nor told from ones that aren't there", async () => {
    await using bench = await open()
    const { service } = bench
    const shared = await service.create(text)
    const annas = await service.create({ ...text, userId: 'anna' })
    for (const id of [shared, annas, '0199-none'])
      await expect(service.markRead(rita, { ids: [id] })).rejects.toMatchObject({
        code: 'not_found',
        message: `There is no notification ${id}`,
      })
    await expect(service.markRead(otto, { ids: [shared, annas] })).rejects.toMatchObject({ code: 'not_found' })
    expect(await service.unread(otto)).toEqual({ count: 1, more: false })
    await expect(service.list(systemActor('scheduler'), {})).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('come in pages, newest first, also many of the same millisecond', async () => {
    await using bench = await open()
    const { service } = bench
    for (let i = 0; i < 30; i++) {
      if (i % 10 === 0) bench.time.now += 5
      await service.create({ ...text, title: `n${i}`, userId: i % 3 === 0 ? 'anna' : undefined })
    }
    const seen: string[] = []
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await service.list(anna, { limit: 7, cursor })
      seen.push(...page.items.map(({ title }) => title))
      cursor = page.nextCursor
    }
    expect(seen).toHaveLength(30)
    expect(new Set(seen).size).toBe(30)
    expect(seen.slice(0, 10).every((title) => Number(title.slice(1)) >= 20)).toBe(true)
    expect((await service.list(anna, { limit: 30 })).nextCursor).toBeNull()
    await expect(service.list(anna, { cursor: "1' OR 1" })).rejects.toMatchObject({ code: 'usage' })
  })

  it('are counted up to a hundred, and all marked at once', async () => {
    await using bench = await open()
    const { service } = bench
    await bench.catalog.transaction(async (tx) => {
      for (let i = 0; i < 120; i++) await service.add(tx, i % 2 ? text : { ...text, userId: 'anna' })
    })
    expect(await service.unread(anna)).toEqual({ count: 100, more: true })
    expect(await service.markAllRead(anna)).toEqual({ marked: 120 })
    expect(await service.unread(anna)).toEqual({ count: 0, more: false })
    expect(await service.unread(otto)).toEqual({ count: 60, more: false })
    await expect(service.markRead(anna, { ids: Array.from({ length: 501 }, (_, i) => `${i}`) })).rejects.toMatchObject({
      code: 'usage',
    })
  })
})
