// The listeners as clients meet them: the typed client, browsers, and requests made by hand.
import { expect, test } from 'vitest'
import { failureOf } from '../../client/index.ts'
import { openApiLab } from './lab.ts'

test('a key opens the API to the typed client', async () => {
  await using lab = await openApiLab()
  const client = lab.client(await lab.key('administrator'))
  const { items } = await client.users.list.query({})
  expect(items.map(({ email }) => email)).toEqual(['key-1@example.com'])
  expect(await client.profile.whoAmI.query()).toMatchObject({ kind: 'api_key', name: 'key 1', role: 'administrator' })
})

test('without a key there is nothing, and the refusal is audited', async () => {
  await using lab = await openApiLab()
  const error = await lab
    .client()
    .users.list.query({})
    .catch((reason: unknown) => reason)
  expect(failureOf(error)).toEqual({
    code: 'unauthenticated',
    message: 'Sign in first, or send an API key',
    retryable: false,
    httpStatus: 401,
    path: 'users.list',
  })
  const [event] = await lab.catalog.db.auditEvent.findMany({ where: { action: 'users.list' } })
  expect(event).toMatchObject({ result: 'denied', actorKind: 'anonymous', ip: '127.0.0.1' })
})

test('a session opens the console to a browser', async () => {
  await using lab = await openApiLab()
  const browser = await lab.signedIn('auditor')
  const answer = await browser.request('/backups/api/trpc/users.list?input=%7B%7D')
  expect(answer.status).toBe(200)
})
