// Sign-in through a real OpenID Connect provider: code flow with PKCE, state and nonce; the provider's groups decide on the role.
import { describe, expect, test } from 'vitest'
import type { Role } from '#server/contract/permissions.ts'
import { type OidcAccount, type OidcServer, startOidcProvider } from '../services/oidc.ts'
import { type Answer, type Browser, type Console, goodPassword, startConsole } from './testing.ts'

const auth = '/backups/api/auth'
const roles: Record<string, Role> = { 'backup-admins': 'administrator', 'backup-ops': 'operator', staff: 'requester' }
const ada: OidcAccount = {
  sub: 'u-1',
  email: 'Ada@Example.com',
  email_verified: true,
  name: 'Ada',
  groups: ['staff', 'backup-ops'],
}

/** Console and provider need each other's address: the console is asked for its own when the provider starts. */
async function start(
  options: { lean?: boolean } = {},
): Promise<{ console: Console; provider: OidcServer } & AsyncDisposable> {
  const settings = { clientId: '', clientSecret: '', issuer: '' }
  const console = await startConsole({
    oidc: () => ({
      name: 'Test',
      groupsClaim: 'groups',
      scope: 'openid email profile groups',
      roles,
      get issuer() {
        return settings.issuer
      },
      get clientId() {
        return settings.clientId
      },
      get clientSecret() {
        return settings.clientSecret
      },
    }),
  })
  const provider = await startOidcProvider({ redirectUri: `${console.origin}${auth}/callback/oidc`, ...options })
  Object.assign(settings, { issuer: provider.issuer, clientId: provider.clientId, clientSecret: provider.clientSecret })
  provider.account = ada
  return {
    console,
    provider,
    async [Symbol.asyncDispose]() {
      await provider[Symbol.asyncDispose]()
      await console[Symbol.asyncDispose]()
    },
  }
}

/** The URL of the provider that sign-in begins with. */
async function begin(browser: Browser): Promise<string> {
  const answer = await browser.post(`${auth}/signin/oidc`, { csrfToken: await browser.csrfToken(), json: 'true' })
  return (answer.json as { url: string }).url
}

/** Follows redirects until the console's callback is due; gives its URL. */
async function toCallback(browser: Browser, from: string): Promise<string> {
  let url = from
  while (!url.includes(`${auth}/callback/oidc`)) {
    const answer = await browser.request(url)
    const next = answer.headers.get('location')
    if (next === null) throw new Error(`${url} answered ${answer.status} ${answer.text}`)
    url = new URL(next, url).href
  }
  return url
}

const enter = async (browser: Browser): Promise<Answer> =>
  browser.request(await toCallback(browser, await begin(browser)))

describe('with a mapped group', () => {
  test.each([{ lean: false }, { lean: true }, { lean: true, publicClient: true }])(
    'the user is made with the mightiest role of the groups (lean ID token: $lean, public client: $publicClient)',
    async (options) => {
      await using both = await start(options)
      const { console, provider } = both
      const browser = console.browser()
      const answer = await enter(browser)
      expect(answer).toMatchObject({ status: 302 })
      expect(answer.headers.get('location')).toBe(console.publicUrl)
      expect(await browser.whoAmI()).toMatchObject({ kind: 'user', role: 'operator', name: 'Ada' })
      const [user] = await console.catalog.db.user.findMany({ include: { sessions: true } })
      expect(user).toMatchObject({
        email: 'ada@example.com',
        role: 'operator',
        passwordHash: null,
        oidcSubject: 'u-1',
        oidcIssuer: provider.issuer,
      })
      expect(user?.sessions).toMatchObject([{ method: 'oidc' }])
      expect(await console.events('user.create')).toMatchObject([{ result: 'success', actorId: user?.id }])
      expect(await console.events('session.sign_in')).toMatchObject([{ result: 'success', actorId: user?.id }])
      const [asked] = provider.requests
      expect(asked?.get('response_type')).toBe('code')
      expect(asked?.get('code_challenge_method')).toBe('S256')
      for (const name of ['code_challenge', 'state', 'nonce']) expect(asked?.get(name)?.length).toBeGreaterThan(20)
    },
  )

  test('the role follows the groups at each sign-in, and the user stays the same', async () => {
    await using both = await start()
    const { console, provider } = both
    await console.person('administrator')
    await enter(console.browser())
    provider.account = { ...ada, email: 'ada.l@example.com', groups: ['staff'] }
    const browser = console.browser()
    await enter(browser)
    expect(await browser.whoAmI()).toMatchObject({ role: 'requester' })
    expect(await console.catalog.db.user.count({ where: { oidcSubject: 'u-1' } })).toBe(1)
    const [change] = await console.events('user.update')
    expect(JSON.parse(change?.before ?? '')).toMatchObject({ role: 'operator', email: 'ada@example.com' })
    expect(JSON.parse(change?.after ?? '')).toMatchObject({ role: 'requester', email: 'ada.l@example.com' })
  })

  test('a name is cleaned of what cannot be seen, and lets its bearer in', async () => {
    await using both = await start()
    const { console, provider } = both
    const browser = console.browser()
    const names: [given: string, kept: string][] = [
      ['Ada\u202Ecod.exe\n', 'Adacod.exe'],
      ['\u200B\u2066', 'ada@example.com'],
      ['Ada '.repeat(100), 'Ada '.repeat(50).trim()],
    ]
    for (const [given, kept] of names) {
      provider.account = { ...ada, name: given }
      expect(await enter(browser)).toMatchObject({ status: 302 })
      expect(await browser.whoAmI()).toMatchObject({ kind: 'user', name: kept })
    }
  })

  test('the last administrator stays one, whatever the groups say', async () => {
    await using both = await start()
    const { console, provider } = both
    provider.account = { ...ada, groups: ['backup-admins'] }
    await enter(console.browser())
    provider.account = { ...ada, groups: ['staff'] }
    const browser = console.browser()
    await enter(browser)
    expect(await browser.whoAmI()).toMatchObject({ role: 'administrator' })
    await console.person('administrator', 'other@example.com')
    await enter(browser)
    expect(await browser.whoAmI()).toMatchObject({ role: 'requester' })
  })
})

describe('refused, and audited', () => {
  const cases: [why: string, account: OidcAccount, reason: string][] = [
    ['no group at all', { sub: 'u-2', email: 'b@example.com' }, 'no group'],
    ['an address with what cannot be seen', { ...ada, email: 'ada\u200B@example.com' }, 'cannot be seen'],
    ['no mapped group', { ...ada, groups: ['other', '__proto__', 'constructor'] }, 'no group'],
    ['no e-mail address', { sub: 'u-3', groups: ['staff'] }, 'no e-mail address'],
    ['an address that is not verified', { ...ada, email_verified: false }, 'not verified'],
    ['the address of a local account', { ...ada, email: 'administrator@example.com' }, 'another account'],
  ]
  test.each(cases)('%s', async (_why, account, reason) => {
    await using both = await start()
    const { console, provider } = both
    await console.person('administrator')
    provider.account = account
    const browser = console.browser()
    const answer = await enter(browser)
    expect(answer.headers.get('location')).toBe(`${console.origin}${auth}/error?error=AccessDenied`)
    expect(await browser.whoAmI()).toMatchObject({ kind: 'anonymous' })
    expect(await console.catalog.db.user.count()).toBe(1)
    const [event] = await console.events('session.sign_in')
    expect(event).toMatchObject({ result: 'denied', actorKind: 'anonymous' })
    expect(event?.details).toContain(reason)
  })

  test('a person whose role is gone: their sessions and keys go with it', async () => {
    await using both = await start()
    const { console, provider } = both
    const admin = await console.person('administrator')
    const browser = console.browser()
    await enter(browser)
    const { id: userId } = await console.catalog.db.user.findUniqueOrThrow({ where: { email: 'ada@example.com' } })
    const { item } = await console.apiKeys.create(admin, { name: 'ci', permissions: ['runs.read'], userId })
    const stranger = console.browser()
    provider.account = { sub: 'u-9', email: 'z@example.com' }
    await enter(stranger)
    expect(await browser.whoAmI()).toMatchObject({ role: 'operator' })
    provider.account = { ...ada, groups: [] }
    await enter(console.browser())
    expect(await browser.whoAmI()).toMatchObject({ kind: 'anonymous' })
    const key = await console.catalog.db.apiKey.findUniqueOrThrow({ where: { id: item.id } })
    expect(key.revokedAt).not.toBeNull()
    const event = (await console.events('session.sign_in')).at(-1)
    expect(event).toMatchObject({ result: 'denied', targetId: userId })
    expect(JSON.parse(event?.details ?? '')).toMatchObject({ revoked: { sessions: 1, keys: 1 } })
  })

  test('the last administrator, who keeps what is open', async () => {
    await using both = await start()
    const { console, provider } = both
    provider.account = { ...ada, groups: ['backup-admins'] }
    const browser = console.browser()
    await enter(browser)
    provider.account = { ...ada, groups: [] }
    const other = console.browser()
    await enter(other)
    expect(await other.whoAmI()).toMatchObject({ kind: 'anonymous' })
    expect(await browser.whoAmI()).toMatchObject({ role: 'administrator' })
    const event = (await console.events('session.sign_in')).at(-1)
    expect(event).toMatchObject({ result: 'denied' })
    expect(event?.details).not.toContain('revoked')
    await console.person('administrator', 'other@example.com')
    await enter(other)
    expect(await browser.whoAmI()).toMatchObject({ kind: 'anonymous' })
  })

  test('a disabled account', async () => {
    await using both = await start()
    const { console } = both
    const admin = await console.person('administrator')
    await enter(console.browser())
    const { id } = await console.catalog.db.user.findUniqueOrThrow({ where: { email: 'ada@example.com' } })
    await console.users.disable(admin, { id })
    const browser = console.browser()
    await enter(browser)
    expect(await browser.whoAmI()).toMatchObject({ kind: 'anonymous' })
  })

  test('whoever cancels at the provider', async () => {
    await using both = await start()
    both.provider.account = null
    const browser = both.console.browser()
    expect((await enter(browser)).headers.get('location')).toContain('error=')
    expect(await browser.whoAmI()).toMatchObject({ kind: 'anonymous' })
    expect(await both.console.events('session.sign_in')).toMatchObject([{ result: 'failure' }])
  })

  test('a callback with another state, without its cookies, or a second time', async () => {
    await using both = await start()
    const { console } = both
    const browser = console.browser()
    const callback = await toCallback(browser, await begin(browser))
    const bent = new URL(callback)
    bent.searchParams.set('state', 'x')
    const other = console.browser()
    await begin(other)
    for (const [who, url] of [
      [console.browser(), callback],
      [other, callback],
      [browser, bent.href],
    ] as const) {
      expect((await who.request(url)).headers.get('location')).toContain('error=OAuthCallback')
      expect(await who.whoAmI()).toMatchObject({ kind: 'anonymous' })
    }
    const clean = console.browser()
    const used = await toCallback(clean, await begin(clean))
    const cookies = new Map(clean.cookies())
    await clean.request(used)
    expect(await clean.whoAmI()).toMatchObject({ kind: 'user' })
    const thief = console.browser()
    for (const [name, value] of cookies) thief.cookies().set(name, value)
    await thief.request(used)
    expect(await thief.whoAmI()).toMatchObject({ kind: 'anonymous' })
  })

  test('to have the request to the provider changed from outside', async () => {
    await using both = await start()
    const { console, provider } = both
    const browser = console.browser()
    const csrfToken = await browser.csrfToken()
    const bent = '?scope=openid+offline_access&redirect_uri=https://evil.example/&response_mode=form_post&prompt=none'
    const answer = await browser.post(`${auth}/signin/oidc${bent}`, { csrfToken, json: 'true' })
    const { searchParams } = new URL((answer.json as { url: string }).url)
    expect(searchParams.get('scope')).toBe('openid email profile groups')
    expect(searchParams.get('redirect_uri')).toBe(`${console.origin}${auth}/callback/oidc`)
    expect([searchParams.get('response_mode'), searchParams.get('prompt')]).toEqual([null, null])
    expect((await browser.post(`${auth}/signin/oidc`, { csrfToken: 'x', json: 'true' })).status).toBe(403)
    expect(provider.requests).toEqual([])
  })
})

test('a provider that is not there is a failure of sign-in, not of the server, and nothing secret is logged', async () => {
  await using both = await start()
  const { console, provider } = both
  await enter(console.browser())
  await provider[Symbol.asyncDispose]()
  const browser = console.browser()
  const answer = await browser.post(`${auth}/signin/oidc`, { csrfToken: await browser.csrfToken(), json: 'true' })
  expect((answer.json as { url: string }).url).toContain('error=OAuthSignin')
  expect(console.lines.join('\n')).toContain('SIGNIN_OAUTH_ERROR')
  expect(console.lines.join('\n')).not.toContain(provider.clientSecret)
  await console.person('administrator')
  expect((await browser.signIn('administrator@example.com', goodPassword)).status).toBe(200)
}, 60_000)
