// The same tests on SQLite and on PostgreSQL.
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, describe, onTestFinished, test } from 'vitest'
import { openTestCatalog, type TestCatalog } from '../../server/db/testing.ts'
import type { Clock } from '../../server/lib/clock.ts'
import { type Postgres, startPostgres, whyNoPostgres } from './postgres.ts'

export type OpenCatalog = (options?: { clock?: Clock }) => Promise<TestCatalog>

/** What tests get: `open` gives an empty catalog of its own each time. */
export type Database = {
  readonly provider: 'sqlite' | 'postgresql'
  readonly open: OpenCatalog
  /** The address of an empty database; SQLite's file is not there yet, and its folder goes when the test ends. */
  readonly newUrl: () => Promise<string>
}

async function newFile(): Promise<string> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-catalog-'))
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }))
  return `file:${path.join(folder, 'catalog.db')}`
}

/**
 * Describes `suite` twice. Where there is no PostgreSQL its half is skipped, and says so; in CI that is a failure.
 * A server is started for the file, and stopped.
 */
export function onBothDatabases(name: string, suite: (database: Database) => void): void {
  describe(`${name} on SQLite`, () => suite({ provider: 'sqlite', open: openTestCatalog, newUrl: newFile }))
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
    const newUrl = async (): Promise<string> => {
      if (!server) throw new Error('PostgreSQL is not started')
      return server.createDatabase()
    }
    suite({
      provider: 'postgresql',
      open: async (options) => openTestCatalog({ ...options, url: await newUrl() }),
      newUrl,
    })
  })
}
