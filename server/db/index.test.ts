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
})
