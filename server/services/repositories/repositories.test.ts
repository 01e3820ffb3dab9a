// Repositories as rows: from the document, by hand, made, opened, tested, and what can be wrong with each.
import { chmodSync, cpSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { MIN_ITERATIONS } from '../../engine/repository/slots.ts'
import { codeRejected, writeFiles } from '../../engine/testing.ts'
import { dateOf } from '../../lib/clock.ts'
import { type RepositoryInput, type RepositoryPlan, repositoryInputs } from './index.ts'
import { actor, type Bench, openBench } from './testing.ts'

const create = (bench: Bench, input: object) =>
  bench.repositories.create(
    actor,
    repositoryInputs.create.parse({
      name: 'one',
      type: 'local',
      location: join(bench.folder, 'one'),
      secretSource: { kind: 'key_file', path: bench.keyFile },
      settings: { iterations: MIN_ITERATIONS },
      ...input,
    }),
  )

const list = (bench: Bench, input: object = {}) => bench.repositories.list(actor, repositoryInputs.list.parse(input))

describe('by hand', () => {
  test('one is made, opened, and found there by whoever comes later', async () => {
    await using bench = await openBench()
    const made = await create(bench, { expect: 'new' })
    expect(made).toMatchObject({
      name: 'one',
      engineId: expect.stringMatching(/^[0-9a-f]{64}$/),
      settings: { origin: 'manual' },
      verifyState: 'unknown',
      storedBytes: 0,
    })
    const repository = await bench.repositories.open(made.id)
    expect(repository.config.id).toBe(made.engineId)
    expect(await codeRejected(create(bench, { name: 'two', expect: 'existing' }))).toBe('exists')
    await bench.repositories.archive(actor, { id: made.id })
    const same = await create(bench, { name: 'two', expect: 'existing' })
    expect(same.engineId).toBe(made.engineId)
    const events = await bench.catalog.db.auditEvent.findMany({ where: { action: 'repository.create' } })
    expect(events.map(({ targetName }) => targetName)).toEqual(['one', 'two'])
  })

  test('what is in the way is told, and leaves no row', async () => {
    await using bench = await openBench()
    await create(bench, {})
    writeFiles(bench.folder, { 'used/file': 'x' })
    expect(await codeRejected(create(bench, { location: join(bench.folder, 'x') }))).toBe('exists')
    expect(await codeRejected(create(bench, { name: 'a', expect: 'new' }))).toBe('exists')
    expect(await codeRejected(create(bench, { name: 'b', location: join(bench.folder, 'used') }))).toBe('exists')
    const nowhere = { name: 'c', location: join(bench.folder, 'nowhere'), expect: 'existing' }
    expect(await codeRejected(create(bench, nowhere))).toBe('not_found')
    expect((await list(bench)).items.map(({ name }) => name)).toEqual(['one'])
  })

  test('another key does not open it', async () => {
    await using bench = await openBench()
    const { id } = await create(bench, {})
    await bench.repositories.archive(actor, { id })
    const other = join(bench.folder, 'other.key')
    writeFileSync(other, 'another key', { mode: 0o600 })
    const input = { name: 'two', secretSource: { kind: 'key_file', path: other } }
    expect(await codeRejected(create(bench, input))).toBe('wrong_secret')
  })

  test('a key from the environment opens it, and a changed variable is noticed', async () => {
    await using bench = await openBench()
    bench.variables.set('MY_KEY', 'from the environment')
    const { id } = await create(bench, { secretSource: { kind: 'environment', name: 'MY_KEY' } })
    {
      await using lent = await bench.repositories.borrow(id)
      expect(lent.repository.slot.kind).toBe('environment')
    }
    bench.variables.set('MY_KEY', 'changed')
    expect(await codeRejected(bench.repositories.borrow(id))).toBe('wrong_secret')
    bench.variables.delete('MY_KEY')
    expect(await codeRejected(bench.repositories.borrow(id))).toBe('not_found')
  })

  test('a key file that others can read is refused, as is one that is missing or empty', async () => {
    await using bench = await openBench()
    const { id } = await create(bench, {})
    chmodSync(bench.keyFile, 0o640)
    const error: unknown = await bench.repositories.open(id).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'refused', message: expect.stringContaining('mode 640') })
    chmodSync(bench.keyFile, 0o600)
    await bench.repositories.open(id).then(({ storage }) => storage.close())
    writeFileSync(bench.keyFile, '')
    expect(await codeRejected(bench.repositories.open(id))).toBe('usage')
    rmSync(bench.keyFile)
    expect(await codeRejected(bench.repositories.open(id))).toBe('not_found')
    const hsm = { kind: 'hsm', module: '/usr/lib/x.so', keyLabel: 'k' }
    expect(await codeRejected(create(bench, { name: 'h', location: join(bench.folder, 'h'), secretSource: hsm }))).toBe(
      'unsupported',
    )
  })

  test('changes and the archive', async () => {
    await using bench = await openBench()
    const { id } = await create(bench, {})
    const update = (input: object) => bench.repositories.update(actor, repositoryInputs.update.parse({ id, ...input }))
    expect(await update({ name: 'renamed', settings: { retentionDays: 9 } })).toMatchObject({
      name: 'renamed',
      settings: { origin: 'manual', retentionDays: 9 },
    })
    await bench.catalog.transaction((tx) =>
      tx.schedule.create({
        data: { name: 's', type: 'full', cron: '* * * * *', timezone: 'UTC', includePaths: '[]', repositoryId: id },
      }),
    )
    expect(await codeRejected(bench.repositories.archive(actor, { id }))).toBe('refused')
    await bench.catalog.transaction((tx) => tx.schedule.updateMany({ data: { removedAt: dateOf(0) } }))
    expect((await bench.repositories.archive(actor, { id })).archivedAt).toEqual(expect.any(String))
    expect((await list(bench)).items).toEqual([])
    expect((await list(bench, { archived: true })).items).toHaveLength(1)
    expect(await codeRejected(bench.repositories.open(id))).toBe('refused')
    expect(await codeRejected(bench.repositories.get(actor, { id: 'none' }))).toBe('not_found')
  })

  test('lists go by name, in pages', async () => {
    await using bench = await openBench()
    const row = { type: 'local', location: '/x', secretSource: JSON.stringify({ kind: 'environment', name: 'K' }) }
    const names = ['Z', 'a', 'b', 'c', 'é']
    await bench.catalog.transaction((tx) => tx.repository.createMany({ data: names.map((name) => ({ name, ...row })) }))
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await list(bench, { limit: 2, ...(cursor ? { cursor } : {}) })
      seen.push(...page.items.map(({ name }) => name))
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    expect(seen).toEqual(names)
  })
})

describe('from the document', () => {
  const plan = (bench: Bench, more: Partial<RepositoryPlan> = {}): RepositoryPlan => ({
    name: 'local',
    type: 'local',
    location: join(bench.folder, 'local'),
    secretSource: { kind: 'key_file', path: bench.keyFile },
    settings: { iterations: MIN_ITERATIONS },
    ...more,
  })
  const ensure = (bench: Bench, plans: readonly RepositoryPlan[]) =>
    bench.catalog.transaction((tx) => bench.repositories.ensureFromDocument(tx, plans))
  const states = async (bench: Bench) =>
    (await list(bench, { archived: true })).items.map(
      ({ name, archivedAt }) => `${name}${archivedAt ? ' (archived)' : ''}`,
    )

  test('rows follow it; what leaves it is archived and comes back as it was', async () => {
    await using bench = await openBench()
    await create(bench, { name: 'by-hand' })
    await ensure(bench, [plan(bench), plan(bench, { name: 'attic', location: '/attic' })])
    const { items } = await list(bench)
    expect(await states(bench)).toEqual(['attic', 'by-hand', 'local'])
    await ensure(bench, [plan(bench)])
    expect(await states(bench)).toEqual(['attic (archived)', 'by-hand', 'local'])
    await ensure(bench, [plan(bench), plan(bench, { name: 'attic', location: '/attic' })])
    expect((await list(bench)).items).toEqual(items)
  })

  test('what it says is changed there only', async () => {
    await using bench = await openBench()
    await ensure(bench, [plan(bench)])
    const id = (await list(bench)).items[0]!.id
    const update = { id, name: 'x' } as RepositoryInput['update']
    expect(await codeRejected(bench.repositories.update(actor, update))).toBe('refused')
    expect(await codeRejected(bench.repositories.archive(actor, { id }))).toBe('refused')
  })

  test('one is made at the first start, opened at the next, and never made anew where it was', async () => {
    await using bench = await openBench()
    await ensure(bench, [plan(bench)])
    const { id, location } = (await list(bench)).items[0]!
    const first = await bench.repositories.makeReady(actor, { id })
    expect(first.made).toBe(true)
    expect(await bench.repositories.makeReady(actor, { id })).toMatchObject({ made: false, item: first.item })
    renameSync(location, `${location}-away`)
    const away: unknown = await bench.repositories.makeReady(actor, { id }).catch((thrown: unknown) => thrown)
    expect(away).toMatchObject({ code: 'not_found', message: expect.stringContaining('is its file system mounted?') })
    mkdirSync(location)
    expect(await codeRejected(bench.repositories.makeReady(actor, { id }))).toBe('not_found')
    expect(readdirSync(location)).toEqual([])
  })

  test('another repository in its place is refused', async () => {
    await using bench = await openBench()
    await ensure(bench, [plan(bench)])
    const { id, location } = (await list(bench)).items[0]!
    await bench.repositories.makeReady(actor, { id })
    const other = await create(bench, { name: 'other', location: join(bench.folder, 'other') })
    rmSync(location, { recursive: true })
    cpSync(other.location, location, { recursive: true })
    const error: unknown = await bench.repositories.open(id).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'refused', message: expect.stringContaining('there is another repository') })
  })

  test('a new location is looked at anew', async () => {
    await using bench = await openBench()
    await ensure(bench, [plan(bench)])
    const { id } = (await list(bench)).items[0]!
    await bench.repositories.makeReady(actor, { id })
    const verified = (state: 'ok' | 'structure') =>
      bench.catalog.transaction((tx) => bench.repositories.verified(tx, id, { state, at: 1000 }))
    await verified('structure')
    expect(await bench.repositories.get(actor, { id })).toMatchObject({
      verifyState: 'unknown',
      lastVerifiedAt: null,
      partialCheck: { depth: 'structure', at: '1970-01-01T00:00:01.000Z' },
    })
    await verified('ok')
    expect(await bench.repositories.get(actor, { id })).toMatchObject({
      verifyState: 'ok',
      lastVerifiedAt: '1970-01-01T00:00:01.000Z',
      partialCheck: null,
    })
    await ensure(bench, [plan(bench, { location: join(bench.folder, 'moved') })])
    expect(await bench.repositories.get(actor, { id })).toMatchObject({
      engineId: null,
      verifyState: 'unknown',
      lastVerifiedAt: null,
    })
    expect((await bench.repositories.makeReady(actor, { id })).made).toBe(true)
  })

  test('a kind of storage that this version lacks is a row that says so when it is opened', async () => {
    await using bench = await openBench()
    await ensure(bench, [plan(bench, { name: 'cloud', type: 's3', location: 's3://bucket/x' })])
    const { id } = (await list(bench)).items[0]!
    expect(await codeRejected(bench.repositories.open(id))).toBe('unsupported')
    expect(await bench.repositories.test(actor, { id })).toMatchObject({
      ok: false,
      steps: [{ step: 'open', ok: false, error: { code: 'unsupported' } }],
    })
  })
})

describe('looking at one', () => {
  test('its connection is tested step by step, and nothing is left behind', async () => {
    await using bench = await openBench()
    const { id, location } = await create(bench, {})
    const outcome = await bench.repositories.test(actor, { id })
    expect(outcome).toMatchObject({ ok: true })
    expect(outcome.steps.map(({ step }) => step)).toEqual(['open', 'put', 'get', 'list', 'delete'])
    const names = readdirSync(location, { recursive: true, encoding: 'utf8' })
    expect(names.filter((name) => name.startsWith('probe/'))).toEqual([])
    writeFileSync(join(bench.folder, 'file'), 'x')
    const failed = await bench.repositories.test(actor, { location: join(bench.folder, 'file') })
    expect(failed.ok).toBe(false)
    const events = await bench.catalog.db.auditEvent.findMany({ where: { action: 'repository.test' } })
    expect(events.map(({ result }) => result)).toEqual(['success', 'failure'])
  })

  test('its key slots are listed without their secrets', async () => {
    await using bench = await openBench()
    const { id } = await create(bench, {})
    const { slots, damaged } = await bench.repositories.keySlots(actor, { id })
    expect(damaged).toEqual([])
    expect(slots).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{64}$/),
        kind: 'keyfile',
        label: 'first',
        created: expect.any(String),
        iterations: MIN_ITERATIONS,
      },
    ])
  })

  test('it is opened once for many, and closed once nobody uses it', async () => {
    await using bench = await openBench()
    const { id } = await create(bench, {})
    const lent = await Promise.all(Array.from({ length: 5 }, () => bench.repositories.borrow(id)))
    expect(new Set(lent.map(({ repository }) => repository)).size).toBe(1)
    await bench.repositories.close()
    await lent[0]!.indexed()
    for (const each of lent) await each[Symbol.asyncDispose]()
    expect(await codeRejected(bench.repositories.borrow(id))).toBe('unavailable')
  })

  test('nothing that is given out or stored holds the secret', async () => {
    await using bench = await openBench()
    const { id } = await create(bench, {})
    await bench.repositories.test(actor, { id })
    const everything = JSON.stringify([
      await list(bench),
      await bench.repositories.keySlots(actor, { id }),
      await bench.catalog.db.repository.findMany({ omit: { storedBytes: true } }),
      await bench.catalog.db.auditEvent.findMany(),
    ])
    const secret = 'a key of the tests'
    expect(everything).not.toContain(secret)
    expect(everything).not.toContain(Buffer.from(secret).toString('base64'))
  })
})
