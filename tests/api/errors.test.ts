// What callers are told when something is wrong, and what they are not.
import { expect, test } from 'vitest'
import { failureOf } from '../../client/index.ts'
import { Browser } from '../access/testing.ts'
import { openApiLab, request } from './lab.ts'

/** What the call fails with. */
const failure = async (call: Promise<unknown>) =>
  failureOf(
    await call.then(
      () => undefined,
      (error: unknown) => error,
    ),
  )

test('a wrong input: every place, what is wrong there, and what is allowed', async () => {
  await using lab = await openApiLab()
  const client = lab.client(await lab.key('administrator'))
  const input = { name: '', email: 'x', role: 'king', more: 1 } as never
  const data = await failure(client.users.create.mutate(input))
  expect(data).toMatchObject({ code: 'usage', httpStatus: 400, retryable: false })
  expect(data?.issues).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ path: 'role', allowed: ['administrator', 'operator', 'auditor', 'requester'] }),
      expect.objectContaining({ path: 'email', allowed: ['at least 3'] }),
      expect.objectContaining({ path: '', message: expect.stringContaining('more') }),
    ]),
  )
  expect(data?.message).toContain('role')
})

test('errors of services keep their code and say whether to try again', async () => {
  await using lab = await openApiLab()
  const client = lab.client(await lab.key('administrator'))
  expect(await failure(client.users.get.query({ id: 'nobody' }))).toMatchObject({
    code: 'not_found',
    httpStatus: 404,
    retryable: false,
    message: 'There is no user nobody',
  })
  const person = { email: 'a@example.com', name: 'A', role: 'auditor' } as const
  await client.users.create.mutate(person)
  expect(await failure(client.users.create.mutate(person))).toMatchObject({ code: 'exists', httpStatus: 409 })
})

test('calls that are made at once go out in one request, and fail apart', async () => {
  await using lab = await openApiLab()
  const client = lab.client(await lab.key('auditor'))
  const [good, missing, refused] = await Promise.allSettled([
    client.users.list.query({}),
    client.users.get.query({ id: 'nobody' }),
    client.snapshots.browse.query({ id: 'any' }),
  ])
  expect(good?.status).toBe('fulfilled')
  expect(failureOf((missing as PromiseRejectedResult).reason)?.code).toBe('not_found')
  expect(failureOf((refused as PromiseRejectedResult).reason)?.code).toBe('forbidden')
})

test('an error of the server says nothing but where to look', async () => {
  await using lab = await openApiLab()
  const key = await lab.key('administrator')
  await lab.catalog.transaction((tx) => tx.$executeRawUnsafe('ALTER TABLE "Metric" RENAME TO "Gone"'))
  const headers = { authorization: `Bearer ${key}` }
  const input = encodeURIComponent(JSON.stringify({ name: 'x' }))
  const answer = await request(lab, `/api/trpc/metrics.series?input=${input}`, { headers })
  const { data, message } = JSON.parse(answer.body).error
  expect(answer.body).not.toMatch(/Metric|Gone|table|select|sqlite|prisma|\.ts|stack|\/server\//)
  expect(data.code).toBe('internal')
  expect(message).toContain(data.reference)
  expect(answer.headers['x-request-id']).toBe(data.reference)
  expect(lab.lines.some((line) => line.includes(data.reference) && line.includes('metrics.series'))).toBe(true)
})

test('keys and passwords are in no log and no audit event', async () => {
  await using lab = await openApiLab()
  const key = await lab.key('administrator')
  const client = lab.client(key)
  await client.users.list.query({})
  const made = await client.apiKeys.create.mutate({ name: 'second', permissions: ['metrics.read'] })
  await failure(lab.client(`${key.slice(0, -1)}x`).users.list.query({}))
  const browser = await lab.signedIn('operator')
  await browser.signIn('person-2@example.com', 'a wrong passphrase of somebody')
  const events = await lab.catalog.db.auditEvent.findMany()
  const written = lab.lines.join('\n') + JSON.stringify(events)
  for (const secret of [key, made.key, 'a wrong passphrase of somebody', 'tide lamp ochre fennel']) {
    expect(written).not.toContain(secret)
  }
})

test('the console takes changes from its own pages only', async () => {
  await using lab = await openApiLab()
  const browser = await lab.signedIn('administrator')
  const body = JSON.stringify({ name: 'New Name' })
  const send = (headers: Record<string, string>) => {
    const other = new Browser(lab.consoleUrl, { 'content-type': 'application/json', ...headers })
    for (const [name, value] of browser.cookies()) other.cookies().set(name, value)
    return other.request('/backups/api/trpc/profile.update', { method: 'POST', body })
  }
  const own = { origin: 'http://console.test', 'x-holdfast-console': '1' }
  expect((await send({ ...own, origin: 'https://evil.example' })).status).toBe(403)
  expect((await send({ origin: own.origin })).status).toBe(403)
  expect((await send({ 'x-holdfast-console': '1' })).status).toBe(403)
  expect((await send({ ...own, 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  expect((await send(own)).status).toBe(200)
  const denied = await lab.catalog.db.auditEvent.findMany({ where: { action: 'profile.update', result: 'denied' } })
  expect(denied).toHaveLength(4)
  expect(denied[0]?.actorId).toBe(browser.actor.id)
})

test('the API listener knows no cookie, the console no key', async () => {
  await using lab = await openApiLab()
  const browser = await lab.signedIn('administrator')
  const cookie = [...browser.cookies()].map((pair) => pair.join('=')).join('; ')
  expect((await request(lab, '/api/trpc/profile.whoAmI', { headers: { cookie } })).status).toBe(401)
  const authorization = `Bearer ${await lab.key('administrator')}`
  expect((await lab.browser().request('/backups/api/trpc/profile.whoAmI', { headers: { authorization } })).status).toBe(
    401,
  )
})

test('every answer of the API has the headers that guard it', async () => {
  await using lab = await openApiLab()
  for (const path of ['/api/trpc/users.list', '/elsewhere']) {
    const { headers } = await request(lab, path)
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
    })
    expect(headers).not.toHaveProperty('x-powered-by')
    // It would hold for every port of the host, and this console has no TLS.
    expect(headers).not.toHaveProperty('strict-transport-security')
  }
})

test('where the console is reached by https, browsers are told to use nothing else', async () => {
  await using lab = await openApiLab({ publicUrl: 'https://console.test/backups' })
  expect((await request(lab, '/elsewhere')).headers).toHaveProperty('strict-transport-security', 'max-age=31536000')
  const browser = await lab.signedIn('auditor')
  expect((await browser.request('/backups')).headers.get('strict-transport-security')).toBe('max-age=31536000')
  expect(browser.setCookies.every((line) => /; Secure/i.test(line))).toBe(true)
})

test('with authentication turned off anybody may look, and change nothing', async () => {
  await using lab = await openApiLab({ document: { api: { authentication: { enabled: false } } } })
  const client = lab.client()
  expect(await client.profile.whoAmI.query()).toMatchObject({ name: 'API without a key', role: null })
  expect((await client.repositories.list.query({})).items).toEqual([])
  expect((await failure(client.users.list.query({})))?.code).toBe('forbidden')
  expect((await failure(client.health.run.mutate()))?.code).toBe('forbidden')
  // A key that is sent has to be right all the same.
  expect((await failure(lab.client('hf_wrong').repositories.list.query({})))?.code).toBe('unauthenticated')
})

test('the API can be turned off and on while the console goes on', async () => {
  await using lab = await openApiLab()
  await lab.configure({ api: { enabled: false } })
  expect(lab.listeners.api).toBeNull()
  expect((await lab.browser().request('/healthz')).status).toBe(200)
  await lab.configure({})
  expect((await request(lab, '/api/trpc/profile.whoAmI')).status).toBe(401)
})
