// What the catalog promises, on both databases.
import { expect, test } from 'vitest'
import { hasCode } from '../../server/contract/errors.ts'
import type { Catalog, Tx } from '../../server/db/index.ts'
import { openCatalog } from '../../server/db/index.ts'
import { dateOf, systemClock } from '../../server/lib/clock.ts'
import { onBothDatabases } from '../services/both.ts'

const START = 1_777_863_721_123
const until = dateOf(START)

const code = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'nothing',
    (error: { code?: string }) => String(error.code),
  )

const lease = (tx: Tx, name: string, owner = 'o') => tx.lease.create({ data: { name, owner, until } })
const names = async ({ db }: Catalog) => (await db.lease.findMany({ orderBy: { name: 'asc' } })).map(({ name }) => name)

onBothDatabases('the catalog', ({ provider, open }) => {
  test('says which it is', async () => {
    await using catalog = await open()
    expect(catalog.provider).toBe(provider)
  })

  test('creates, reads, updates and deletes', async () => {
    await using catalog = await open()
    const user = await catalog.transaction((tx) =>
      tx.user.create({ data: { email: 'a@example.org', name: 'Ä ö 日本', role: 'auditor' } }),
    )
    await catalog.transaction((tx) =>
      tx.user.update({ where: { id: user.id }, data: { failedAttempts: { increment: 2 } } }),
    )
    expect(await catalog.db.user.findUnique({ where: { email: 'a@example.org' } })).toMatchObject({
      name: 'Ä ö 日本',
      failedAttempts: 2,
      status: 'active',
      lockedUntil: null,
      recoveryCodes: '[]',
    })
    await catalog.transaction((tx) => tx.user.delete({ where: { id: user.id } }))
    expect(await catalog.db.user.count()).toBe(0)
  })

  test('gives back times to the millisecond, numbers beyond 2^53, and text as it was', async () => {
    await using catalog = await open()
    const bytes = 2n ** 62n + 1n
    const settings = JSON.stringify({ text: 'Ü "quoted" \\ \u2028 \u{1f600} %_', deep: [{ a: [null, true, 1.5] }] })
    for (const [i, at] of [0, -2_000_000_000_000, START, 4_300_000_000_000, 1].entries()) {
      const name = `r${i}`
      const data = { name, type: 'local', location: '/r', secretSource: '{}', settings, storedBytes: bytes }
      await catalog.transaction((tx) => tx.repository.create({ data: { ...data, lastSyncAt: dateOf(at) } }))
      const row = await catalog.db.repository.findUniqueOrThrow({ where: { name } })
      expect([row.lastSyncAt?.getTime(), row.storedBytes, row.settings]).toEqual([at, bytes, settings])
    }
    const early = await catalog.db.repository.findMany({
      where: { lastSyncAt: { lt: dateOf(1) } },
      orderBy: { lastSyncAt: 'asc' },
    })
    expect(early.map(({ name }) => name)).toEqual(['r1', 'r0'])
  })

  test('puts the time of now where none is given', async () => {
    await using catalog = await open()
    const before = systemClock.now()
    await catalog.transaction((tx) =>
      tx.notification.create({ data: { kind: 'k', severity: 'info', title: 't', body: 'b' } }),
    )
    const row = await catalog.db.notification.findFirstOrThrow()
    expect(row.at.getTime()).toBeGreaterThanOrEqual(before)
    expect(row.at.getTime()).toBeLessThanOrEqual(systemClock.now())
  })

  test('translates what goes wrong', async () => {
    await using catalog = await open()
    const { transaction } = catalog
    await transaction((tx) => lease(tx, 'a'))
    expect(await code(transaction((tx) => lease(tx, 'a')))).toBe('exists')
    expect(await code(transaction((tx) => tx.lease.update({ where: { name: 'b' }, data: { owner: 'x' } })))).toBe(
      'not_found',
    )
    expect(await code(transaction((tx) => tx.lease.delete({ where: { name: 'b' } })))).toBe('not_found')
    expect(await code(catalog.db.lease.findUniqueOrThrow({ where: { name: 'b' } }))).toBe('not_found')
    const orphan = { userId: 'nobody', method: 'password', expiresAt: until }
    expect(await code(transaction((tx) => tx.session.create({ data: orphan })))).toBe('refused')
    await expect(transaction((tx) => lease(tx, 'a'))).rejects.toThrow('There is already a lease')
    const repository = (tx: Tx) =>
      tx.repository.create({ data: { name: 'r', type: 'local', location: '/r', secretSource: '{}' } })
    await transaction(repository)
    await expect(transaction(repository)).rejects.toThrow('There is already a repository with the same name')
  })

  test('writes all of a transaction or nothing', async () => {
    await using catalog = await open()
    const failing = catalog.transaction(async (tx) => {
      await lease(tx, 'a')
      await lease(tx, 'b')
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await names(catalog)).toEqual([])
    const other = Object.assign(new Error('of the work'), { code: 'ENOSPC' })
    await expect(catalog.transaction(() => Promise.reject(other))).rejects.toBe(other)
    const clash = catalog.transaction(async (tx) => {
      await lease(tx, 'a')
      await lease(tx, 'a')
    })
    expect(await code(clash)).toBe('exists')
    expect(await names(catalog)).toEqual([])
    await catalog.transaction((tx) => lease(tx, 'c'))
    expect(await names(catalog)).toEqual(['c'])
  })

  test('takes nothing more of a transaction in which a statement failed, even if the failure is swallowed', async () => {
    await using catalog = await open()
    await catalog.transaction((tx) => lease(tx, 'a'))
    const goesOn = catalog.transaction(async (tx) => {
      await lease(tx, 'b')
      await lease(tx, 'a').catch(() => undefined)
      await lease(tx, 'c')
    })
    expect(await code(goesOn)).toBe('internal')
    const ends = catalog.transaction(async (tx) => {
      await lease(tx, 'd')
      await lease(tx, 'a').catch(() => undefined)
    })
    expect(await code(ends)).toBe('internal')
    expect(await names(catalog)).toEqual(['a'])
  })

  test('a row that is not there spoils nothing', async () => {
    await using catalog = await open()
    await catalog.transaction(async (tx) => {
      const update = tx.lease.update({ where: { name: 'none' }, data: { owner: 'x' } })
      expect(await code(update)).toBe('not_found')
      await lease(tx, 'a')
    })
    expect(await names(catalog)).toEqual(['a'])
  })

  test('shows readers nothing of a transaction before its end, and waits for nobody to read', async () => {
    await using catalog = await open()
    await catalog.transaction(async (tx) => {
      await lease(tx, 'a')
      expect(await names(catalog)).toEqual([])
      expect(await tx.lease.count()).toBe(1)
    })
    expect(await names(catalog)).toEqual(['a'])
  })

  test('refuses writes beside a transaction', async () => {
    await using catalog = await open()
    const { db } = catalog
    expect(await code(db.lease.create({ data: { name: 'a', owner: 'o', until } }))).toBe('internal')
    expect(await code(db.lease.deleteMany())).toBe('internal')
    expect(await code(db.$executeRawUnsafe('DELETE FROM "Lease"'))).toBe('internal')
    expect(await code(catalog.transaction(() => catalog.transaction(async () => 1)))).toBe('internal')
  })

  test('lets concurrent writers read and write without losing anything', async () => {
    await using catalog = await open()
    await using other = await openCatalog({ url: catalog.url, clock: systemClock }).then((second) =>
      Object.assign(second, { [Symbol.asyncDispose]: second.close }),
    )
    await catalog.transaction((tx) => lease(tx, 'n', '0'))
    const increment = (each: Catalog) =>
      each.transaction(async (tx) => {
        const { owner } = await tx.lease.findUniqueOrThrow({ where: { name: 'n' } })
        await tx.lease.update({ where: { name: 'n' }, data: { owner: String(Number(owner) + 1) } })
      })
    await Promise.all(Array.from({ length: 60 }, (_, i) => increment(i % 2 === 0 ? catalog : other)))
    expect((await catalog.db.lease.findUniqueOrThrow({ where: { name: 'n' } })).owner).toBe('60')
  })

  test('of two that make the same, one gets "exists"', async () => {
    await using catalog = await open()
    const codes = await Promise.all(Array.from({ length: 8 }, () => code(catalog.transaction((tx) => lease(tx, 'a')))))
    expect(codes.sort()).toEqual([...Array.from({ length: 7 }, () => 'exists'), 'nothing'])
  })

  test('orders and compares text by its bytes, whatever language the server speaks', async () => {
    await using catalog = await open()
    const inOrder = ['', ' ', '-a', 'A', 'B', '_', 'a', 'a-b', 'a.b', 'ab', 'b', '~', 'Ä', 'ä', '日本']
    await catalog.transaction(async (tx) => {
      for (const name of [...inOrder].reverse()) await lease(tx, name)
    })
    expect(await names(catalog)).toEqual(inOrder)
    const after = await catalog.db.lease.findMany({ where: { name: { gt: 'a' } }, orderBy: { name: 'asc' } })
    expect(after.map(({ name }) => name)).toEqual(inOrder.slice(inOrder.indexOf('a') + 1))
    expect(await catalog.db.lease.count({ where: { name: 'ÄB' } })).toBe(0)
  })

  test('pages by keys without gaps or repetitions, while rows are added', async () => {
    await using catalog = await open()
    const add = (from: number, count: number) =>
      catalog.transaction((tx) =>
        tx.notification.createMany({
          data: Array.from({ length: count }, (_, i) => ({
            id: `n${String(from + i).padStart(4, '0')}`,
            at: dateOf(START + Math.floor((from + i) / 3)),
            ...{ kind: 'k', severity: 'info', title: 't', body: 'b' },
          })),
        }),
      )
    await add(0, 50)
    const seen: string[] = []
    let last: { at: Date; id: string } | undefined
    for (;;) {
      const rows = await catalog.db.notification.findMany({
        where: last
          ? { AND: [{ at: { lte: last.at } }, { OR: [{ at: { lt: last.at } }, { id: { lt: last.id } }] }] }
          : {},
        orderBy: [{ at: 'desc' }, { id: 'desc' }],
        take: 7,
        select: { at: true, id: true },
      })
      seen.push(...rows.map(({ id }) => id))
      last = rows.at(-1)
      if (!last) break
      await add(1000 + seen.length, 1)
    }
    expect(seen).toEqual(Array.from({ length: 50 }, (_, i) => `n${String(49 - i).padStart(4, '0')}`))
  })

  test('stands many statements at once', async () => {
    await using catalog = await open()
    await catalog.transaction((tx) =>
      tx.metric.createMany({
        data: Array.from({ length: 5000 }, (_, i) => ({ at: dateOf(START + i), name: 'm', value: i / 3 })),
      }),
    )
    const counts = await Promise.all(Array.from({ length: 40 }, () => catalog.db.metric.count()))
    expect(new Set(counts)).toEqual(new Set([5000]))
    const ids = (await catalog.db.metric.findMany({ select: { id: true } })).map(({ id }) => id)
    expect(await catalog.db.metric.count({ where: { id: { in: ids } } })).toBe(5000)
  })

  test('opens again with what was there, and says so when a second migration is not needed', async () => {
    await using catalog = await open()
    await catalog.transaction((tx) => lease(tx, 'a'))
    const again = await openCatalog({ url: catalog.url, clock: systemClock })
    expect(await names(again)).toEqual(['a'])
    await again.close()
  })

  test('refuses an address that it does not understand', async () => {
    for (const url of ['', 'catalog.db', 'file:relative.db', 'mysql://x/y', 'postgresql://h/d?schema=other']) {
      const error: unknown = await openCatalog({ url, clock: systemClock }).catch((thrown: unknown) => thrown)
      expect(hasCode(error, 'usage')).toBe(true)
    }
  })
})
