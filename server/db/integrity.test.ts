// That looking for damage finds it, and disturbs nothing that goes on meanwhile.
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { dateOf, systemClock } from '../lib/clock.ts'
import { damageIn } from './integrity.ts'
import { openTestCatalog } from './testing.ts'

const until = dateOf(systemClock.now())

describe('damageIn', () => {
  // Two copies of SQLite in one process each drop the other's locks when they close a file, and then truncate what the other has mapped:
  // the process ends with SIGBUS, or the catalog is damaged. A look has to share the SQLite of the catalog.
  it('looks while the catalog is written, again and again', async () => {
    await using catalog = await openTestCatalog()
    let looks = 0
    const looking = (async () => {
      for (; looks < 20; looks++) expect(await damageIn(catalog.url)).toEqual([])
    })()
    let written = 0
    while (looks < 20) {
      const name = `lease-${written++}`
      await catalog.transaction((tx) => tx.lease.create({ data: { name, owner: 'test', until } }))
      expect(await catalog.db.lease.count()).toBe(written)
      await turn()
    }
    await looking
  })

  it('ends when it is told to', async () => {
    await using catalog = await openTestCatalog()
    const ending = new AbortController()
    const looking = damageIn(catalog.url, ending.signal)
    ending.abort(new Error('enough'))
    await expect(looking).rejects.toThrow('enough')
    expect(await damageIn(catalog.url)).toEqual([])
  })
})
