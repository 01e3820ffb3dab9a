// That looking for damage finds it, and disturbs nothing that goes on meanwhile.
import { open } from 'node:fs/promises'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { dateOf, systemClock } from '../lib/clock.ts'
import { damageIn } from './integrity.ts'
import { openRaw, openTestCatalog } from './testing.ts'

const until = dateOf(systemClock.now())

const PAGE = 4096

/** Overwrites the page that an index begins with. */
async function spoil(url: string, index: string): Promise<void> {
  const raw = openRaw(url)
  raw.pragma('wal_checkpoint(TRUNCATE)')
  const root = raw.prepare('SELECT rootpage FROM sqlite_master WHERE name = ?').pluck().get(index) as number
  raw.close()
  const file = await open(url.slice('file:'.length), 'r+')
  await file.write(Buffer.alloc(PAGE, 0xff), 0, PAGE, (root - 1) * PAGE)
  await file.close()
}

describe('damageIn', () => {
  it('finds a page that something else was written over', async () => {
    await using catalog = await openTestCatalog()
    expect(await damageIn(catalog.url)).toEqual([])
    await spoil(catalog.url, 'AuditEvent_at_seq_idx')
    expect(await damageIn(catalog.url)).toContainEqual(expect.stringMatching(/tree \d+ page \d+/i))
  })

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
