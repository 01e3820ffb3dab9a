// The way to the pages as a browser without scripts meets it: sign-in, and who gets which page.
import { expect, test } from 'vitest'
import { systemActor } from '#server/auth/actor.ts'
import { buildHeader } from '#server/contract/page-call.ts'
import { type Answer, Browser, goodPassword } from '../access/testing.ts'
import { type ApiLab, openApiLab } from './lab.ts'

/** A browser that sends forms as pages do: with the origin, and without the header that only scripts can set. */
const plainBrowser = (lab: ApiLab): Browser => new Browser(lab.consoleUrl, { origin: new URL(lab.publicUrl).origin })

/** The hidden and visible fields of the first form. */
function fieldsOf(page: string): Record<string, string> {
  const form = /<form[^>]*>([\s\S]*?)<\/form>/.exec(page)?.[1] ?? ''
  const inputs = [...form.matchAll(/<input[^>]*>/g)].map(([input]) => [
    /name="([^"]*)"/.exec(input)?.[1] ?? '',
    /value="([^"]*)"/.exec(input)?.[1] ?? '',
  ])
  return Object.fromEntries(inputs)
}

/** Where redirects lead to in the end. Links name the public address; here the console is reached without the proxy before it. */
async function follow(lab: ApiLab, browser: Browser, answer: Answer): Promise<Answer> {
  const to = answer.headers.get('location')
  if (to === null) return answer
  return follow(lab, browser, await browser.request(to.replace(new URL(lab.publicUrl).origin, lab.consoleUrl)))
}

async function signIn(lab: ApiLab, browser: Browser, email: string, password: string): Promise<Answer> {
  const page = await browser.request('/backups/sign-in')
  const sent = await browser.post('/backups/api/auth/callback/password', { ...fieldsOf(page.text), email, password })
  expect(sent.status).toBe(302)
  return follow(lab, browser, sent)
}

test('from the printed link to the console', async () => {
  await using lab = await openApiLab()
  const link = await lab.users.createSetupLink()
  const browser = plainBrowser(lab)
  const home = await browser.request('/backups')
  expect([home.status, home.headers.get('location')]).toEqual([303, '/backups/sign-in?callbackUrl=%2Fbackups'])

  expect(link?.url).toMatch(/\/backups\/set-up#/)
  const form = fieldsOf((await browser.request('/backups/set-up')).text)
  const person = { name: 'Ada', email: 'ada@example.com' }
  const weak = await browser.post('/backups/set-up', {
    ...form,
    ...person,
    token: link?.token ?? '',
    password: 'short',
  })
  expect(weak.status).toBe(400)
  expect(fieldsOf(weak.text)).toMatchObject({ ...person, token: link?.token })
  const wrong = await browser.post('/backups/set-up', { ...form, ...person, token: 'guess', password: goodPassword })
  expect(wrong.status).toBe(401)
  const made = await browser.post('/backups/set-up', {
    ...form,
    ...person,
    token: link?.token ?? '',
    password: goodPassword,
  })
  expect([made.status, made.headers.get('location')]).toEqual([
    303,
    '/backups/sign-in?done=set-up&callbackUrl=%2Fbackups%2Fwelcome',
  ])

  const status = await signIn(lab, browser, person.email, goodPassword)
  expect(status.status).toBe(200)
  expect(status.text).toBe('/backups for Ada (administrator)')

  const out = fieldsOf((await browser.request('/backups/sign-out')).text)
  await browser.post('/backups/api/auth/signout', out)
  expect((await browser.request('/backups')).status).toBe(303)
})

test('a wrong password leads back to the form, which says so', async () => {
  await using lab = await openApiLab()
  await lab.person('operator', 'op@example.com')
  const browser = plainBrowser(lab)
  const page = await signIn(lab, browser, 'op@example.com', 'wrong password, surely')
  expect(page.text).toContain('Name or password is wrong')
})

test('sign-in leads to the page that was asked for, and to no other place', async () => {
  await using lab = await openApiLab()
  await lab.person('operator', 'op@example.com')
  const asked = '/backups/runs?state=failed&kind=backup'
  const sent = await plainBrowser(lab).request(asked)
  expect(sent.headers.get('location')).toBe(`/backups/sign-in?callbackUrl=${encodeURIComponent(asked)}`)
  const target = async (callbackUrl: string): Promise<string | undefined> => {
    const to = `/backups/sign-in?callbackUrl=${encodeURIComponent(callbackUrl)}`
    return fieldsOf((await plainBrowser(lab).request(to)).text).callbackUrl?.replaceAll('&amp;', '&')
  }
  expect(await target(asked)).toBe(asked)
  expect(await target(`${lab.publicUrl}/runs`)).toBe('/backups/runs')
  for (const elsewhere of [
    'https://evil.example/backups',
    '//evil.example/backups',
    '/backups\\..\\x',
    '/elsewhere',
    '/backups/../x',
    '/backups/sign-in',
    'javascript:alert(1)',
  ]) {
    expect(await target(elsewhere), elsewhere).toBe('/backups')
  }
})

test('a page that a role may not see is refused and audited', async () => {
  await using lab = await openApiLab()
  const browser = await lab.signedIn('requester')
  expect(await browser.request('/backups/profile')).toMatchObject({
    status: 200,
    text: `/backups/profile for ${browser.actor.name} (requester)`,
  })
  for (const page of ['/backups/audit', '/backups/settings/versions', '/backups/users/', '/backups/schedules/new']) {
    const refused = await browser.request(page)
    expect(refused.status, page).toBe(403)
    expect(refused.text).toContain('/backups/refused for')
  }
  const { items } = await lab.services.audit.list(systemActor('test'), { limit: 50, result: 'denied' })
  expect(items.map(({ action, actor }) => [action, actor.name])).toContainEqual(['page', browser.actor.name])
})

test('a page of the console runs only its own scripts', async () => {
  await using lab = await openApiLab()
  const browser = await lab.signedIn('auditor')
  const policies = await Promise.all(
    [1, 2].map(async () => (await browser.request('/backups')).headers.get('content-security-policy') ?? ''),
  )
  for (const policy of policies) {
    const scripts = /script-src ([^;]*)/.exec(policy)?.[1] ?? ''
    expect(scripts).toMatch(/^'nonce-[\w+/=]{20,}' 'strict-dynamic'$/)
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain("object-src 'none'")
  }
  expect(policies[0]).not.toBe(policies[1])
})

test('pages may run nothing, be framed by nobody, and send forms nowhere else', async () => {
  await using lab = await openApiLab()
  for (const path of ['/backups/sign-in', '/backups/set-up', '/backups/set-password']) {
    const { headers, text } = await plainBrowser(lab).request(path)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain("form-action 'self'")
    expect(policy).not.toContain('unsafe')
    expect(text).not.toMatch(/ on[a-z]+=/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('same-origin')
    expect(headers.get('cache-control')).toContain('no-store')
  }
})

test('a form from another site is refused', async () => {
  await using lab = await openApiLab()
  const link = await lab.users.createSetupLink()
  const stranger = new Browser(lab.consoleUrl, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })
  const fields = { token: link?.token ?? '', name: 'Eve', email: 'eve@example.com', password: goodPassword }
  expect((await stranger.post('/backups/set-up', fields)).status).toBe(403)
  expect(await lab.catalog.db.user.count()).toBe(0)
})

test('what is not there is not found, and /healthz says nothing else', async () => {
  await using lab = await openApiLab()
  const browser = plainBrowser(lab)
  expect((await browser.request('/etc/passwd')).status).toBe(404)
  expect((await browser.request('/')).headers.get('location')).toBe('/backups')
  expect((await browser.request('/healthz')).text).toBe('ok\n')
  expect((await browser.request('/backups/sign-in', { method: 'PUT' })).status).toBe(400)
})

test('every answer of the console’s API names the build of the pages, so that an open page of another one knows it', async () => {
  await using lab = await openApiLab()
  const viewer = await lab.signedIn('auditor')
  const answer = await viewer.request('/backups/api/trpc/profile.whoAmI')
  expect([answer.status, answer.headers.get(buildHeader)]).toEqual([200, 'of-the-test'])
  expect((await viewer.request('/backups/api/trpc/no.such')).headers.get(buildHeader)).toBe('of-the-test')
  expect((await viewer.request('/backups')).headers.get(buildHeader)).toBeNull()
})
