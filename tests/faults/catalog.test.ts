// The catalog's file on a full disk, read-only, and damaged: a clear error each time, and nothing that was answered is lost.
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { codeOf, messageOf } from '../../server/contract/errors.ts'
import { type Catalog, openCatalog } from '../../server/db/index.ts'
import { migrationsRoot } from '../../server/db/migrations.ts'
import { copiesFolder } from '../../server/db/sqlite-file.ts'
import { dateOf, systemClock } from '../../server/lib/clock.ts'
import { Mounted, whyNoMounts } from './support/mounts.ts'
import { isRoot } from './support/process.ts'

const noMounts = whyNoMounts()
if (noMounts !== undefined) process.stderr.write(`SKIPPED: the catalog on small and read-only disks: ${noMounts}\n`)

function makeFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-catalog-faults-'))
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }))
  return folder
}

const open = (file: string, migrations = migrationsRoot): Promise<Catalog> =>
  openCatalog({ url: `file:${file}`, clock: systemClock, migrations })

const failure = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'nothing',
    (error: unknown) => `${codeOf(error)}: ${messageOf(error)}`,
  )

/** A row of so many bytes. */
const add = (catalog: Catalog, id: string, bytes = 10) =>
  catalog.transaction((tx) =>
    tx.notification.create({
      data: { id, at: dateOf(0), kind: 'k', severity: 'info', title: 't', body: 'x'.repeat(bytes) },
    }),
  )

const ids = async ({ db }: Catalog): Promise<string[]> =>
  (await db.notification.findMany({ select: { id: true }, orderBy: { id: 'asc' } })).map(({ id }) => id)

/** Writes until nothing more fits. @returns the file to delete for room */
function fill(folder: string): string {
  const file = path.join(folder, 'filler')
  const descriptor = fs.openSync(file, 'w')
  try {
    for (const size of [65_536, 4096]) {
      try {
        for (;;) fs.writeSync(descriptor, Buffer.alloc(size, 1))
      } catch (error) {
        if ((error as { code?: string }).code !== 'ENOSPC') throw error
      }
    }
  } finally {
    fs.closeSync(descriptor)
  }
  return file
}

/** Migrations with one more, of this SQL. */
function withMigration(sql: string): string {
  const root = path.join(makeFolder(), 'prisma')
  fs.cpSync(path.join(migrationsRoot, 'sqlite', 'migrations'), path.join(root, 'sqlite', 'migrations'), {
    recursive: true,
  })
  const folder = path.join(root, 'sqlite', 'migrations', '99990101000000_more')
  fs.mkdirSync(folder)
  fs.writeFileSync(path.join(folder, 'migration.sql'), sql)
  return root
}

describe.skipIf(noMounts !== undefined)('on a full disk', () => {
  test('writes fail with no_space, reads go on, and after room was made nothing is missing', async () => {
    using disk = Mounted.small(path.join(makeFolder(), 'disk'), 8 << 20)
    const file = path.join(disk.path, 'catalog.db')
    const catalog = await open(file)
    const answered: string[] = []
    const filler = fill(disk.path)
    let refused = ''
    for (let i = 0; i < 5000 && refused === ''; i++) {
      const id = `n${String(i).padStart(5, '0')}`
      const outcome = await failure(add(catalog, id, 2000))
      if (outcome === 'nothing') answered.push(id)
      else refused = outcome
    }
    expect(refused).toMatch(/^no_space: The catalog: there is no space left/)
    expect(await ids(catalog)).toEqual(answered)
    expect(await failure(add(catalog, 'z1', 2000))).toMatch(/^no_space/)
    fs.rmSync(filler)
    await add(catalog, 'z2', 2000)
    expect(await ids(catalog)).toEqual([...answered, 'z2'])
    await catalog.close()
    const again = await open(file)
    expect(await ids(again)).toEqual([...answered, 'z2'])
    await again.close()
  })

  test('a transaction that is too large leaves nothing, and the next one works', async () => {
    using disk = Mounted.small(path.join(makeFolder(), 'disk'), 8 << 20)
    const catalog = await open(path.join(disk.path, 'catalog.db'))
    await add(catalog, 'a')
    const huge = catalog.transaction(async (tx) => {
      for (let i = 0; i < 100; i++) {
        const data = {
          id: `h${i}`,
          at: dateOf(0),
          kind: 'k',
          severity: 'info',
          title: 't',
          body: 'x'.repeat(1_000_000),
        }
        await tx.notification.create({ data })
      }
    })
    expect(await failure(huge)).toMatch(/^no_space/)
    expect(await ids(catalog)).toEqual(['a'])
    await add(catalog, 'b')
    expect(await ids(catalog)).toEqual(['a', 'b'])
    await catalog.close()
  })

  test('a migration without room for the copy, or for itself, changes nothing', async () => {
    using disk = Mounted.small(path.join(makeFolder(), 'disk'), 8 << 20)
    const file = path.join(disk.path, 'catalog.db')
    const catalog = await open(file)
    await add(catalog, 'a', 100_000)
    await catalog.close()
    const filler = fill(disk.path)
    const small = withMigration('CREATE TABLE "More" ("id" INTEGER);')
    expect(await failure(open(file, small))).toMatch(/^no_space: .*catalog\.db/)
    fs.rmSync(filler)
    const endless =
      'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, hex(randomblob(500)) FROM n'
    const large = withMigration(
      `CREATE TABLE "More" ("id" INTEGER, "t" TEXT); DELETE FROM "Notification"; INSERT INTO "More" ${endless};`,
    )
    expect(await failure(open(file, large))).toMatch(/^no_space: .*catalog\.db/)
    const again = await open(file)
    expect(await ids(again)).toEqual(['a'])
    await again.close()
  })

  test('a new catalog without room is no catalog, and no damaged one later', async () => {
    using disk = Mounted.small(path.join(makeFolder(), 'disk'), 1 << 20)
    const filler = fill(disk.path)
    const file = path.join(disk.path, 'catalog.db')
    expect(await failure(open(file))).toMatch(/^no_space/)
    fs.rmSync(filler)
    const catalog = await open(file)
    await catalog.close()
  })
})

describe("that can't be written", () => {
  test.skipIf(noMounts !== undefined)(
    'on a file system that is read-only it is refused, and says what is needed',
    async () => {
      const folder = makeFolder()
      const real = path.join(folder, 'real')
      const catalog = await open(path.join(real, 'catalog.db'))
      await add(catalog, 'a')
      await catalog.close()
      using view = Mounted.readOnly(path.join(folder, 'view'), real)
      expect(await failure(open(path.join(view.path, 'catalog.db')))).toMatch(/^denied: .*catalog\.db: .*read only/)
      expect(await failure(open(path.join(view.path, 'new.db')))).toMatch(/^denied: .*new\.db/)
    },
  )

  test.skipIf(isRoot)('in a folder of somebody else it is refused', async () => {
    expect(await failure(open('/usr/catalog.db'))).toMatch(/^denied: \/usr\/catalog\.db/)
  })

  test('a folder in its place is refused', async () => {
    const folder = makeFolder()
    fs.mkdirSync(path.join(folder, 'catalog.db'))
    expect(await failure(open(path.join(folder, 'catalog.db')))).toMatch(/^denied: .*catalog\.db/)
  })
})

describe('that is damaged', () => {
  /** A catalog of some megabytes, closed. */
  async function made(): Promise<{ file: string; size: number }> {
    const file = path.join(makeFolder(), 'catalog.db')
    const catalog = await open(file)
    await catalog.transaction((tx) =>
      tx.notification.createMany({
        data: Array.from({ length: 2000 }, (_, i) => ({
          id: `n${i}`,
          at: dateOf(i),
          ...{ kind: 'k', severity: 'info', title: 't', body: 'x'.repeat(1000) },
        })),
      }),
    )
    await catalog.close()
    return { file, size: fs.statSync(file).size }
  }

  function overwrite(file: string, at: number, length: number): void {
    const descriptor = fs.openSync(file, 'r+')
    fs.writeSync(descriptor, Buffer.alloc(length, 0xa5), 0, length, at)
    fs.closeSync(descriptor)
  }

  const advice = /is damaged: .*put back a copy .* "holdfast catalog rebuild" brings the snapshots back/

  test('in the middle: it is not opened, and the error says how it is cured', async () => {
    const { file, size } = await made()
    overwrite(file, Math.floor(size / 2 / 4096) * 4096, 3 * 4096)
    const outcome = await failure(open(file))
    expect(outcome).toMatch(/^damaged: /)
    expect(outcome).toMatch(advice)
    expect(outcome).toContain(file)
    expect(outcome).toContain('there is no older copy')
  })

  test('in its first bytes', async () => {
    const { file } = await made()
    overwrite(file, 0, 100)
    expect(await failure(open(file))).toMatch(advice)
  })

  test('cut off', async () => {
    const { file, size } = await made()
    fs.truncateSync(file, Math.floor(size / 3))
    expect(await failure(open(file))).toMatch(advice)
  })

  test('the newest copy is named, and can be put in its place', async () => {
    const { file, size } = await made()
    const root = withMigration('CREATE TABLE "More" ("id" INTEGER);')
    await open(file, root).then((catalog) => catalog.close())
    overwrite(file, Math.floor(size / 2 / 4096) * 4096, 3 * 4096)
    const outcome = await failure(open(file, root))
    expect(outcome).toMatch(/^damaged: /)
    const [copy = ''] = fs.readdirSync(copiesFolder(file))
    expect(outcome).toContain(path.join(copiesFolder(file), copy))
    for (const end of ['', '-wal', '-shm']) fs.rmSync(file + end, { force: true })
    fs.copyFileSync(path.join(copiesFolder(file), copy), file)
    const catalog = await open(file, root)
    expect(await catalog.db.notification.count()).toBe(2000)
    await catalog.close()
  })

  test('while it is open: what is read from there fails with "damaged", the rest goes on', async () => {
    const { file } = await made()
    const catalog = await open(file)
    const root = rootPage(file)
    overwrite(file, (root - 1) * 4096, 4096)
    expect(await failure(catalog.db.notification.findMany())).toMatch(/^damaged/)
    expect(await catalog.db.lease.count()).toBe(0)
    await catalog.close()
  })

  /** The page where the table of notifications begins, counted from 1. */
  function rootPage(file: string): number {
    const database = new Database(file, { readonly: true })
    try {
      return database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'Notification'").pluck().get() as number
    } finally {
      database.close()
    }
  }

  test('the file of something else is no catalog', async () => {
    const file = path.join(makeFolder(), 'catalog.db')
    fs.writeFileSync(file, 'this is a letter to somebody, and no database. '.repeat(100))
    expect(await failure(open(file))).toMatch(advice)
  })
})
