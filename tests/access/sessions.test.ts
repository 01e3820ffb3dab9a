// Sessions: asked about at every request, so that what changed in the catalog counts at once.
import { describe, expect, test } from 'vitest'
import { codeOf } from '#server/contract/errors.ts'
import { actorOf, type Console, goodPassword, startConsole } from './testing.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

const signedIn = async (console: Console, email = 'administrator@example.com', password = goodPassword) => {
  const browser = console.browser()
  await browser.signIn(email, password)
  const { kind, sessionId } = await browser.whoAmI()
  expect(kind).toBe('user')
  return { browser, sessionId: sessionId ?? '' }
}

/** Waits for notes of last use: they are written after what came before. */
const settle = (console: Console): Promise<void> => console.catalog.transaction(async () => undefined)

describe('a session ends', () => {
  test('after twelve hours without use', async () => {
    await using console = await startConsole()
    await console.person('administrator')
    const { browser } = await signedIn(console)
    console.clock.advance(12 * HOUR - 1)
    expect(await browser.whoAmI()).toMatchObject({ kind: 'user' })
    await settle(console)
    console.clock.advance(12 * HOUR - 1)
    expect(await browser.whoAmI()).toMatchObject({ kind: 'user' })
    await settle(console)
    console.clock.advance(12 * HOUR)
    expect(await browser.whoAmI()).toMatchObject({ kind: 'anonymous' })
  })

  test('after seven days, however busy', async () => {
    await using console = await startConsole()
    await console.person('administrator')
    const { browser } = await signedIn(console)
    for (let hours = 0; hours < 7 * 24 - 6; hours += 6) {
      console.clock.advance(6 * HOUR)
      expect(await browser.whoAmI()).toMatchObject({ kind: 'user' })
      await settle(console)
    }
    console.clock.advance(6 * HOUR)
    expect(await browser.whoAmI()).toMatchObject({ kind: 'anonymous' })
  })

  test('with the account, and does not come back with it', async () => {
    await using console = await startConsole()
    const admin = await console.person('administrator')
    const { userId } = await console.person('operator')
    const { browser } = await signedIn(console, 'operator@example.com')
    await console.users.disable(admin, { id: userId })
    expect(await browser.whoAmI()).toMatchObject({ kind: 'anonymous' })
    await console.users.update(admin, { id: userId, status: 'active' })
    expect(await browser.whoAmI()).toMatchObject({ kind: 'anonymous' })
  })

  test('with a new password, but for the one that set it', async () => {
    await using console = await startConsole()
    await console.person('administrator')
    const [mine, other] = [await signedIn(console), await signedIn(console)]
    const { userId } = await console.person('operator')
    const operator = await signedIn(console, 'operator@example.com')
    const { id } = await console.catalog.db.user.findUniqueOrThrow({ where: { email: 'administrator@example.com' } })
    const actor = await actorOf(console.catalog, id, mine.sessionId)
    const next = 'granite whistle under plum'
    expect(await console.profile.changePassword(actor, { current: goodPassword, next })).toEqual({ sessionsRevoked: 1 })
    expect(await mine.browser.whoAmI()).toMatchObject({ kind: 'user' })
    expect(await other.browser.whoAmI()).toMatchObject({ kind: 'anonymous' })
    expect(await operator.browser.whoAmI()).toMatchObject({ kind: 'user', id: userId })
    expect((await console.browser().signIn('administrator@example.com', goodPassword)).status).toBe(401)
    await signedIn(console, 'administrator@example.com', next)
    expect((await console.events('profile.password')).at(-1)).toMatchObject({ result: 'success' })
  })
})

test('the role is the one of now, not the one of the sign-in', async () => {
  await using console = await startConsole()
  const admin = await console.person('administrator')
  const { userId } = await console.person('operator')
  const { browser } = await signedIn(console, 'operator@example.com')
  await console.users.update(admin, { id: userId, role: 'auditor' })
  const now = await browser.whoAmI()
  expect(now).toMatchObject({ role: 'auditor' })
  expect(now).toMatchObject({ permissions: expect.arrayContaining(['audit.read']) })
  expect(now).toMatchObject({ permissions: expect.not.arrayContaining(['runs.start']) })
})

test('the last use is noted at most once a minute', async () => {
  await using console = await startConsole()
  await console.person('administrator')
  const { browser, sessionId } = await signedIn(console)
  const seen = async (): Promise<number> => {
    await browser.whoAmI()
    await settle(console)
    return (await console.catalog.db.session.findUniqueOrThrow({ where: { id: sessionId } })).lastSeenAt.getTime()
  }
  const start = console.clock.now()
  console.clock.advance(MINUTE - 1)
  expect(await seen()).toBe(start)
  console.clock.advance(1)
  expect(await seen()).toBe(start + MINUTE)
  console.clock.advance(1_000)
  expect(await seen()).toBe(start + MINUTE)
})

describe('the lists', () => {
  test('of all sessions are for those who see users, newest first and in pages; the state is told', async () => {
    await using console = await startConsole()
    const admin = await console.person('administrator')
    const operator = await console.person('operator')
    const made: string[] = []
    for (const name of ['operator', 'administrator', 'operator']) {
      made.unshift((await signedIn(console, `${name}@example.com`)).sessionId)
    }
    const [newest = '', middle = '', oldest = ''] = made
    await console.sessions.revoke(admin, { id: oldest })
    const first = await console.sessions.list({ ...admin, sessionId: middle }, { limit: 2 })
    expect(first.items.map(({ id, current, state }) => ({ id, current, state }))).toEqual([
      { id: newest, current: false, state: 'open' },
      { id: middle, current: true, state: 'open' },
    ])
    const rest = await console.sessions.list(admin, { limit: 2, cursor: first.nextCursor ?? '' })
    expect(rest).toMatchObject({
      items: [{ id: oldest, state: 'revoked', user: { email: 'operator@example.com' } }],
      nextCursor: null,
    })
    const theirs = await console.sessions.list(admin, { userId: operator.userId })
    expect(theirs.items.map(({ id }) => id)).toEqual([newest, oldest])
    expect(await console.events('session.revoke')).toMatchObject([{ targetId: oldest, actorId: admin.userId }])
  })

  test('of the own ones hold no others, and no others can be ended there', async () => {
    await using console = await startConsole()
    await console.person('administrator')
    const operator = await console.person('operator')
    const theirs = await signedIn(console)
    const own = await signedIn(console, 'operator@example.com')
    const again = await signedIn(console, 'operator@example.com')
    const actor = { ...operator, sessionId: again.sessionId }
    expect((await console.profile.sessions(actor, {})).items.map(({ id }) => id)).toEqual([
      again.sessionId,
      own.sessionId,
    ])
    expect(await console.profile.revokeSession(actor, { id: theirs.sessionId }).catch(codeOf)).toBe('not_found')
    expect(await theirs.browser.whoAmI()).toMatchObject({ kind: 'user' })
    expect(await console.profile.revokeOtherSessions(actor)).toEqual({ revoked: 1 })
    expect(await own.browser.whoAmI()).toMatchObject({ kind: 'anonymous' })
    expect(await again.browser.whoAmI()).toMatchObject({ kind: 'user' })
  })
})

test('a catalog that takes no writes still lets sessions be read, and the log says what was not noted', async () => {
  await using console = await startConsole()
  await console.person('administrator')
  const { browser, sessionId } = await signedIn(console)
  const name = `refuse_${sessionId.replaceAll('-', '')}`
  await console.catalog.transaction(async (tx) => {
    await tx.$executeRawUnsafe(
      `CREATE TRIGGER ${name} BEFORE UPDATE ON "Session" BEGIN SELECT RAISE(ABORT, 'no writes in this test'); END`,
    )
  })
  console.clock.advance(2 * MINUTE)
  expect(await browser.whoAmI()).toMatchObject({ kind: 'user' })
  await settle(console)
  expect(console.lines.join('')).toContain('the last use of a session could not be noted')
})
