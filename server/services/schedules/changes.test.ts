// A schedule that two people change: the second is told, unless the other changed something else.
import { expect, test } from 'vitest'
import { systemActor } from '../../auth/actor.ts'
import { defaultDocument } from '../../config/defaults.ts'
import { silentLogger } from '../../lib/logger.ts'
import type { QueueControl } from '../../runtime/types.ts'
import { createAudit } from '../audit/audit.ts'
import { actor, openBench } from '../repositories/testing.ts'
import { createSettingsService } from '../settings/index.ts'
import { applyDocument, createSchedulesService } from './index.ts'

const reason = 'because'
const at = (hour: number) => ({
  type: 'incremental' as const,
  cron_expression: `0 ${hour} * * *`,
  include_paths: ['/etc'],
})

async function prepared() {
  const bench = await openBench()
  const { catalog, clock } = bench
  const audit = createAudit(catalog, clock)
  const env = { overrides: {}, secret: () => undefined }
  const settings = createSettingsService({ catalog, clock, audit, log: silentLogger, env })
  settings.project((tx, document, by) => applyDocument(tx, document, { actor: by, audit, now: clock.now() }))
  await settings.initialize(systemActor('start'), { document: defaultDocument({ dataDir: '/srv/h' }), reason })
  const queue: QueueControl = { wake: () => undefined, cancel: () => undefined, live: () => undefined, seq: 0 }
  const common = { catalog, clock, audit, settings, queue }
  const schedules = createSchedulesService({ ...common, protectedPaths: () => [], publish: () => 0 })
  const { id } = await schedules.create(actor, { name: 'nightly', settings: at(1), reason })
  const { id: other } = await schedules.create(actor, { name: 'other', settings: at(2), reason })
  const version = async (): Promise<number> => (await settings.current()).version
  return { bench, schedules, id, other, version }
}

test('a change on top of one that was not seen is refused, and nothing is overwritten', async () => {
  const { bench, schedules, id, version } = await prepared()
  await using _ = bench
  const expectedVersion = await version()
  await schedules.update(actor, { id, settings: at(3), reason, expectedVersion })
  const late = { id, reason, expectedVersion }
  await expect(schedules.update(actor, { ...late, settings: at(4) })).rejects.toMatchObject({ code: 'exists' })
  await expect(schedules.remove(actor, late)).rejects.toMatchObject({ code: 'exists' })
  expect(await schedules.get(actor, { id })).toMatchObject({ cron: '0 3 * * *', removedAt: null })
  const seen = { ...late, expectedVersion: await version() }
  expect(await schedules.update(actor, { ...seen, settings: at(4) })).toMatchObject({ cron: '0 4 * * *' })
})

test('another schedule that changed meanwhile is in nobody’s way', async () => {
  const { bench, schedules, id, other, version } = await prepared()
  await using _ = bench
  const expectedVersion = await version()
  await schedules.update(actor, { id: other, settings: at(5), reason })
  const changed = await schedules.update(actor, { id, settings: at(6), reason, expectedVersion })
  expect(changed.cron).toBe('0 6 * * *')
  expect((await schedules.get(actor, { id: other })).cron).toBe('0 5 * * *')
  const unknown = { id, settings: at(7), reason, expectedVersion: 999 }
  await expect(schedules.update(actor, unknown)).rejects.toMatchObject({ code: 'not_found' })
})
