// For tests: a catalog of their own.
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import Database from 'better-sqlite3'
import { type Clock, systemClock } from '../lib/clock.ts'
import { type Catalog, type CatalogOptions, openCatalog } from './index.ts'

export type TestCatalog = Catalog & AsyncDisposable & { readonly url: string }

/** An empty SQLite catalog once it was migrated: copied, for to migrate takes longer than many a test. */
let template: Buffer | undefined

/**
 * An empty SQLite catalog in a temporary folder, or the database that `url` names; gone (the folder) or closed when disposed of:
 * `await using catalog = await openTestCatalog()`.
 */
export async function openTestCatalog(
  options: { url?: string; clock?: Clock } & Pick<CatalogOptions, 'onQuery'> = {},
): Promise<TestCatalog> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-catalog-'))
  const file = path.join(folder, 'catalog.db')
  const url = options.url ?? `file:${file}`
  if (!options.url && template) fs.writeFileSync(file, template, { mode: 0o600 })
  const catalog = await openCatalog({ ...options, url, clock: options.clock ?? systemClock })
  if (!options.url && !template) {
    await catalog.close()
    template = fs.readFileSync(file)
    fs.rmSync(folder, { recursive: true })
    return openTestCatalog(options)
  }
  const close = async () => {
    await catalog.close()
    fs.rmSync(folder, { recursive: true, force: true })
  }
  return { ...catalog, url, close, [Symbol.asyncDispose]: close }
}

/** The file of a SQLite catalog, past all that the catalog does for its rows and refuses. */
export const openRaw = (url: string): Database.Database => new Database(url.slice('file:'.length))

/** Runs `work` with an empty SQLite catalog of its own. */
export async function withCatalog<T>(work: (catalog: TestCatalog) => Promise<T>): Promise<T> {
  await using catalog = await openTestCatalog()
  return await work(catalog)
}
