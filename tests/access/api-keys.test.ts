// API keys: what they open, for how long, and that every refusal sounds the same.
import { describe, expect, test } from 'vitest'
import { createApiKey } from '#server/auth/api-key.ts'
import { createAccess } from '#server/auth/index.ts'
import { codeOf, messageOf } from '#server/contract/errors.ts'
import { permissionsOf } from '#server/contract/permissions.ts'
import { goodPassword, type Lab, openLab, startConsole } from './testing.ts'

const DAY = 86_400_000

const accessOf = (lab: Lab, systemKey?: { key: string; name: string }) =>
  createAccess({ ...lab, publicUrl: 'http://localhost:3000', ...(systemKey ? { systemKey } : {}) })

const settle = (lab: Lab): Promise<void> => lab.catalog.transaction(async () => undefined)

describe('a key', () => {
  test('stands for its scope and nothing else, in either header', async () => {
    await using lab = await openLab()
    const admin = await lab.person('administrator')
    const { key, item } = await lab.apiKeys.create(admin, { name: 'ci', permissions: ['runs.read', 'runs.start'] })
    expect(item).toMatchObject({ name: 'ci', state: 'active', owner: { id: admin.userId }, lastUsedAt: null })
    expect(key.startsWith(item.prefix)).toBe(true)
    const { actorOfKey, actorOfRequest } = accessOf(lab)
    const headers = [{ authorization: `Bearer ${key}` }, { authorization: `bearer ${key}` }, { 'x-api-key': key }]
    for (const each of headers) {
      const actor = await actorOfRequest({ headers: each }, { ip: '192.0.2.5', kind: 'api' })
      expect({ ...actor, permissions: [...actor.permissions] }).toEqual({
        kind: 'api_key',
        id: item.id,
        userId: admin.userId,
        name: 'ci',
        role: 'administrator',
        permissions: ['runs.read', 'runs.start'],
        ip: '192.0.2.5',
      })
    }
    expect(await actorOfKey(undefined, null)).toMatchObject({ kind: 'anonymous' })
    expect(
      await actorOfRequest({ headers: { authorization: `Bearer ${key}` } }, { ip: null, kind: 'console' }),
    ).toMatchObject({ kind: 'anonymous' })
  })

  test('is kept as a hash only', async () => {
    await using lab = await openLab()
    const admin = await lab.person('administrator')
    const { key } = await lab.apiKeys.create(admin, { name: 'ci', permissions: ['runs.read'] })
    const rows = [await lab.catalog.db.apiKey.findMany(), (await lab.events('api_key.create')).map((row) => row.after)]
    expect(JSON.stringify(rows)).not.toContain(key.slice(12))
  })

  test('shows its last use, written at most once a minute', async () => {
    await using lab = await openLab()
    const admin = await lab.person('administrator')
    const { key } = await lab.apiKeys.create(admin, { name: 'ci', permissions: ['runs.read'] })
    const { actorOfKey } = accessOf(lab)
    const use = async (ip: string) => {
      await actorOfKey(key, ip)
      await settle(lab)
      const [item] = (await lab.apiKeys.list(admin, {})).items
      return { at: Date.parse(item?.lastUsedAt ?? ''), ip: item?.lastUsedIp }
    }
    const start = lab.clock.now()
    expect(await use('192.0.2.1')).toEqual({ at: start, ip: '192.0.2.1' })
    lab.clock.advance(59_999)
    expect(await use('192.0.2.2')).toEqual({ at: start, ip: '192.0.2.1' })
    lab.clock.advance(1)
    expect(await use('192.0.2.3')).toEqual({ at: start + 60_000, ip: '192.0.2.3' })
  })

  test('loses what its owner loses, and gets it back', async () => {
    await using lab = await openLab()
    const admin = await lab.person('administrator')
    const { userId } = await lab.person('operator')
    const { key } = await lab.apiKeys.create(admin, { name: 'ops', permissions: ['runs.start', 'runs.read'], userId })
    const { actorOfKey } = accessOf(lab)
    const scope = async () => [...(await actorOfKey(key, null)).permissions]
    expect(await scope()).toEqual(['runs.read', 'runs.start'])
    await lab.users.update(admin, { id: userId, role: 'auditor' })
    expect(await scope()).toEqual(['runs.read'])
    await lab.users.update(admin, { id: userId, role: 'operator' })
    expect(await scope()).toEqual(['runs.read', 'runs.start'])
  })
})

test('unknown, expired, revoked, of a disabled owner, mistyped: one and the same refusal', async () => {
  await using lab = await openLab()
  const admin = await lab.person('administrator')
  const { userId } = await lab.person('operator')
  const make = (more: { days?: number; userId?: string } = {}) =>
    lab.apiKeys.create(admin, { name: 'ci', permissions: ['runs.read'], ...more })
  const [expired, revoked, ownerless, good] = [
    await make({ days: 1 }),
    await make(),
    await make({ userId }),
    await make(),
  ]
  await lab.apiKeys.revoke(admin, { id: revoked.item.id })
  await lab.users.disable(admin, { id: userId })
  lab.clock.advance(DAY)
  const { actorOfKey } = accessOf(lab, { key: 'the key of the environment', name: 'BACKUP_API_KEY' })
  const texts = [
    expired.key,
    revoked.key,
    ownerless.key,
    createApiKey().key,
    good.key.slice(0, -1),
    'x',
    'Basic YTpi',
    'x'.repeat(10_000),
  ]
  const refusals = []
  for (const text of texts) {
    const error = await actorOfKey(text, null).catch((caught: unknown) => caught)
    refusals.push({ code: codeOf(error), message: messageOf(error) })
  }
  expect(new Set(refusals.map(({ message }) => message)).size).toBe(1)
  expect(refusals.every(({ code }) => code === 'unauthenticated')).toBe(true)
  expect(await actorOfKey(good.key, null)).toMatchObject({ kind: 'api_key' })
  expect((await lab.apiKeys.list(admin, {})).items.map(({ state }) => state)).toEqual([
    'active',
    'revoked',
    'revoked',
    'expired',
  ])
  await lab.users.update(admin, { id: userId, status: 'active' })
  expect(await actorOfKey(ownerless.key, null).catch(codeOf)).toBe('unauthenticated')
})

describe('a key can not be made', () => {
  test('with more than its owner or its maker has, with what takes a person, or with nothing', async () => {
    await using lab = await openLab()
    const admin = await lab.person('administrator')
    const { userId } = await lab.person('auditor')
    const narrow = {
      ...admin,
      kind: 'api_key' as const,
      permissions: new Set(['api_keys.write', 'runs.read'] as const),
    }
    const make = (
      actor: typeof admin,
      permissions: readonly string[],
      more: { userId?: string; days?: number; name?: string } = {},
    ) => lab.apiKeys.create(actor, { name: 'x', permissions: permissions as [], ...more }).catch(codeOf)
    expect(await make(admin, ['runs.start'], { userId })).toBe('forbidden')
    expect(await make(narrow, ['runs.start'])).toBe('forbidden')
    expect(await make(narrow, ['runs.read'])).toMatchObject({ item: { permissions: ['runs.read'] } })
    expect(await make(admin, ['profile.write'])).toBe('usage')
    expect(await make(admin, [])).toBe('usage')
    for (const days of [0, -1, 367, 1.5, Number.NaN]) expect(await make(admin, ['runs.read'], { days })).toBe('usage')
    expect(await make(admin, ['runs.read'], { userId: 'nobody' })).toBe('not_found')
    expect(await make(admin, ['runs.read'], { name: 'a\nb' })).toBe('usage')
    expect(await lab.catalog.db.apiKey.count()).toBe(1)
  })
})

test('the key of the environment is an operator that is nobody, and opens nothing that takes a person', async () => {
  await using console = await startConsole({ systemKey: { key: 'the key of the environment', name: 'BACKUP_API_KEY' } })
  const actor = await console.access.actorOfKey('Bearer the key of the environment', '192.0.2.8')
  expect(actor).toMatchObject({
    kind: 'api_key',
    userId: null,
    name: 'BACKUP_API_KEY',
    role: 'operator',
    ip: '192.0.2.8',
  })
  const expected = permissionsOf('operator').filter((each) => !['profile.write', 'notifications.read'].includes(each))
  expect([...actor.permissions]).toEqual(expected)
  expect(await console.access.actorOfKey('the key of the environmenT', null).catch(codeOf)).toBe('unauthenticated')
  await console.person('administrator')
  const browser = console.browser({ authorization: 'Bearer the key of the environment' })
  expect(await browser.whoAmI()).toMatchObject({ kind: 'anonymous' })
  await browser.signIn('administrator@example.com', goodPassword)
  expect(await browser.whoAmI()).toMatchObject({ kind: 'user' })
})

test('a key or a job has no profile to change', async () => {
  await using lab = await openLab()
  const admin = await lab.person('administrator')
  const key = { ...admin, kind: 'api_key' as const }
  const tries = [
    () => lab.profile.get(key),
    () => lab.profile.update(key, { name: 'x' }),
    () => lab.profile.changePassword(key, { current: goodPassword, next: 'granite whistle under plum' }),
    () => lab.profile.startSecondFactor(key, { password: goodPassword }),
    () => lab.profile.revokeOtherSessions(key),
  ]
  for (const each of tries) expect(await each().catch(codeOf)).toBe('forbidden')
})
