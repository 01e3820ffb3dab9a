// The same tests on SQLite and on PostgreSQL.
import { afterAll, beforeAll, describe, test } from 'vitest'
import { openTestCatalog, type TestCatalog } from '../../server/db/testing.ts'
import type { Clock } from '../../server/lib/clock.ts'
import { type Postgres, startPostgres, whyNoPostgres } from './postgres.ts'

export type OpenCatalog = (options?: { clock?: Clock }) => Promise<TestCatalog>

/** What tests get: `open` gives an empty catalog of its own each time. */
export type Database = {
  readonly provider: 'sqlite' | 'postgresql'
  readonly open: OpenCatalog
}

/**
 * Describes `suite` twice. Where there is no PostgreSQL its half is skipped, and says so; in CI that is a failure.
 * A server is started for the file, and stopped.
 */
export function onBothDatabases(name: string, suite: (database: Database) => void): void {
  describe(`${name} on SQLite`, () => suite({ provider: 'sqlite', open: openTestCatalog }))
  describe(`${name} on PostgreSQL`, () => {
    const why = whyNoPostgres()
    if (why !== undefined) {
      test.skip(`SKIPPED: ${why}`, () => undefined)
      process.stderr.write(`SKIPPED: ${name} on PostgreSQL: ${why}\n`)
      return
    }
    let server: Postgres | undefined
    beforeAll(async () => {
      server = await startPostgres()
    })
    afterAll(() => server?.stop())
    suite({
      provider: 'postgresql',
      open: async (options) => {
        if (!server) throw new Error('PostgreSQL is not started')
        return openTestCatalog({ ...options, url: await server.createDatabase() })
      },
    })
  })
}
