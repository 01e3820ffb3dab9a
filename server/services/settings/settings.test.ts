// Versions of the configuration: who, when and why; what is refused; how one goes back.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type OpenCatalog, onBothDatabases } from '../../../tests/services/both.ts'
import { systemActor } from '../../auth/actor.ts'
import { defaultDocument } from '../../config/defaults.ts'
import { readDocument } from '../../config/read.ts'
import { compressionTable } from '../../contract/config/compression-table.ts'
import type { ConfigDocument } from '../../contract/config/document.ts'
import { codeOf } from '../../contract/errors.ts'
import { codecs } from '../../engine/codec/codecs.ts'
import type { Clock } from '../../lib/clock.ts'
import { silentLogger } from '../../lib/logger.ts'
import { createAudit } from '../audit/audit.ts'
import { testActor } from '../audit/testing.ts'
import { createSettingsService } from './index.ts'

const START = 1_777_863_721_000
const first: ConfigDocument = defaultDocument({ dataDir: '/srv/holdfast' })
const guide = readFileSync(
  new URL('../../../tests/fixtures/config/blocks/03-schedule-definitions.jsonc', import.meta.url),
  'utf8',
)

async function setUpOn(open: OpenCatalog) {
  let time = START
  const clock: Clock = { now: () => time++ }
  const catalog = await open({ clock })
  const env = { overrides: {}, secret: () => undefined }
  const deps = { catalog, clock, env, audit: createAudit(catalog, clock), log: silentLogger }
  const settings = createSettingsService(deps)
  await settings.initialize(systemActor('start'), { document: first, reason: 'first start' })
  return { settings, catalog, deps, [Symbol.asyncDispose]: () => catalog.close() }
}

const edited = (days: number): ConfigDocument => ({ ...first, global_settings: { backup_retention_days: days } })
const codeThrown = (promise: Promise<unknown>): Promise<string> => promise.then(() => 'nothing', codeOf)

onBothDatabases('the configuration', ({ open }) => {
  const setUp = () => setUpOn(open)

  describe('a change', () => {
    it('is a new version, with who, when, why, and what differs', async () => {
      await using each = await setUp()
      const saved = await each.settings.update(testActor, {
        document: edited(40),
        reason: 'longer',
        expectedVersion: 1,
      })
      expect(saved).toMatchObject({
        version: 2,
        changed: true,
        differences: [{ path: 'global_settings', after: { backup_retention_days: 40 } }],
      })
      expect(await each.settings.current()).toMatchObject({
        version: 2,
        actorId: 'u1',
        actorName: 'tester',
        reason: 'longer',
        origin: 'edit',
        document: edited(40),
      })
      const { items } = await each.settings.list(testActor)
      expect(items.map(({ version, origin }) => [version, origin])).toEqual([
        [2, 'edit'],
        [1, 'initial'],
      ])
      expect(items[0]?.at.startsWith('2026-05-04T03:02:01')).toBe(true)
    })

    it('has its audit event, with before and after', async () => {
      await using each = await setUp()
      await each.settings.update(testActor, { document: edited(40), reason: 'a' })
      await each.settings.update(testActor, { document: edited(50), reason: 'b' })
      const event = await each.catalog.db.auditEvent.findFirst({ orderBy: { seq: 'desc' } })
      expect(event).toMatchObject({ action: 'settings.update', actorName: 'tester', targetId: '3', result: 'success' })
      expect(JSON.parse(event?.before ?? '')).toEqual({ 'global_settings.backup_retention_days': 40 })
      expect(JSON.parse(event?.after ?? '')).toEqual({ 'global_settings.backup_retention_days': 50 })
    })

    it('to what there is makes no version and no event', async () => {
      await using each = await setUp()
      const saved = await each.settings.update(testActor, { document: { ...first }, reason: 'again' })
      expect(saved).toMatchObject({ version: 1, changed: false, differences: [] })
      expect(await each.catalog.db.configVersion.count()).toBe(1)
      expect(await each.catalog.db.auditEvent.count()).toBe(1)
    })

    it('is refused for another current version, with who made that', async () => {
      await using each = await setUp()
      await each.settings.update(testActor, { document: edited(40), reason: 'mine' })
      const late = each.settings.update(testActor, { document: edited(50), reason: 'late', expectedVersion: 1 })
      await expect(late).rejects.toMatchObject({ code: 'exists', message: expect.stringContaining('tester made it') })
      expect((await each.settings.current()).version).toBe(2)
    })

    it('of ten at once on one version is made once', async () => {
      await using each = await setUp()
      const all = Array.from({ length: 10 }, (_, i) =>
        codeThrown(each.settings.update(testActor, { document: edited(i + 1), reason: 'race', expectedVersion: 1 })),
      )
      expect((await Promise.all(all)).sort()).toEqual([...Array<string>(9).fill('exists'), 'nothing'])
      expect((await each.settings.current()).version).toBe(2)
    })

    it('that is wrong is refused with all that is wrong, and leaves nothing', async () => {
      await using each = await setUp()
      const document = { storag: {}, api: { port: 0 } }
      const change = each.settings.update(testActor, { document, reason: 'wrong' })
      await expect(change).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringMatching(/api\.port: is 0.*storag: unknown key/s),
      })
      expect(await codeThrown(each.settings.update(testActor, { document: first, reason: ' ' }))).toBe('usage')
      const paths = Array.from({ length: 9000 }, (_, i) => `/${'long'.repeat(40)}/${i}`)
      const large = { schedules: { a: { type: 'full', cron_expression: '@daily', include_paths: paths } } }
      await expect(each.settings.update(testActor, { document: large, reason: 'x' })).rejects.toThrow(
        '1048576 are allowed',
      )
      expect(await each.catalog.db.auditEvent.count()).toBe(1)
    })

    it('warns of what locks oneself out and of variables that are not set', async () => {
      await using each = await setUp()
      const document: ConfigDocument = {
        ...first,
        network_security: { firewall: { enabled: true, allowed_ips: ['10.0.0.0/8'] } },
        notifications: { channels: { slack: { webhook_url_env_var: 'SLACK_WEBHOOK_URL' } } },
      }
      const { warnings } = await each.settings.update(testActor, { document, reason: 'firewall' })
      expect(warnings.map(({ path, severity }) => [path, severity])).toEqual([
        ['notifications.channels.slack.webhook_url_env_var', 'warning'],
        ['network_security.firewall.allowed_ips', 'warning'],
      ])
      expect(warnings[1]?.message).toContain('192.0.2.7')
    })
  })

  describe('rows and listeners that follow', () => {
    it('get the document that counts: in the transaction, and after the commit', async () => {
      await using each = await setUp()
      const seen: string[] = []
      each.settings.project(async (tx, document) => {
        const days = document.global_settings?.backup_retention_days
        seen.push(`row ${days} of ${await tx.configVersion.count()}`)
        if (days === 13) throw new Error('no')
      })
      const end = each.settings.onChange(({ version, effective, before }) => {
        seen.push(`told ${version} ${effective.global_settings?.backup_retention_days} ${before?.storage?.type}`)
        throw new Error('a listener that fails changes nothing')
      })
      await each.settings.update(testActor, { document: edited(40), reason: 'a' })
      await expect(each.settings.update(testActor, { document: edited(13), reason: 'b' })).rejects.toThrow('no')
      end()
      await each.settings.update(testActor, { document: edited(50), reason: 'c' })
      expect(seen).toEqual(['row 40 of 2', 'told 2 40 local', 'row 13 of 3', 'row 50 of 3'])
    })

    it('hear nothing old after something new', async () => {
      await using each = await setUp()
      const seen: string[] = []
      const slow = Promise.withResolvers<void>()
      each.settings.onChange(({ version }) => (version === 2 ? slow.promise : undefined))
      each.settings.onChange(({ version }) => {
        seen.push(`told ${version}`)
      })
      const two = each.settings.update(testActor, { document: edited(2), reason: 'a' })
      await each.settings.update(testActor, { document: edited(3), reason: 'b' })
      slow.resolve()
      await two
      expect(seen).toEqual(['told 3'])
    })

    it('run again at a start, for the environment may have changed', async () => {
      await using each = await setUp()
      const later = createSettingsService({
        ...each.deps,
        env: { overrides: { retentionDays: 99 }, secret: () => undefined },
      })
      const seen: unknown[] = []
      later.project(async (_tx, document) => {
        seen.push(document.global_settings?.backup_retention_days)
      })
      const current = await later.initialize(systemActor('start'), { document: edited(1), reason: 'second start' })
      expect(seen).toEqual([99])
      expect(current).toMatchObject({
        version: 1,
        document: first,
        overridden: [{ variable: 'BACKUP_RECOVERY_RETENTION_DAYS', value: 99 }],
      })
    })
  })

  describe('going back', () => {
    it('makes the older document the newest version', async () => {
      await using each = await setUp()
      await each.settings.update(testActor, { document: edited(40), reason: 'a' })
      const saved = await each.settings.rollback(testActor, { version: 1, reason: 'was better' })
      expect(saved).toMatchObject({ version: 3, changed: true })
      expect(await each.settings.current()).toMatchObject({ document: first, origin: 'rollback', restoredFrom: 1 })
      expect(await each.settings.diff(testActor, { from: 1, to: 3 })).toMatchObject({ differences: [] })
      expect(await codeThrown(each.settings.rollback(testActor, { version: 9, reason: 'none' }))).toBe('not_found')
    })
  })

  describe('files', () => {
    it('are imported with their comments left out, and come back as they say', async () => {
      await using each = await setUp()
      await each.settings.import(testActor, { text: guide, name: 'guide.jsonc', reason: 'from the guide' })
      const { text, version } = await each.settings.export(testActor)
      expect(version).toBe(2)
      expect(JSON.parse(text)).toEqual(readDocument(guide).document)
      const again = await each.settings.import(testActor, { text, reason: 'the same' })
      expect(again.changed).toBe(false)
    })

    it('with mistakes are refused with lines', async () => {
      await using each = await setUp()
      const text = guide.replace('"full"', '"ful"')
      await expect(each.settings.import(testActor, { text, name: 'my.json', reason: 'x' })).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringMatching(/my\.json has one mistake:\n {2}line 20, .*"ful".*did you mean "full"/s),
      })
    })

    it('are checked without being stored', async () => {
      await using each = await setUp()
      const good = await each.settings.check(testActor, { text: guide })
      expect(good.document?.schedules).toHaveProperty('weekly_full')
      expect(good.differences.map(({ path }) => path)).toContain('schedules.weekly_full')
      const bad = await each.settings.check(testActor, { document: { nonsense: 1 } })
      expect(bad).toMatchObject({ document: null, differences: [], problems: [{ kind: 'unknown', path: 'nonsense' }] })
      expect((await each.settings.current()).version).toBe(1)
    })

    it('of any document come back the same', async () => {
      await using each = await setUp()
      const days = fc.option(fc.integer({ min: 1, max: 36_525 }), { nil: undefined })
      const some = fc.record({ days, name: fc.stringMatching(/^[a-z][a-z0-9_]{0,10}$/), hour: fc.nat({ max: 23 }) })
      await fc.assert(
        fc.asyncProperty(some, async ({ days, name, hour }) => {
          const schedule = { type: 'full' as const, cron_expression: `0 ${hour} * * *`, include_paths: ['/a'] }
          const document: ConfigDocument = {
            ...first,
            schedules: { [name]: { ...schedule, ...(days !== undefined && { retention_days: days }) } },
          }
          await each.settings.update(testActor, { document, reason: 'any' })
          const { text } = await each.settings.export(testActor)
          expect(readDocument(text).document).toEqual(document)
        }),
        { numRuns: 20 },
      )
    })
  })

  describe('a pattern that makes no sense', () => {
    it('is refused before a backup meets it, with its line', async () => {
      await using each = await setUp()
      const text = guide.replace('"*.tmp"', '"[a"')
      await expect(each.settings.import(testActor, { text, reason: 'x' })).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringMatching(/line \d+, column 9: schedules\.daily_incremental\.exclude_patterns\[0\]: /),
      })
      const { problems } = await each.settings.check(testActor, { text })
      expect(problems.map(({ path }) => path)).toEqual(['schedules.daily_incremental.exclude_patterns[0]'])
    })
  })

  describe('ports of the environment', () => {
    const api = (port: number): ConfigDocument => ({ ...first, api: { port } })
    const withPort = ({ deps }: Awaited<ReturnType<typeof setUp>>, consolePort: number) =>
      createSettingsService({ ...deps, env: { ...deps.env, overrides: { consolePort } } })

    it('count where a document is judged: no change may stop the next start', async () => {
      await using each = await setUp()
      await each.settings.update(testActor, { document: api(3177), reason: 'another port' })
      await each.settings.update(testActor, { document: first, reason: 'the usual one' })
      const settings = withPort(each, 3177)
      const text = JSON.stringify(api(3177))
      const why = /api\.port: is 3177, which the console listens on \(console\.port, by HOLDFAST_CONSOLE_PORT\)/
      await expect(settings.update(testActor, { document: api(3177), reason: 'x' })).rejects.toThrow(why)
      await expect(settings.import(testActor, { text, reason: 'x' })).rejects.toThrow(why)
      await expect(settings.rollback(testActor, { version: 2, reason: 'x' })).rejects.toThrow(why)
      expect(await settings.check(testActor, { text })).toMatchObject({ problems: [{ path: 'api.port' }] })
      expect(await settings.check(testActor, { document: api(3000) })).toMatchObject({ problems: [] })
    })
  })

  describe('the list', () => {
    it('comes in pages, newest first', async () => {
      await using each = await setUp()
      for (const days of [1, 2, 3, 4]) await each.settings.update(testActor, { document: edited(days), reason: 'x' })
      const page = await each.settings.list(testActor, { limit: 2 })
      expect(page.items.map(({ version }) => version)).toEqual([5, 4])
      const next = await each.settings.list(testActor, { limit: 3, cursor: page.nextCursor ?? '' })
      expect(next).toMatchObject({ items: [{ version: 3 }, { version: 2 }, { version: 1 }], nextCursor: null })
      expect(await codeThrown(each.settings.list(testActor, { cursor: 'x' }))).toBe('usage')
    })
  })

  describe('a row that was changed behind our back', () => {
    it('is damage, and a new version cures it', async () => {
      await using each = await setUp()
      await each.catalog.transaction((tx) =>
        tx.configVersion.update({ where: { version: 1 }, data: { document: '{}' } }),
      )
      expect(await codeThrown(each.settings.current())).toBe('damaged')
      const saved = await each.settings.update(testActor, { document: first, reason: 'as it was' })
      expect(saved).toMatchObject({ version: 2, changed: true })
      expect((await each.settings.current()).document).toEqual(first)
    })
  })
})

describe('the table of compressions', () => {
  it('is that of the engine', () => {
    const table = Object.entries(compressionTable).map(([name, { min, max, usual }]) => [
      name,
      { min, max, default: usual },
    ])
    const known = codecs.filter(({ name }) => name !== 'none').map(({ name, levels }) => [name, levels])
    expect(Object.fromEntries(table)).toEqual(Object.fromEntries(known))
  })
})
