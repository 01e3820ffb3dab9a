// Sign-in over HTTP through next-auth on a plain Node handler: what lets in, what does not, and what is written down.
import { describe, expect, test } from 'vitest'
import { goodPassword, startConsole } from './testing.ts'

const MINUTE = 60_000

const email = 'ada@example.com'
const auth = '/backups/api/auth'

describe('with the right password', () => {
  test('a session opens, is told, and ends with sign-out, also for a copy of its cookie', async () => {
    await using console = await startConsole()
    const { userId } = await console.person('administrator', email)
    const browser = console.browser({ 'user-agent': 'Test/1' })
    const answer = await browser.signIn(' Ada@Example.com ', goodPassword)
    expect(answer).toMatchObject({ status: 200, json: { url: console.publicUrl } })
    const session = await browser.request(`${auth}/session`)
    expect(session.json).toMatchObject({ user: { id: userId, email, role: 'administrator' } })
    expect(await browser.whoAmI()).toMatchObject({ kind: 'user', id: userId, role: 'administrator' })
    const rows = await console.catalog.db.session.findMany()
    expect(rows).toMatchObject([{ userId, method: 'password', ip: '127.0.0.1', userAgent: 'Test/1', revokedAt: null }])

    const copy = console.browser()
    for (const [name, value] of browser.cookies()) copy.cookies().set(name, value)
    expect(await copy.whoAmI()).toMatchObject({ kind: 'user' })
    await browser.signOut()
    expect([...browser.cookies().keys()]).not.toContain('holdfast.session')
    expect(await copy.whoAmI()).toMatchObject({ kind: 'anonymous' })
    expect((await copy.request(`${auth}/session`)).json).toEqual({})

    const [signIn] = await console.events('session.sign_in')
    expect(signIn).toMatchObject({ actorKind: 'user', actorId: userId, result: 'success', ip: '127.0.0.1' })
    expect(await console.events('session.sign_out')).toMatchObject([{ actorId: userId, result: 'success' }])
  })

  test('a form without scripts is sent on to the page asked for', async () => {
    await using console = await startConsole()
    await console.person('administrator', email)
    const browser = console.browser()
    const csrfToken = await browser.csrfToken()
    const fields = { csrfToken, email, password: goodPassword, callbackUrl: '/backups/runs' }
    const answer = await browser.post(`${auth}/callback/password`, fields)
    expect(answer.status).toBe(302)
    expect(answer.headers.get('location')).toBe(`${console.origin}/backups/runs`)
    const wrong = await browser.post(`${auth}/callback/password`, { ...fields, password: 'not the password' })
    expect(wrong.headers.get('location')).toBe(
      `${console.origin}${auth}/error?error=CredentialsSignin&provider=password`,
    )
    const page = await browser.request(wrong.headers.get('location') ?? '')
    const next = await browser.request(page.headers.get('location') ?? '')
    expect(next.headers.get('location')).toMatch(/^\/backups\/sign-in\?callbackUrl=.*&error=CredentialsSignin$/)
  })

  test('JSON is taken as well', async () => {
    await using console = await startConsole()
    await console.person('administrator', email)
    const browser = console.browser()
    const body = JSON.stringify({ csrfToken: await browser.csrfToken(), email, password: goodPassword, json: 'true' })
    const headers = { 'content-type': 'application/json' }
    expect((await browser.request(`${auth}/callback/password`, { method: 'POST', body, headers })).status).toBe(200)
    expect(await browser.whoAmI()).toMatchObject({ kind: 'user' })
  })
})

describe('refused', () => {
  test('a wrong password, an unknown name, a disabled account: all get the same answer', async () => {
    await using console = await startConsole()
    const admin = await console.person('administrator', email)
    const gone = await console.person('operator', 'gone@example.com')
    await console.users.disable(admin, { id: gone.userId })
    await console.users.create(admin, { email: 'new@example.com', name: 'New', role: 'operator' })
    const answers = []
    for (const [name, password] of [
      [email, 'not the password'],
      ['nobody@example.com', goodPassword],
      ['gone@example.com', goodPassword],
      ['new@example.com', goodPassword],
      [email, ''],
    ] as const) {
      const browser = console.browser()
      const { status, json } = await browser.signIn(name, password)
      answers.push({ status, json })
      expect(await browser.whoAmI()).toMatchObject({ kind: 'anonymous' })
    }
    const url = `${console.origin}${auth}/error?error=CredentialsSignin&provider=password`
    expect(answers).toEqual(Array(5).fill({ status: 401, json: { url } }))
    const events = (await console.events('session.sign_in')).filter(({ result }) => result === 'failure')
    expect(events.map(({ details }) => JSON.parse(details ?? '{}').reason)).toEqual([
      'wrong password',
      'unknown',
      'disabled',
      'wrong password',
      'wrong password',
    ])
    expect(events.map(({ targetName }) => targetName)).toContain('nobody@example.com')
  })

  test('what is typed into the wrong field is not written down', async () => {
    await using console = await startConsole()
    await console.browser().signIn('hunter2 is my secret', 'x')
    const [event] = await console.events('session.sign_in')
    expect(event).toMatchObject({ targetName: '(no e-mail address)' })
    expect(JSON.stringify(await console.catalog.db.auditEvent.findMany({ omit: { at: true } }))).not.toContain(
      'hunter2',
    )
  })

  test('a csrf token that does not fit its cookie, or none', async () => {
    await using console = await startConsole()
    await console.person('administrator', email)
    const browser = console.browser()
    await browser.csrfToken()
    const fields = { email, password: goodPassword, json: 'true' }
    const other = await console.browser().csrfToken()
    for (const csrf of [{}, { csrfToken: 'x' }, { csrfToken: other }]) {
      const answer = await browser.post(`${auth}/callback/password`, { ...fields, ...csrf })
      expect(answer).toMatchObject({ status: 403, json: { error: { code: 'forbidden' } } })
    }
    const bare = await console.browser().post(`${auth}/callback/password`, { ...fields, csrfToken: other })
    expect(bare.status).toBe(403)
    expect(await console.events('session.sign_in')).toMatchObject(
      Array(4).fill({ result: 'denied', actorKind: 'anonymous' }),
    )
    await browser.signIn(email, goodPassword)
    expect((await browser.post(`${auth}/signout`, { csrfToken: 'x', json: 'true' })).status).toBe(403)
    expect(await browser.whoAmI()).toMatchObject({ kind: 'user' })
  })

  test('a form of another site', async () => {
    await using console = await startConsole()
    await console.person('administrator', email)
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
    ]) {
      const answer = await console.browser(headers).signIn(email, goodPassword)
      expect(answer).toMatchObject({ status: 403, json: { error: { code: 'forbidden' } } })
    }
    expect(await console.catalog.db.session.count()).toBe(0)
    expect(await console.events('session.sign_in')).toMatchObject(Array(3).fill({ result: 'denied' }))
  })

  test.each([
    'https://evil.example/backups',
    '//evil.example',
    '/\\evil.example',
    'https://127.0.0.1@evil.example/',
    'javascript:alert(1)',
  ])('to be sent on to %s: the console itself is where it leads', async (callbackUrl) => {
    await using console = await startConsole()
    await console.person('administrator', email)
    const browser = console.browser()
    const answer = await browser.signIn(email, goodPassword, { callbackUrl })
    expect(answer).toMatchObject({ status: 200, json: { url: console.publicUrl } })
    const page = await browser.request(`${auth}/signin?callbackUrl=${encodeURIComponent(callbackUrl)}`)
    expect(page.headers.get('location') ?? '').not.toContain('evil')
  })

  test('every other route and method of next-auth', async () => {
    await using console = await startConsole()
    const browser = console.browser()
    for (const [method, route] of [
      ['POST', '_log'],
      ['POST', 'session'],
      ['POST', 'signin/password'],
      ['POST', 'callback/oidc'],
      ['GET', 'callback/password'],
      ['GET', 'verify-request'],
      ['PUT', 'signout'],
      ['GET', ''],
      ['GET', '../../../etc/passwd'],
    ] as const) {
      const init =
        method === 'POST' ? { method, body: '{}', headers: { 'content-type': 'application/json' } } : { method }
      expect(await browser.request(`${auth}/${route}`, init)).toMatchObject({ status: 404 })
    }
  })

  test('bodies that are none of a sign-in', async () => {
    await using console = await startConsole()
    const browser = console.browser()
    const send = (body: string, type: string) =>
      browser.request(`${auth}/callback/password`, { method: 'POST', body, headers: { 'content-type': type } })
    expect((await send('x'.repeat(20_000), 'application/json')).status).toBe(413)
    expect((await send('{"password": hunter2', 'application/json')).text).not.toContain('hunter2')
    expect((await send('{', 'application/json')).status).toBe(400)
    expect((await send('a=b', 'text/plain')).status).toBe(400)
    expect((await send('["a"]', 'application/json')).status).toBe(403)
    expect((await browser.signIn(email, 'x'.repeat(2_000))).status).toBe(413)
  })
})

describe('lock-out', () => {
  test('after five wrong passwords everybody waits, also with the right one, also after a restart, and not for ever', async () => {
    await using console = await startConsole()
    await console.person('administrator', email)
    const browser = console.browser()
    for (let made = 0; made < 5; made++) expect((await browser.signIn(email, 'not the password')).status).toBe(401)
    const locked = await browser.signIn(email, goodPassword)
    expect(locked).toMatchObject({ status: 429, json: { url: expect.stringContaining('error=TooManyAttempts') } })
    expect(locked.headers.get('retry-after')).toBe('2')
    expect(await console.events('session.lock_out')).toMatchObject([{ result: 'denied', targetName: email }])
    const { lockedUntil } = await console.catalog.db.user.findUniqueOrThrow({ where: { email } })
    expect(lockedUntil?.getTime()).toBe(console.clock.now() + 2_000)

    console.clock.advance(2_001)
    await browser.signIn(email, 'still not the password')
    expect((await browser.signIn(email, goodPassword)).headers.get('retry-after')).toBe('4')
    console.clock.advance(4_001)
    expect((await browser.signIn(email, goodPassword)).status).toBe(200)
    expect(await console.catalog.db.user.findUniqueOrThrow({ where: { email } })).toMatchObject({
      failedAttempts: 0,
      lockedUntil: null,
    })
  })

  test('a name that nobody has is locked just the same', async () => {
    await using console = await startConsole()
    const browser = console.browser()
    for (let made = 0; made < 5; made++) expect((await browser.signIn('nobody@example.com', 'wrong')).status).toBe(401)
    expect((await browser.signIn('nobody@example.com', 'wrong')).headers.get('retry-after')).toBe('2')
  })

  test('the row alone keeps the lock: what a restart forgets is in the catalog', async () => {
    await using console = await startConsole()
    await console.person('administrator', email)
    const data = { failedAttempts: 9, lockedUntil: new Date(console.clock.now() + 10_000) }
    await console.catalog.transaction((tx) => tx.user.updateMany({ where: { email }, data }))
    const browser = console.browser()
    expect((await browser.signIn(email, goodPassword)).headers.get('retry-after')).toBe('10')
    console.clock.advance(10_001)
    expect((await browser.signIn(email, goodPassword)).status).toBe(200)
  })

  test('guesses made at once are not more than guesses made in a row', async () => {
    await using console = await startConsole()
    await console.person('administrator', email)
    const browsers = Array.from({ length: 20 }, () => console.browser())
    const answers = await Promise.all(browsers.map((browser) => browser.signIn(email, 'not the password')))
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(15)
  })

  test(
    'one address that tries many names waits, others do not',
    async () => {
      await using console = await startConsole()
      await console.person('administrator', email)
      const attacker = console.browser({ 'x-test-address': '2001:db8::1' })
      for (let made = 0; made < 20; made++) await attacker.signIn(`name${made}@example.com`, 'guess')
      const neighbour = console.browser({ 'x-test-address': '2001:db8::ffff' })
      expect((await neighbour.signIn(email, goodPassword)).status).toBe(429)
      expect((await console.browser().signIn(email, goodPassword)).status).toBe(200)
      expect(await console.events('session.lock_out')).toMatchObject([{ ip: '2001:db8::ffff' }])
    },
    2 * MINUTE,
  )
})

describe('cookies', () => {
  test('behind https are secure by flag and name, HttpOnly, Lax, and for /backups only', async () => {
    await using console = await startConsole({ publicUrl: 'https://dashboard.acme.com/backups' })
    await console.person('administrator', email)
    const browser = console.browser()
    const answer = await browser.signIn(email, goodPassword)
    expect(answer.json).toEqual({ url: 'https://dashboard.acme.com/backups' })
    expect(browser.setCookies.length).toBeGreaterThanOrEqual(3)
    for (const line of browser.setCookies) {
      expect(line).toMatch(/^__Secure-holdfast\.[a-z-]+=/)
      for (const attribute of [/; Path=\/backups(;|$)/, /; HttpOnly/, /; Secure/, /; SameSite=Lax/])
        expect(line).toMatch(attribute)
    }
    expect(await browser.whoAmI()).toMatchObject({ kind: 'user' })
  })

  test('of another server, or changed, are nobody', async () => {
    await using console = await startConsole()
    await console.person('administrator', email)
    const browser = console.browser()
    await browser.signIn(email, goodPassword)
    const token = browser.cookies().get('holdfast.session') ?? ''
    for (const forged of [
      'x',
      `${token}x`,
      token.slice(0, -2),
      `${token.slice(0, 40)}AAAA${token.slice(44)}`,
      'a.b.c.d.e',
    ]) {
      browser.cookies().set('holdfast.session', forged)
      expect(await browser.whoAmI()).toMatchObject({ kind: 'anonymous' })
      expect((await browser.request(`${auth}/session`)).json).toEqual({})
    }
  })

  test('say nothing about the person: the catalog is asked', async () => {
    await using console = await startConsole()
    await console.person('administrator', email)
    const browser = console.browser()
    await browser.signIn(email, goodPassword)
    const token = browser.cookies().get('holdfast.session') ?? ''
    expect(Buffer.from(token, 'base64url').toString('latin1')).not.toContain('ada')
    expect((await browser.request(`${auth}/csrf`)).headers.get('cache-control')).toContain('no-store')
  })
})

test('with another NEXTAUTH_URL nothing is answered, and the log says what it has to be', async () => {
  await using console = await startConsole()
  process.env.NEXTAUTH_URL = `${console.origin}/backups`
  const answer = await console.browser().request(`${auth}/csrf`)
  expect(answer).toMatchObject({ status: 500, json: { error: { code: 'internal' } } })
  expect(answer.text).not.toContain('NEXTAUTH_URL')
  expect(console.lines.join()).toContain(
    `NEXTAUTH_URL does not fit the console's address: it has to be ${console.origin}/backups/api/auth`,
  )
})
