// Taking and confirming the kit, with a real catalog and key file.
import fs from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { ConfigDocument } from '../../contract/config/document.ts'
import { codeRejected } from '../../engine/testing.ts'
import { createAudit } from '../audit/audit.ts'
import { actor, openBench } from '../repositories/testing.ts'
import { createSetupService } from '../setup/index.ts'
import { createRecoveryKitService } from './index.ts'

const line = 'abcdefghijklmnopqrstuvwxyz-LAST42'

async function prepared() {
  const bench = await openBench()
  fs.writeFileSync(bench.keyFile, `${line}\n`)
  const { catalog, clock, keyFile } = bench
  const audit = createAudit(catalog, clock)
  let document: ConfigDocument = {}
  const make = (version = '1') =>
    createRecoveryKitService({
      catalog,
      clock,
      audit,
      document: () => document,
      defaultKey: keyFile,
      secret: Buffer.alloc(48, 1),
      version,
    })
  return {
    bench,
    make,
    use: (next: ConfigDocument) => {
      document = next
    },
  }
}

test('who has the page confirms it, and that lasts until the key or a repository changes', async () => {
  const { bench, make } = await prepared()
  await using _ = bench
  await bench.makeRepository()
  const kits = make()
  expect(await kits.state()).toEqual({ available: true, confirmedAt: null, confirmedBy: null, changed: false })
  const { text, fileName, keyIsText } = await kits.get(actor)
  expect([fileName, keyIsText]).toEqual(['holdfast-recovery-kit.txt', true])
  expect(text).toContain(`  ${line}\n`)
  for (const keyCheck of ['LAST41', 'last42', '', undefined])
    expect(await codeRejected(kits.confirm(actor, { keyCheck }))).toBe('usage')
  expect((await kits.state()).confirmedAt).toBeNull()
  const confirmed = { available: true, confirmedAt: expect.any(String), confirmedBy: 'tester', changed: false }
  expect(await kits.confirm(actor, { keyCheck: 'LAST42' })).toEqual(confirmed)
  // After a restart, of a later version, on another day.
  expect(await make('2').state()).toEqual(confirmed)
  await bench.makeRepository('second')
  expect(await kits.state()).toEqual({ ...confirmed, changed: true })
  expect((await kits.confirm(actor, { keyCheck: 'LAST42' })).changed).toBe(false)
  fs.writeFileSync(bench.keyFile, 'another-key-NEWONE\n')
  expect((await kits.state()).changed).toBe(true)
  const events = await bench.catalog.db.auditEvent.findMany({ where: { targetKind: 'recovery_kit' } })
  expect(events.map(({ action, result }) => `${action} ${result}`)).toEqual([
    'recovery_kit.take success',
    ...Array.from({ length: 4 }, () => 'recovery_kit.confirm failure'),
    'recovery_kit.confirm success',
    'recovery_kit.confirm success',
  ])
  expect(JSON.stringify(events)).not.toContain('LAST4')
})

test('a key that is no text is confirmed without typing it; one that is elsewhere has no kit', async () => {
  const { bench, make, use } = await prepared()
  await using _ = bench
  const kits = make()
  fs.writeFileSync(bench.keyFile, Buffer.from([0, 200, 10]))
  expect(await kits.get(actor)).toMatchObject({ keyIsText: false })
  expect((await kits.confirm(actor, {})).confirmedBy).toBe('tester')
  use({ encryption: { key_management: { source: 'environment', environment_variable: 'KEY' } } } as ConfigDocument)
  expect(await kits.state()).toMatchObject({ available: false, changed: false })
  expect(await codeRejected(kits.get(actor))).toBe('refused')
  use({ encryption: { key_management: { source: 'file', file_path: '/none' } } } as ConfigDocument)
  expect(await codeRejected(kits.confirm(actor, {}))).toBe('refused')
})

test('the first run knows what is left to do', async () => {
  const { bench, make } = await prepared()
  await using _ = bench
  const recoveryKit = make()
  const setup = createSetupService({ catalog: bench.catalog, recoveryKit })
  const nothing = { hasRepository: false, hasSchedule: false, kitConfirmed: false, hasBackup: false }
  expect(await setup.state(actor)).toEqual(nothing)
  const { id } = await bench.makeRepository()
  await recoveryKit.confirm(actor, { keyCheck: 'LAST42' })
  expect(await setup.state(actor)).toEqual({ ...nothing, hasRepository: true, kitConfirmed: true })
  const data = { name: 'nightly', type: 'full', cron: '0 1 * * *', timezone: 'UTC', includePaths: '[]' }
  await bench.catalog.transaction((tx) => tx.schedule.create({ data }))
  await bench.backUp(id, path.dirname(bench.keyFile), { excludes: ['*'] })
  await bench.snapshots.sync(id)
  expect(await setup.state(actor)).toEqual({
    hasRepository: true,
    hasSchedule: true,
    kitConfirmed: true,
    hasBackup: true,
  })
})
