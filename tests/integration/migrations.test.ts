// The catalog's tables come from migrations: applied once, as a whole, by one process, and never by an older program.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { difference, providers } from '../../scripts/migration.ts'
import { type Catalog, openCatalog } from '../../server/db/index.ts'
import { knownMigrations, migrationsRoot } from '../../server/db/migrations.ts'
import { COPIES_KEPT, copiesFolder, copiesOf } from '../../server/db/sqlite-file.ts'
import { dateOf, systemClock } from '../../server/lib/clock.ts'
import { onBothDatabases } from '../services/both.ts'

const LATER = '99990101000000'

/** A copy of the migrations that may be added to. */
function copyOfMigrations(): string {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-migrations-'))
  onTestFinished(() => fs.rmSync(root, { recursive: true }))
  for (const provider of providers) {
    const folder = path.join(provider, 'migrations')
    fs.cpSync(path.join(migrationsRoot, folder), path.join(root, folder), { recursive: true })
  }
  return root
}

function addMigration(root: string, name: string, sql: string): void {
  for (const provider of providers) {
    const folder = path.join(root, provider, 'migrations', name)
    fs.mkdirSync(folder, { recursive: true })
    fs.writeFileSync(path.join(folder, 'migration.sql'), sql)
  }
}

const openWith = (url: string, migrations?: string): Promise<Catalog> =>
  openCatalog({ url, clock: systemClock, ...(migrations === undefined ? {} : { migrations }) })

const failure = (promise: Promise<Catalog>): Promise<string> =>
  promise.then(
    async (catalog) => {
      await catalog.close()
      return 'nothing'
    },
    (error: { code?: string; message: string }) => `${error.code}: ${error.message}`,
  )

const addLease = (catalog: Catalog, name: string) =>
  catalog.transaction((tx) => tx.lease.create({ data: { name, owner: 'o', until: dateOf(0) } }))

/** Makes a catalog with one row. */
async function made(url: string): Promise<void> {
  const catalog = await openWith(url)
  await addLease(catalog, 'kept')
  await catalog.close()
}

/** What a catalog holds that `made` made, opened by the program as it is. */
async function contents(url: string): Promise<{ leases: string[]; applied: number; tables: number }> {
  const catalog = await openWith(url)
  try {
    const count = async (sql: string): Promise<number> =>
      Number((await catalog.db.$queryRawUnsafe<{ n: bigint | number }[]>(sql))[0]?.n)
    const [table, schema] =
      catalog.provider === 'sqlite' ? ['sqlite_schema', 'name'] : ['information_schema.tables', 'table_name']
    return {
      leases: (await catalog.db.lease.findMany()).map(({ name }) => name),
      applied: await count('SELECT count(*) AS n FROM "_prisma_migrations"'),
      tables: await count(`SELECT count(*) AS n FROM ${table} WHERE ${schema} = 'Extra'`),
    }
  } finally {
    await catalog.close()
  }
}

const program = fileURLToPath(new URL('../services/open-catalog.ts', import.meta.url))

function openInProcess(url: string, migrations?: string): ChildProcess {
  const args = [
    '--disable-warning=ExperimentalWarning',
    program,
    url,
    ...(migrations === undefined ? [] : [migrations]),
  ]
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
}

test.each(providers)('the models are what the migrations for %s make', async (provider) => {
  const read = (name: string) => fs.readFileSync(path.join(migrationsRoot, name), 'utf8')
  const missing = await difference(provider, read('migrated.prisma'), read('models.prisma'))
  expect(missing, 'make a migration: node scripts/migration.ts NAME').toBe('')
})

test('both databases have the same migrations', () => {
  const names = providers.map((provider) => knownMigrations(migrationsRoot, provider).map(({ name }) => name))
  expect(names[0]).toEqual(names[1])
})

onBothDatabases('migrations', ({ provider, newUrl }) => {
  const known = knownMigrations(migrationsRoot, provider)

  test('are applied once, and recorded with their checksums', async () => {
    const url = await newUrl()
    await made(url)
    expect(await contents(url)).toEqual({ leases: ['kept'], applied: known.length, tables: 0 })
    const catalog = await openWith(url)
    const sql = 'SELECT migration_name AS name, checksum FROM "_prisma_migrations" ORDER BY migration_name'
    const rows = await catalog.db.$queryRawUnsafe(sql)
    await catalog.close()
    expect(rows).toEqual(known.map(({ name, checksum }) => ({ name, checksum })))
  })

  test('a further one is applied to what is there', async () => {
    const url = await newUrl()
    await made(url)
    const root = copyOfMigrations()
    addMigration(
      root,
      `${LATER}_extra`,
      'CREATE TABLE "Extra" ("id" INTEGER PRIMARY KEY); INSERT INTO "Extra" VALUES (1);',
    )
    const catalog = await openWith(url, root)
    expect(await catalog.db.$queryRawUnsafe('SELECT "id" FROM "Extra"')).toEqual([{ id: 1 }])
    expect(await catalog.db.lease.count()).toBe(1)
    await catalog.close()
  })

  test('only what read all data stays a proof', async () => {
    const url = await newUrl()
    const root = copyOfMigrations()
    const name = '20261129190500_proof_is_all_data'
    for (const each of providers) fs.rmSync(path.join(root, each, 'migrations', name), { recursive: true })
    const before = await openWith(url, root)
    await before.transaction(async (tx) => {
      for (const [at, payload] of [{ readData: false }, { readData: true, sample: 1 }, { readData: true }].entries()) {
        const [id, when] = [`${at}`, dateOf(1000 + at)]
        const place = { type: 'local', location: '/srv', secretSource: '{}', verifyState: 'ok', lastVerifiedAt: when }
        await tx.repository.create({ data: { id, name: id, ...place } })
        const run = { kind: 'verify', state: 'succeeded', trigger: 'manual', notBefore: when, finishedAt: when }
        await tx.run.create({ data: { ...run, repositoryId: id, payload: JSON.stringify(payload) } })
        const what = { host: 'h', paths: '[]', type: 'full', treeId: 't', program: 'p', time: when, finished: when }
        const figures = { files: 1, directories: 1, bytes: 1n, bytesStored: 1n, verifyState: 'ok', verifiedAt: when }
        await tx.snapshot.create({ data: { ...what, ...figures, repositoryId: id, snapshotId: id } })
      }
    })
    await before.close()
    const after = await openWith(url)
    const repositories = await after.db.repository.findMany({ orderBy: { id: 'asc' } })
    const snapshots = await after.db.snapshot.findMany({ orderBy: { snapshotId: 'asc' } })
    for (const rows of [repositories, snapshots])
      expect(rows.map(({ verifyState }) => verifyState)).toEqual(['structure', 'structure', 'ok'])
    await after.close()
  })

  test('one that fails leaves everything as it was, whatever it did before', async () => {
    const url = await newUrl()
    await made(url)
    const root = copyOfMigrations()
    addMigration(root, `${LATER}_a`, 'CREATE TABLE "Extra" ("id" INTEGER); DELETE FROM "Lease";')
    addMigration(root, `${LATER}_b`, 'INSERT INTO "Nowhere" VALUES (1);')
    expect(await failure(openWith(url, root))).toMatch(/^internal: .*Migration 99990101000000_b failed: .*Nowhere/)
    expect(await contents(url)).toEqual({ leases: ['kept'], applied: known.length, tables: 0 })
  })

  test('a catalog of a newer program is refused, and left alone', async () => {
    const url = await newUrl()
    await made(url)
    const root = copyOfMigrations()
    addMigration(root, `${LATER}_extra`, 'CREATE TABLE "Extra" ("id" INTEGER);')
    await openWith(url, root).then((catalog) => catalog.close())
    expect(await failure(openWith(url))).toMatch(/^unsupported: .* made by a newer Holdfast: .*99990101000000_extra/)
    const catalog = await openWith(url, root)
    expect(await catalog.db.lease.count()).toBe(1)
    await catalog.close()
  })

  test('one that was changed after it was applied is refused', async () => {
    const url = await newUrl()
    await made(url)
    const root = copyOfMigrations()
    const [first] = known
    fs.appendFileSync(path.join(root, provider, 'migrations', first!.name, 'migration.sql'), '\n-- changed')
    expect(await failure(openWith(url, root))).toMatch(new RegExp(`^refused: .*${first!.name} is not the one`))
  })

  test('the database of another program is refused, and left alone', async () => {
    const url = await newUrl()
    await execute(url, 'CREATE TABLE "Theirs" ("id" INTEGER)')
    expect(await failure(openWith(url))).toMatch(/^refused: .* another program/)
    await execute(url, 'SELECT * FROM "Theirs"')
  })

  test('of servers that start at once one migrates, and all open', async () => {
    const url = await newUrl()
    const children = Array.from({ length: 3 }, () => openInProcess(url))
    const ends = await Promise.all(children.map((child) => once(child, 'exit')))
    expect(ends.map(([status]) => status)).toEqual([0, 0, 0])
    expect((await contents(url)).applied).toBe(known.length)
  })

  test('SIGKILL in the middle of one leaves everything as it was', async () => {
    const url = await newUrl()
    await made(url)
    const root = copyOfMigrations()
    addMigration(root, `${LATER}_long`, longMigration(provider))
    const child = openInProcess(url, root)
    await inTheMiddle(url, child)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await contents(url)).toEqual({ leases: ['kept'], applied: known.length, tables: 0 })
  })
})

/** Deletes what is there, and then takes longer than anybody waits. */
const longMigration = (provider: string): string => {
  const start = 'CREATE TABLE "Extra" ("id" INTEGER, "text" TEXT); DELETE FROM "Lease";'
  if (provider === 'postgresql') return `${start} INSERT INTO "Extra" SELECT 1, 'x' FROM pg_sleep(3600);`
  return `${start} INSERT INTO "Extra" WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, hex(randomblob(500)) FROM n;`
}

/** Waits until the long migration has written much, or sleeps, and nothing of it is committed. */
async function inTheMiddle(url: string, child: ChildProcess): Promise<void> {
  while (!(await isBusy(url))) {
    if (child.exitCode !== null) throw new Error('the process ended by itself')
    await sleep(20)
  }
}

async function isBusy(url: string): Promise<boolean> {
  if (url.startsWith('file:')) {
    return (fs.statSync(`${url.slice('file:'.length)}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 20_000_000
  }
  const rows = await execute(url, "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
  return rows > 0
}

/** @returns how many rows came back */
async function execute(url: string, sql: string): Promise<number> {
  if (url.startsWith('file:')) {
    const database = new Database(url.slice('file:'.length))
    try {
      const statement = database.prepare(sql)
      return statement.reader ? statement.all().length : statement.run().changes
    } finally {
      database.close()
    }
  }
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows.length
  } finally {
    await client.end()
  }
}

describe('copies of an SQLite catalog', () => {
  function newCatalog(): { file: string; url: string } {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-copies-'))
    onTestFinished(() => fs.rmSync(folder, { recursive: true }))
    const file = path.join(folder, 'deep', 'catalog.db')
    return { file, url: `file:${file}` }
  }
  const mode = (file: string): number => fs.statSync(file).mode & 0o777

  test('one is kept before each migration, complete, and the last five stay', async () => {
    const { file, url } = newCatalog()
    const root = copyOfMigrations()
    await made(url)
    expect(copiesOf(file)).toEqual([])
    for (let i = 1; i <= COPIES_KEPT + 2; i++) {
      addMigration(root, `${LATER}_${i}`, `CREATE TABLE "Extra${i}" ("id" INTEGER);`)
      const clock = { now: () => systemClock.now() + i * 1000 }
      const catalog = await openCatalog({ url, clock, migrations: root })
      await addLease(catalog, `n${i}`)
      await catalog.close()
    }
    const copies = copiesOf(file)
    expect(copies.map((name) => name.replace(/^\w+-before-/, ''))).toEqual(
      [7, 6, 5, 4, 3].map((i) => `${LATER}_${i}.db`),
    )
    const copy = new Database(path.join(copiesFolder(file), copies[0]!), { readonly: true })
    const names = copy.prepare('SELECT name FROM Lease ORDER BY name').pluck().all()
    expect(names).toEqual(['kept', 'n1', 'n2', 'n3', 'n4', 'n5', 'n6'])
    expect(copy.pragma('integrity_check', { simple: true })).toBe('ok')
    copy.close()
    expect(fs.readdirSync(copiesFolder(file))).toHaveLength(COPIES_KEPT)
  })

  test("it and its copies are the owner's alone, also when they were not", async () => {
    const { file, url } = newCatalog()
    await made(url)
    expect([mode(file), mode(path.dirname(file))]).toEqual([0o600, 0o700])
    fs.chmodSync(file, 0o644)
    const root = copyOfMigrations()
    addMigration(root, `${LATER}_extra`, 'CREATE TABLE "Extra" ("id" INTEGER);')
    const catalog = await openWith(url, root)
    await addLease(catalog, 'more')
    expect([file, `${file}-wal`, `${file}-shm`, copiesFolder(file)].map(mode)).toEqual([0o600, 0o600, 0o600, 0o700])
    expect(mode(path.join(copiesFolder(file), copiesOf(file)[0]!))).toBe(0o600)
    await catalog.close()
  })

  test('none is kept when nobody wants it, or when nothing is migrated', async () => {
    const { file, url } = newCatalog()
    await made(url)
    await made(url.replace('catalog.db', 'other.db'))
    const root = copyOfMigrations()
    addMigration(root, `${LATER}_extra`, 'CREATE TABLE "Extra" ("id" INTEGER);')
    await openCatalog({ url, clock: systemClock, migrations: root, backup: false }).then((catalog) => catalog.close())
    await openWith(url, root).then((catalog) => catalog.close())
    expect(copiesOf(file)).toEqual([])
  })
})
