// The plain pages as a browser without scripts meets them.
import { expect, test } from 'vitest'
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

test('from the printed link to the status page', async () => {
  await using lab = await openApiLab()
  const link = await lab.users.createSetupLink()
  const browser = plainBrowser(lab)
  const home = await browser.request('/backups')
  expect([home.status, home.headers.get('location')]).toEqual([303, '/backups/sign-in'])

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
  expect([made.status, made.headers.get('location')]).toEqual([303, '/backups/sign-in'])

  const status = await signIn(lab, browser, person.email, goodPassword)
  expect(status.status).toBe(200)
  expect(status.text).toContain('Ada')
  expect(status.text).toContain('Not known to be well')
  expect(status.text).toContain('There are no schedules.')

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

test('a requester sees no state of the server', async () => {
  await using lab = await openApiLab()
  const page = await (await lab.signedIn('requester')).request('/backups')
  expect(page.text).toContain('shows no state of the server')
  expect(page.text).not.toContain('Health')
})

test('names that are HTML are shown as text', async () => {
  await using lab = await openApiLab()
  const browser = await lab.signedIn('auditor')
  const name = '<script>alert(1)</script>'
  await lab.catalog.transaction((tx) => tx.user.update({ where: { id: browser.actor.userId ?? '' }, data: { name } }))
  const page = await browser.request('/backups')
  expect(page.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  expect(page.text).not.toContain(name)
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
  expect((await browser.request('/backups/nothing')).status).toBe(404)
  expect((await browser.request('/etc/passwd')).status).toBe(404)
  expect((await browser.request('/')).headers.get('location')).toBe('/backups')
  expect((await browser.request('/healthz')).text).toBe('ok\n')
  expect((await browser.request('/backups/sign-in', { method: 'PUT' })).status).toBe(400)
})
