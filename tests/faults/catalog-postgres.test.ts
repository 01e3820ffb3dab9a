// PostgreSQL goes away and comes back: clear errors meanwhile, nothing that was answered is lost, no restart of the server is needed.
import { expect, test } from 'vitest'
import { codeOf, messageOf } from '../../server/contract/errors.ts'
import { type Catalog, openCatalog } from '../../server/db/index.ts'
import { dateOf, systemClock } from '../../server/lib/clock.ts'
import { startPostgres, whyNoPostgres } from '../services/postgres.ts'

const why = whyNoPostgres()
if (why !== undefined) process.stderr.write(`SKIPPED: faults of PostgreSQL: ${why}\n`)

const failure = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'nothing',
    (error: unknown) => `${codeOf(error)}: ${messageOf(error)}`,
  )

const add = (catalog: Catalog, name: string) =>
  catalog.transaction((tx) => tx.lease.create({ data: { name, owner: 'o', until: dateOf(0) } }))

test.skipIf(why !== undefined)('a server that restarts', async () => {
  await using server = await startPostgres()
  const url = await server.createDatabase()
  const catalog = await openCatalog({ url, clock: systemClock })
  await add(catalog, 'before')
  const cut = catalog.transaction(async (tx) => {
    await tx.lease.create({ data: { name: 'cut', owner: 'o', until: dateOf(0) } })
    await server.halt()
    await tx.lease.create({ data: { name: 'never', owner: 'o', until: dateOf(0) } })
  })
  expect(await failure(cut)).toMatch(/^unavailable: /)
  expect(await failure(catalog.db.lease.count())).toMatch(/^unavailable: /)
  expect(await failure(add(catalog, 'meanwhile'))).toMatch(/^unavailable: /)
  expect(await failure(openCatalog({ url, clock: systemClock }))).toMatch(
    /^unavailable: The catalog postgresql:\/\/127\.0\.0\.1/,
  )
  await server.resume()
  await add(catalog, 'after')
  const names = (await catalog.db.lease.findMany({ orderBy: { name: 'asc' } })).map(({ name }) => name)
  expect(names).toEqual(['after', 'before'])
  await catalog.close()
})

test.skipIf(why !== undefined)('a wrong password, and a database that is not there', async () => {
  await using server = await startPostgres()
  const url = new URL(await server.createDatabase())
  url.password = 'wrong-and-secret'
  const wrong = await failure(openCatalog({ url: url.href, clock: systemClock }))
  expect(wrong).toMatch(/^denied: /)
  expect(wrong).not.toContain('wrong-and-secret')
  url.password = 'pw'
  url.pathname = '/nowhere'
  expect(await failure(openCatalog({ url: url.href, clock: systemClock }))).toMatch(/^not_found: .*nowhere/)
})
