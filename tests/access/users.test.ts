// Users and one-time links: who becomes the first administrator, that one is always left, and that nobody makes somebody mightier.
import { describe, expect, test } from 'vitest'
import { codeOf } from '#server/contract/errors.ts'
import { goodPassword, type Lab, openLab, startConsole, stranger } from './testing.ts'

const DAY = 86_400_000

const redeem = (lab: Lab, token: string, email = 'first@example.com') =>
  lab.users.redeemSetupLink(stranger, { token, email, name: 'First', password: goodPassword })

describe('the first administrator', () => {
  test('comes from the link, signs in, and there is no further link', async () => {
    await using console = await startConsole()
    const link = await console.users.createSetupLink()
    expect(link?.url).toBe(`${console.origin}/backups/set-up#${link?.token}`)
    expect(link?.token).toMatch(/^[\w-]{43}$/)
    expect(JSON.stringify(await console.catalog.db.setupLink.findMany())).not.toContain(link?.token)
    const user = await redeem(console, link?.token ?? '')
    expect(user).toMatchObject({ email: 'first@example.com', role: 'administrator', method: 'password' })
    expect((await console.browser().signIn('first@example.com', goodPassword)).status).toBe(200)
    expect(await console.users.createSetupLink()).toBeNull()
    expect(await redeem(console, link?.token ?? '', 'second@example.com').catch(codeOf)).toBe('unauthenticated')
    const events = await console.events('setup.redeem')
    expect(events).toMatchObject([
      { result: 'success', actorId: user.id, ip: '192.0.2.1' },
      { result: 'denied', actorKind: 'anonymous' },
    ])
  })

  test('is one, of ten who redeem the link at once', async () => {
    await using lab = await openLab()
    const { token = '' } = (await lab.users.createSetupLink()) ?? {}
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, number) => redeem(lab, token, `u${number}@example.com`).catch(codeOf)),
    )
    expect(results.filter((result) => typeof result === 'object')).toHaveLength(1)
    expect(results.filter((result) => result === 'unauthenticated')).toHaveLength(9)
    expect(await lab.catalog.db.user.count()).toBe(1)
  })

  test('a new link replaces the one before, and a link is good for a day', async () => {
    await using lab = await openLab()
    const old = await lab.users.createSetupLink()
    const link = await lab.users.createSetupLink()
    expect(await redeem(lab, old?.token ?? '').catch(codeOf)).toBe('unauthenticated')
    expect(await redeem(lab, 'x').catch(codeOf)).toBe('unauthenticated')
    lab.clock.advance(DAY)
    expect(await redeem(lab, link?.token ?? '').catch(codeOf)).toBe('unauthenticated')
    const next = await lab.users.createSetupLink()
    lab.clock.advance(DAY - 1)
    expect(await redeem(lab, next?.token ?? '')).toMatchObject({ role: 'administrator' })
  })

  test('a bad password or address leaves the link as it was', async () => {
    await using lab = await openLab()
    const { token = '' } = (await lab.users.createSetupLink()) ?? {}
    const base = { token, email: 'first@example.com', name: 'First', password: goodPassword }
    const bad = [
      { password: 'short' },
      { password: 'Password1234' },
      { email: 'nobody' },
      { name: ' ' },
      { name: 'a\u0000b' },
    ]
    for (const change of bad) {
      expect(await lab.users.redeemSetupLink(stranger, { ...base, ...change }).catch(codeOf)).toBe('usage')
    }
    expect(await lab.users.redeemSetupLink(stranger, base)).toMatchObject({ email: 'first@example.com' })
  })
})

describe('a user', () => {
  test('is made without a password, sets it with the link, once', async () => {
    await using console = await startConsole()
    const admin = await console.person('administrator')
    const made = await console.users.create(admin, { email: ' Bob@Example.com', name: 'Bob', role: 'operator' })
    expect(made.user).toMatchObject({ email: 'bob@example.com', method: 'none', status: 'active' })
    expect(made.link.url).toBe(`${console.origin}/backups/set-password#${made.link.token}`)
    const set = (token: string, password: string) =>
      console.users.redeemPasswordLink(stranger, { token, password }).catch(codeOf)
    expect(await set(made.link.token, 'short')).toBe('usage')
    expect(await set(made.link.token, 'granite whistle under plum')).toMatchObject({ method: 'password' })
    expect(await set(made.link.token, goodPassword)).toBe('unauthenticated')
    expect((await console.browser().signIn('bob@example.com', 'granite whistle under plum')).status).toBe(200)
  })

  test('who forgot the password gets a link; it ends the sessions and the lock, and is no set-up link', async () => {
    await using console = await startConsole()
    const admin = await console.person('administrator')
    const { userId } = await console.person('operator')
    const browser = console.browser()
    await browser.signIn('operator@example.com', goodPassword)
    const lock = { failedAttempts: 30, lockedUntil: new Date(console.clock.now() + DAY) }
    await console.catalog.transaction((tx) => tx.user.update({ where: { id: userId }, data: lock }))
    const old = await console.users.createPasswordLink(admin, { id: userId })
    const link = await console.users.createPasswordLink(admin, { id: userId })
    const set = (token: string) =>
      console.users.redeemPasswordLink(stranger, { token, password: 'granite whistle under plum' })
    expect(await set(old.token).catch(codeOf)).toBe('unauthenticated')
    expect(await redeem(console, link.token).catch(codeOf)).toBe('unauthenticated')
    await set(link.token)
    expect(await browser.whoAmI()).toMatchObject({ kind: 'anonymous' })
    expect((await browser.signIn('operator@example.com', 'granite whistle under plum')).status).toBe(200)
  })

  test('is changed with an event that tells before and after', async () => {
    await using lab = await openLab()
    const admin = await lab.person('administrator')
    const { userId } = await lab.person('operator')
    expect(await lab.users.update(admin, { id: userId, name: 'Olga', role: 'auditor' })).toMatchObject({
      name: 'Olga',
      role: 'auditor',
    })
    const [event] = await lab.events('user.update')
    expect(event).toMatchObject({ actorId: admin.userId, targetId: userId, result: 'success' })
    expect(JSON.parse(event?.before ?? '')).toMatchObject({ role: 'operator', name: 'operator@example.com' })
    expect(JSON.parse(event?.after ?? '')).toMatchObject({ role: 'auditor', name: 'Olga' })
    expect(await lab.users.get(admin, { id: userId })).toMatchObject({ name: 'Olga', role: 'auditor' })
    expect(await lab.users.get(admin, { id: 'nobody' }).catch(codeOf)).toBe('not_found')
    expect(
      await lab.users.create(admin, { email: 'OPERATOR@example.com', name: 'x', role: 'operator' }).catch(codeOf),
    ).toBe('exists')
  })

  test('is shown with all open sessions and active keys, however many ended before', async () => {
    await using console = await startConsole()
    const admin = await console.person('administrator')
    const { userId } = await console.person('operator')
    const reach = async (who = admin) => {
      const { openSessions, activeKeys } = await console.users.get(who, { id: userId })
      return { openSessions, activeKeys }
    }
    expect(await reach()).toEqual({ openSessions: 0, activeKeys: 0 })
    expect((await console.browser().signIn('operator@example.com', goodPassword)).status).toBe(200)
    const key = { name: 'k', permissions: ['runs.read'] as const, userId }
    await console.apiKeys.create(admin, { ...key, days: 1 })
    const { item } = await console.apiKeys.create(admin, key)
    await console.apiKeys.create(admin, key)
    expect(await reach()).toEqual({ openSessions: 1, activeKeys: 3 })
    await console.apiKeys.revoke(admin, { id: item.id })
    console.clock.advance(DAY)
    // The session was not used for too long, and the first key was good for a day.
    expect(await reach()).toEqual({ openSessions: 0, activeKeys: 1 })
    for (let i = 0; i < 3; i++) await console.browser().signIn('operator@example.com', goodPassword)
    expect(await reach()).toEqual({ openSessions: 3, activeKeys: 1 })
    const permissions = new Set([...admin.permissions].filter((each) => each !== 'api_keys.read'))
    expect(await reach({ ...admin, permissions })).toEqual({ openSessions: 3, activeKeys: null })
    const { items } = await console.sessions.list(admin, { userId, limit: 50 })
    expect(items.filter(({ state }) => state === 'open')).toHaveLength(3)
  })

  test('who is disabled has no sessions, keys and links any more', async () => {
    await using lab = await openLab()
    const admin = await lab.person('administrator')
    const { userId } = await lab.person('operator')
    await lab.apiKeys.create(admin, { name: 'k', permissions: ['runs.read'], userId })
    const link = await lab.users.createPasswordLink(admin, { id: userId })
    expect(await lab.users.disable(admin, { id: userId })).toMatchObject({ status: 'disabled' })
    expect((await lab.apiKeys.list(admin, { userId })).items).toMatchObject([{ state: 'revoked' }])
    expect(
      await lab.users.redeemPasswordLink(stranger, { token: link.token, password: goodPassword }).catch(codeOf),
    ).toBe('unauthenticated')
    expect(await lab.users.createPasswordLink(admin, { id: userId }).catch(codeOf)).toBe('refused')
    const [event] = await lab.events('user.disable')
    expect(JSON.parse(event?.details ?? '')).toEqual({ revoked: { sessions: 0, keys: 1 } })
  })
})

describe('there is always an administrator', () => {
  test('the last one can be neither disabled nor demoted', async () => {
    await using lab = await openLab()
    const admin = await lab.person('administrator')
    const other = await lab.person('administrator', 'other@example.com')
    await lab.users.update(admin, { id: other.userId, role: 'operator' })
    expect(await lab.users.disable(admin, { id: admin.userId }).catch(codeOf)).toBe('refused')
    expect(await lab.users.update(admin, { id: admin.userId, role: 'operator' }).catch(codeOf)).toBe('refused')
    expect(await lab.users.update(admin, { id: admin.userId, name: 'Still here' })).toMatchObject({
      role: 'administrator',
    })
  })

  test('also when two demote each other at once', async () => {
    await using lab = await openLab()
    const one = await lab.person('administrator')
    const two = await lab.person('administrator', 'two@example.com')
    const results = await Promise.all([
      lab.users.update(one, { id: two.userId, role: 'operator' }).catch(codeOf),
      lab.users.update(two, { id: one.userId, role: 'operator' }).catch(codeOf),
    ])
    expect(results.filter((result) => result === 'refused')).toHaveLength(1)
    expect(await lab.catalog.db.user.count({ where: { role: 'administrator', status: 'active' } })).toBe(1)
  })
})

test('a key that may handle users can not make or take over somebody who may do more than it', async () => {
  await using lab = await openLab()
  const admin = await lab.person('administrator')
  const { userId } = await lab.person('operator')
  const key = {
    ...admin,
    kind: 'api_key' as const,
    permissions: new Set(['users.read', 'users.write', 'requests.create'] as const),
  }
  const requester = await lab.users.create(key, { email: 'r@example.com', name: 'R', role: 'requester' })
  const tries = [
    () => lab.users.create(key, { email: 'x@example.com', name: 'X', role: 'administrator' }),
    () => lab.users.update(key, { id: requester.user.id, role: 'operator' }),
    () => lab.users.update(key, { id: userId, name: 'X' }),
    () => lab.users.createPasswordLink(key, { id: admin.userId }),
    () => lab.users.resetSecondFactor(key, { id: admin.userId }),
    () => lab.users.disable(key, { id: userId }),
  ]
  for (const each of tries) expect(await each().catch(codeOf)).toBe('forbidden')
})

test('the list is by address, in pages, and filtered', async () => {
  await using lab = await openLab()
  const admin = await lab.person('administrator', 'm@example.com')
  for (const name of ['c', 'a', 'b']) {
    await lab.users.create(admin, {
      email: `${name}@example.org`,
      name: `Name ${name}`,
      role: name === 'b' ? 'auditor' : 'operator',
    })
  }
  const emails = async (filter: Parameters<typeof lab.users.list>[1]) => {
    const page = await lab.users.list(admin, filter)
    return [page.items.map(({ email }) => email[0]).join(''), page.nextCursor]
  }
  expect(await emails({})).toEqual(['abcm', null])
  expect(await emails({ limit: 2 })).toEqual(['ab', 'b@example.org'])
  expect(await emails({ limit: 2, cursor: 'b@example.org' })).toEqual(['cm', null])
  expect(await emails({ role: 'operator' })).toEqual(['ac', null])
  expect(await emails({ search: 'Example.ORG', limit: 1 })).toEqual(['a', 'a@example.org'])
  expect(await emails({ search: 'Name b' })).toEqual(['b', null])
  expect(await emails({ status: 'disabled' })).toEqual(['', null])
})
