// The catalog is deleted; what it knew of snapshots comes back from the repositories alone.
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { parseDocument, readConfigFile } from '../../server/config/read.ts'
import { openCatalog } from '../../server/db/index.ts'
import { writeFiles } from '../../server/engine/testing.ts'
import { systemClock } from '../../server/lib/clock.ts'
import { plansOf } from '../../server/services/repositories/index.ts'
import { actor, openBench } from '../../server/services/repositories/testing.ts'
import { holdfast } from '../faults/support/process.ts'
import { onBothDatabases } from '../services/both.ts'

function makeFolder(): string {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-rebuild-')))
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Two repositories, their key, and the configuration that names them. */
function configuration(folder: string): string {
  const keyFile = path.join(folder, 'backup.key')
  fs.writeFileSync(keyFile, 'a key of the tests', { mode: 0o600 })
  const file = path.join(folder, 'config.jsonc')
  const document = {
    storage: { type: 'local', local: { path: path.join(folder, 'first') } },
    encryption: {
      key_derivation: { iterations: 100_000 },
      key_management: { source: 'file', file_path: keyFile },
    },
    integrations: { cloud_storage: [{ name: 'attic', type: 'local', path: path.join(folder, 'second') }] },
  }
  fs.writeFileSync(file, `// of the tests\n${JSON.stringify(document)}`)
  return file
}

/** Everything that rows say but for ids of the rows themselves. */
async function rowsOf(url: string) {
  const catalog = await openCatalog({ url, clock: systemClock })
  try {
    const { db } = catalog
    const repositories = await db.repository.findMany({ orderBy: { name: 'asc' } })
    const nameOf = new Map(repositories.map(({ id, name }) => [id, name]))
    const snapshots = await db.snapshot.findMany({ orderBy: [{ time: 'asc' }, { snapshotId: 'asc' }] })
    return {
      repositories: repositories.map(({ id: _, createdAt: __, lastSyncAt: ___, ...rest }) => rest),
      snapshots: snapshots.map(({ id: _, repositoryId, ...rest }) => ({
        ...rest,
        repository: nameOf.get(repositoryId),
      })),
    }
  } finally {
    await catalog.close()
  }
}

onBothDatabases('holdfast catalog rebuild', ({ newUrl }) => {
  /** Backups into two repositories, with a catalog that knows them. */
  async function prepared() {
    const folder = makeFolder()
    const config = configuration(folder)
    const url = await newUrl()
    await using bench = await openBench({ url })
    const { document } = parseDocument(readConfigFile(config), config)
    const plans = plansOf(document, { defaultStorage: '/none', defaultKey: '/none' })
    await bench.catalog.transaction((tx) => bench.repositories.ensureFromDocument(tx, plans))
    const { items } = await bench.repositories.list(actor, { limit: 50, archived: false })
    const source = path.join(folder, 'source')
    for (const { id, name } of items) {
      await bench.repositories.makeReady(actor, { id })
      for (let i = 0; i < 2; i++) {
        writeFiles(source, { [`${name}-${i}/file`]: `content ${i}` })
        await bench.backUp(id, source, { tags: [`schedule:${name}`, `run:run-${i}`], host: `host-${i}` })
      }
      await bench.snapshots.sync(id)
    }
    return { folder, config, url, before: await rowsOf(url) }
  }

  test('makes every row anew in an empty catalog', async () => {
    const { config, before } = await prepared()
    expect(before.snapshots).toHaveLength(4)
    const lost = await newUrl()
    const { status, stdout } = await holdfast('catalog', 'rebuild', '--catalog', lost, '--config', config, '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      repositories: [
        { repository: 'attic', added: 2, removed: 0, damaged: [], error: null },
        { repository: 'local', added: 2, removed: 0, damaged: [], error: null },
      ],
    })
    expect(status).toBe(0)
    expect(await rowsOf(lost)).toEqual(before)
  })

  test('mends one that is wrong, and changes nothing when run again', async () => {
    const { config, url, before } = await prepared()
    const catalog = await openCatalog({ url, clock: systemClock })
    await catalog.transaction(async (tx) => {
      const [first] = await tx.snapshot.findMany()
      const { id: _, ...rest } = first!
      await tx.snapshot.create({ data: { ...rest, snapshotId: 'f'.repeat(64) } })
      await tx.snapshot.deleteMany({ where: { host: 'host-1' } })
    })
    await catalog.close()
    for (let i = 0; i < 2; i++) {
      expect((await holdfast('catalog', 'rebuild', '--catalog', url, '--config', config)).status).toBe(0)
      expect(await rowsOf(url)).toEqual(before)
    }
  })

  test('does what can be done when a repository is out of reach, and says so', async () => {
    const { folder, config } = await prepared()
    const lost = await newUrl()
    fs.renameSync(path.join(folder, 'first'), path.join(folder, 'elsewhere'))
    const { status, stderr } = await holdfast('catalog', 'rebuild', '--catalog', lost, '--config', config)
    expect(status).toBe(3)
    expect(stderr).toContain(`local: Repository "local" (${path.join(folder, 'first')})`)
    const { snapshots } = await rowsOf(lost)
    expect(snapshots.map(({ repository }) => repository)).toEqual(['attic', 'attic'])
  })
})

test('what it is told wrongly is refused', async () => {
  expect((await holdfast('catalog', 'rebuilt')).stderr).toContain('the nearest is "rebuild"')
  expect(
    (await holdfast('catalog', 'rebuild', '--catalog', path.join(makeFolder(), 'c.db'), '--config', '/none')).status,
  ).not.toBe(0)
})
