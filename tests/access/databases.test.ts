// What access leaves to the catalog, on SQLite and on PostgreSQL: races with one winner, locks, lists, and that every change has its event.
import { Secret, TOTP } from 'otpauth'
import { expect, test } from 'vitest'
import { codeOf } from '#server/contract/errors.ts'
import { onBothDatabases } from '../services/both.ts'
import { goodPassword, openLab, startConsole, stranger } from './testing.ts'

const codeAt = (secret: string, timestamp: number): string =>
  new TOTP({ secret: Secret.fromBase32(secret), algorithm: 'SHA1', digits: 6, period: 30 }).generate({ timestamp })

onBothDatabases('access', ({ newUrl }) => {
  test('of those who redeem one set-up link at once, one becomes the administrator', async () => {
    await using lab = await openLab({ url: await newUrl() })
    const { token = '' } = (await lab.users.createSetupLink()) ?? {}
    const redeem = (number: number) => {
      const input = { token, email: `u${number}@example.com`, name: 'First', password: goodPassword }
      return lab.users.redeemSetupLink(stranger, input).catch(codeOf)
    }
    const results = await Promise.all([1, 2, 3, 4].map(redeem))
    expect(results.filter((result) => result === 'unauthenticated')).toHaveLength(3)
    expect(await lab.catalog.db.user.count()).toBe(1)
    expect((await lab.events('setup.redeem')).filter(({ result }) => result === 'success')).toHaveLength(1)
  })

  test('two administrators who demote each other leave one', async () => {
    await using lab = await openLab({ url: await newUrl() })
    const one = await lab.person('administrator')
    const two = await lab.person('administrator', 'two@example.com')
    const demote = (actor: typeof one, id: string) => lab.users.update(actor, { id, role: 'operator' }).catch(codeOf)
    const results = await Promise.all([demote(one, two.userId), demote(two, one.userId)])
    expect(results.filter((result) => result === 'refused')).toHaveLength(1)
  })

  test('sign-in, lock-out, a code that works once, sign-out', async () => {
    await using console = await startConsole({ url: await newUrl() })
    const email = 'administrator@example.com'
    const admin = await console.person('administrator')
    const { secret } = await console.profile.startSecondFactor(admin, { password: goodPassword })
    const first = codeAt(secret, console.clock.now())
    await console.profile.confirmSecondFactor(admin, { password: goodPassword, code: first })
    console.clock.advance(30_000)
    const code = codeAt(secret, console.clock.now())
    const browsers = [console.browser(), console.browser()]
    await Promise.all(browsers.map((browser) => browser.signIn(email, goodPassword, { code })))
    const kinds = await Promise.all(browsers.map(async (browser) => (await browser.whoAmI()).kind))
    expect(kinds.toSorted()).toEqual(['anonymous', 'user'])
    const inside = browsers[kinds.indexOf('user')] ?? console.browser()
    for (let made = 0; made < 5; made++) await console.browser().signIn(email, 'not the password')
    expect((await console.browser().signIn(email, goodPassword)).status).toBe(429)
    await inside.signOut()
    expect(await inside.whoAmI()).toMatchObject({ kind: 'anonymous' })
    const results = (await console.events('session.sign_in')).map(({ result }) => result)
    expect(results.filter((result) => result === 'success')).toHaveLength(1)
    expect(results.filter((result) => result === 'failure').length).toBeGreaterThanOrEqual(5)
  })

  test('lists of users, sessions and keys go on where the page before ended', async () => {
    await using console = await startConsole({ url: await newUrl() })
    const admin = await console.person('administrator')
    for (const name of ['d', 'b', 'c']) await console.person('operator', `${name}@example.com`)
    for (const name of ['d', 'b', 'c']) {
      await console.browser().signIn(`${name}@example.com`, goodPassword)
      await console.apiKeys.create(admin, { name, permissions: ['runs.read'] })
      console.clock.advance(5)
    }
    type Page = { items: readonly unknown[]; nextCursor: string | null }
    const all = async <P extends Page>(
      list: (cursor: string | undefined) => Promise<P>,
    ): Promise<P['items'][number][]> => {
      const found: P['items'][number][] = []
      let cursor: string | undefined
      do {
        const page = await list(cursor)
        found.push(...page.items)
        cursor = page.nextCursor ?? undefined
      } while (cursor !== undefined)
      return found
    }
    const users = await all((cursor) => console.users.list(admin, { limit: 1, cursor }))
    const sessions = await all((cursor) => console.sessions.list(admin, { limit: 2, cursor }))
    const keys = await all((cursor) => console.apiKeys.list(admin, { limit: 1, cursor }))
    expect(users.map(({ email }) => email[0])).toEqual(['a', 'b', 'c', 'd'])
    expect(sessions.map(({ user }) => user.email[0])).toEqual(['c', 'b', 'd'])
    expect(keys.map(({ name }) => name)).toEqual(['c', 'b', 'd'])
  })
})
