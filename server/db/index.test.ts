import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { dateOf, systemClock } from '../lib/clock.ts'
import { openTestCatalog } from './testing.ts'

const until = dateOf(systemClock.now())

describe('the catalog', () => {
  test('writes through transactions, reads beside them', async () => {
    await using catalog = await openTestCatalog()
    await catalog.transaction(async (tx) => {
      await tx.lease.create({ data: { name: 'a', owner: 'b', until } })
      expect(await catalog.db.lease.findMany()).toEqual([])
    })
    expect(await catalog.db.lease.findMany()).toEqual([{ name: 'a', owner: 'b', until }])
  })

  test('refuses to write outside of a transaction, and a transaction in a transaction', async () => {
    await using catalog = await openTestCatalog()
    const lease = { data: { name: 'a', owner: 'b', until } }
    await expect(catalog.db.lease.create(lease)).rejects.toMatchObject({ code: 'internal', message: /outside of/ })
    const nested = catalog.transaction(() => catalog.transaction((tx) => tx.lease.create(lease)))
    await expect(nested).rejects.toMatchObject({ code: 'internal', message: /inside of another/ })
    expect(await catalog.db.lease.findMany()).toEqual([])
  })

  test('waits for a writer of another process while everything else goes on', async () => {
    await using catalog = await openTestCatalog()
    const other = new Database(catalog.url.slice('file:'.length))
    other.exec('BEGIN IMMEDIATE')
    let done = false
    const writing = catalog
      .transaction((tx) => tx.lease.create({ data: { name: 'a', owner: 'b', until } }))
      .then(() => (done = true))
    for (let turn = 0; turn < 20; turn++) {
      await sleep(5)
      expect(await catalog.db.lease.count()).toBe(0)
    }
    expect(done).toBe(false)
    other.exec('COMMIT')
    other.close()
    await writing
    expect(await catalog.db.lease.count()).toBe(1)
  })
})
