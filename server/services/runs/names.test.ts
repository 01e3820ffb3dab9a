// Names of files in what came of runs and restores: only for who may browse snapshots, and for who asked for the restore.
import { expect, onTestFinished, test } from 'vitest'
import { type Actor, systemActor } from '../../auth/actor.ts'
import { permissionsOf, type Role } from '../../contract/permissions.ts'
import { openTestCatalog } from '../../db/testing.ts'
import { dateOf } from '../../lib/clock.ts'
import type { QueueControl } from '../../runtime/types.ts'
import { createAudit } from '../audit/audit.ts'
import { createRestoresService } from '../restores/index.ts'
import { createRunsService } from './index.ts'

const NOW = 1_777_000_000_000
const progress = { files: 3, path: '/home/ada/divorce.odt', pathBytes: btoa('/home/ada/divorce.odt') }
const queue: QueueControl = {
  wake: () => undefined,
  cancel: () => undefined,
  live: (id) => ({ id, state: 'running', progress, seq: 1 }),
  seq: 0,
}
const SECRET = '/home/ada/divorce.odt'
const wanted = { path: SECRET, pathBytes: btoa(SECRET), include: [`${SECRET}*`], target: '/target', dryRun: true }
const statistics = {
  files: 3,
  problemCount: 1,
  errorCount: 1,
  steps: [{ path: SECRET, action: 'create' }],
  failures: [{ path: SECRET, message: 'EACCES' }],
  differences: [{ path: SECRET, message: 'mode' }],
  errors: [{ path: SECRET, error: 'EIO' }],
  problems: [{ object: SECRET, message: 'damaged' }],
}

async function setUp() {
  const catalog = await openTestCatalog()
  onTestFinished(() => catalog.close())
  const deps = { catalog, clock: { now: () => NOW }, audit: createAudit(catalog, { now: () => NOW }), queue }
  const person = async (name: string, role: Role): Promise<Actor> => {
    const data = { email: `${name}@x.test`, name, role }
    const { id } = await catalog.transaction((tx) => tx.user.create({ data, select: { id: true } }))
    return { ...systemActor(name), kind: 'user', id, userId: id, role, permissions: new Set(permissionsOf(role)) }
  }
  const add = async (kind: 'backup' | 'restore', owner: Actor, state = 'warning') => {
    const message = `One file could not be read. The first: ${SECRET}: EIO`
    const end = { errorCode: 'incomplete', errorMessage: message, statistics: JSON.stringify(statistics) }
    const asked = { requestedById: owner.userId, requestedByName: owner.name }
    const times = { queuedAt: dateOf(NOW), notBefore: dateOf(NOW) }
    return catalog.transaction(async (tx) => {
      const { id } = await tx.run.create({
        data: {
          kind,
          state,
          trigger: 'manual',
          payload: JSON.stringify(kind === 'restore' ? wanted : {}),
          ...asked,
          ...times,
          ...end,
        },
      })
      await tx.runLog.create({ data: { runId: id, at: dateOf(NOW), level: 'warning', message } })
      return id
    })
  }
  const restoreOf = (runId: string, owner: Actor) =>
    catalog.transaction(async (tx) => {
      const repository = await tx.repository.create({
        data: { name: 'local', type: 'local', location: '/b', secretSource: '{"kind":"key_file","path":"/key"}' },
      })
      const data = {
        runId,
        repositoryId: repository.id,
        snapshotId: 'a'.repeat(64),
        requestedById: owner.userId,
        requestedByName: owner.name,
        path: wanted.path,
        include: JSON.stringify(wanted.include),
        target: '/target',
        overwrite: 'always',
        dryRun: true,
        verify: true,
        createdAt: dateOf(NOW),
      }
      return (await tx.restore.create({ data })).id
    })
  const publish = () => 0
  return {
    person,
    add,
    restoreOf,
    runs: createRunsService({ ...deps, publish }),
    restores: createRestoresService({ ...deps, publish, document: () => ({}), folder: '/restores' }),
  }
}

const counts = { files: 3, problemCount: 1, errorCount: 1 }

test('runs tell an auditor how many, and an operator which', async () => {
  const { person, add, runs } = await setUp()
  const auditor = await person('Grace', 'auditor')
  const operator = await person('Ada', 'operator')
  const id = await add('backup', auditor)
  const seen = [await runs.get(auditor, { id }), await runs.list(auditor, { limit: 9 })]
  expect(JSON.stringify([...seen, await runs.log(auditor, { id, limit: 9 })])).not.toContain(SECRET)
  expect(seen[0]).toMatchObject({ error: { message: 'One file could not be read.' } })
  expect((await runs.get(auditor, { id })).statistics).toEqual(counts)
  expect((await runs.get(operator, { id })).statistics).toEqual(statistics)
  expect((await runs.list(operator, { limit: 9 })).items[0]?.error?.message).toContain(SECRET)
  expect((await runs.log(operator, { id, limit: 9 })).items[0]?.message).toContain(SECRET)
})

test('restores do, too, but for who asked for them', async () => {
  const { person, add, restoreOf, restores, runs } = await setUp()
  const auditor = await person('Grace', 'auditor')
  const requester = await person('Linus', 'requester')
  const operator = await person('Ada', 'operator')
  const runId = await add('restore', requester)
  const id = await restoreOf(runId, requester)
  const seen = [await restores.get(auditor, { id }), await restores.list(auditor, { limit: 9 })]
  expect(JSON.stringify([...seen, await runs.get(auditor, { id: runId })])).not.toMatch(
    new RegExp(`${SECRET}|${btoa(SECRET)}`),
  )
  expect((await restores.get(auditor, { id })).statistics).toEqual(counts)
  expect(await restores.get(auditor, { id })).toMatchObject({ path: null, include: [], target: '/target' })
  for (const actor of [requester, operator]) {
    expect((await restores.get(actor, { id })).statistics).toEqual(statistics)
    expect((await restores.list(actor, { limit: 9 })).items[0]?.error?.message).toContain(SECRET)
    expect((await restores.list(actor, { limit: 9 })).items[0]).toMatchObject({ include: wanted.include, path: SECRET })
    expect((await runs.get(actor, { id: runId })).payload).toEqual(wanted)
  }
  expect((await runs.get(requester, { id: runId })).statistics).toEqual(statistics)
})

test('where a run is at this moment, too', async () => {
  const { person, add, restoreOf, restores, runs } = await setUp()
  const auditor = await person('Grace', 'auditor')
  const requester = await person('Linus', 'requester')
  const operator = await person('Ada', 'operator')
  const id = await add('restore', requester, 'running')
  const restore = await restoreOf(id, requester)
  for (const read of [runs.live, runs.get] as const) {
    expect((await read(operator, { id })).progress).toEqual(progress)
    expect((await read(auditor, { id })).progress).toEqual({ files: 3 })
  }
  for (const actor of [operator, requester])
    expect((await restores.get(actor, { id: restore })).progress).toEqual(progress)
  expect((await restores.get(auditor, { id: restore })).progress).toEqual({ files: 3 })
})

test('an API without keys tells nobody what was restored', async () => {
  const { person, add, runs } = await setUp()
  const id = await add('restore', await person('Linus', 'requester'))
  // As server/listeners/identity.ts makes it.
  const actor: Actor = { ...systemActor('nobody'), kind: 'api_key', userId: null, permissions: new Set(['runs.read']) }
  const seen = await runs.get(actor, { id })
  expect(JSON.stringify([seen, await runs.list(actor, { limit: 9 })])).not.toMatch(
    new RegExp(`${SECRET}|${btoa(SECRET)}`),
  )
  expect(seen.payload).toEqual({ path: null, include: [], target: '/target', dryRun: true })
})
