// Every procedure, called by everybody: only what the table of permissions allows gets past authorisation, and each refusal is audited.
import https from 'node:https'
import { expect, test } from 'vitest'
import { appRouter } from '#server/api/root.ts'
import type { Meta } from '#server/api/trpc.ts'
import { permissionsOf, type Role, roles } from '#server/contract/permissions.ts'
import { dateOf } from '#server/lib/clock.ts'
import type { Browser } from '../access/testing.ts'
import { type ApiLab, openApiLab, request } from '../api/lab.ts'

type Procedure = { readonly path: string; readonly type: string; readonly needed: readonly string[] }

const procedures: readonly Procedure[] = Object.entries(appRouter._def.procedures).map(([path, procedure]) => {
  const { type, meta } = (procedure as unknown as { _def: { type: string; meta: Meta } })._def
  return { path, type, needed: [meta.permission].flat() }
})

/** No procedure takes this: whoever is authorised gets "usage", and nothing happens. */
const wrongInput = JSON.stringify({ no: 'such field' })
const patient = { limits: { stranger: { perMinute: 1e6, burst: 1e6 }, session: { perMinute: 1e6, burst: 1e6 } } }
const unlimited = { api: { rate_limiting: { enabled: false } } }

const urlOf = (prefix: string, { path, type }: Procedure): string =>
  `${prefix}/${path}${type === 'mutation' ? '' : `?input=${encodeURIComponent(wrongInput)}`}`

/** The code of the error in an answer; of a stream it is in its first event that is one. */
function codeIn(body: string): string {
  const text = /^event: serialized-error\ndata: (.*)$/m.exec(body)?.[1] ?? body
  const parsed = JSON.parse(text)
  return (parsed.error ?? parsed).data.code
}

/** Calls one procedure after the other, and gives the code that each was answered with. */
async function sweep(call: (procedure: Procedure) => Promise<string>): Promise<Record<string, string>> {
  const codes: Record<string, string> = {}
  for (const procedure of procedures) codes[procedure.path] = codeIn(await call(procedure))
  return codes
}

function byKey(lab: ApiLab, key?: string) {
  const agent = new https.Agent({ keepAlive: true, ca: lab.ca })
  return async (procedure: Procedure): Promise<string> => {
    const headers = {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      'content-type': 'application/json',
    }
    const sent = procedure.type === 'mutation' ? { method: 'POST', body: wrongInput } : {}
    return (await request(lab, urlOf('/api/trpc', procedure), { agent, headers, ...sent })).body
  }
}

const byBrowser = (browser: Browser) => (procedure: Procedure) =>
  browser
    .request(urlOf('/backups/api/trpc', procedure), {
      headers: { 'content-type': 'application/json' },
      ...(procedure.type === 'mutation' ? { method: 'POST', body: wrongInput } : {}),
    })
    .then(({ text }) => text)

/** What each procedure must answer to somebody with these permissions; null: a stranger. */
const expected = (held: readonly string[] | null, refusal: string): Record<string, string> =>
  Object.fromEntries(
    procedures.map(({ path, needed }) => {
      const open = needed.includes('public')
      const allowed = held !== null && (needed.includes('signed_in') || needed.some((each) => held.includes(each)))
      return [path, open || allowed ? 'usage' : refusal]
    }),
  )

/** The procedures that somebody was refused, as the audit trail has them: each once. */
async function refusals(lab: ApiLab, after: number): Promise<string[]> {
  const events = await lab.catalog.db.auditEvent.findMany({ where: { seq: { gt: after }, result: 'denied' } })
  return events.map(({ action }) => action).sort()
}

const lastEvent = async (lab: ApiLab): Promise<number> =>
  (await lab.catalog.db.auditEvent.findFirst({ orderBy: { seq: 'desc' } }))?.seq ?? 0

async function check(
  lab: ApiLab,
  call: (procedure: Procedure) => Promise<string>,
  wanted: Record<string, string>,
): Promise<void> {
  const before = await lastEvent(lab)
  expect(await sweep(call)).toEqual(wanted)
  const refused = Object.keys(wanted).filter((path) => wanted[path] !== 'usage')
  expect(await refusals(lab, before)).toEqual(refused.sort())
}

test.each(roles)('a session of the role %s', async (role: Role) => {
  await using lab = await openApiLab({ ...patient, document: unlimited })
  await check(lab, byBrowser(await lab.signedIn(role)), expected(permissionsOf(role), 'forbidden'))
})

test.each(roles)('a key with all that the role %s can give it', async (role: Role) => {
  await using lab = await openApiLab({ ...patient, document: unlimited })
  const held = permissionsOf(role).filter((each) => each !== 'profile.write' && each !== 'notifications.read')
  await check(lab, byKey(lab, await lab.key(role)), expected(held, 'forbidden'))
})

test('a key of another scope', async () => {
  await using lab = await openApiLab({ ...patient, document: unlimited })
  const key = await lab.key('administrator', ['metrics.read'])
  await check(lab, byKey(lab, key), expected(['metrics.read'], 'forbidden'))
})

test('no session and no key', async () => {
  await using lab = await openApiLab({ ...patient, document: unlimited })
  const refused = expected(null, 'unauthenticated')
  await check(lab, byKey(lab), refused)
  await check(lab, byBrowser(lab.browser()), refused)
})

test('keys and sessions that are no more: expired, revoked, of a user who was disabled', async () => {
  await using lab = await openApiLab({ ...patient, document: unlimited })
  const refused = expected(null, 'unauthenticated')
  const [expiring, revoked, orphaned] = [await lab.key('operator'), await lab.key('auditor'), await lab.key('operator')]
  const { apiKey: keys } = lab.catalog.db
  const owner = async (key: string) => keys.findFirstOrThrow({ where: { prefix: key.slice(0, 11) } })
  const admin = { ...(await lab.person('administrator')), sessionId: 'none' }
  await lab.apiKeys.revoke(admin, { id: (await owner(revoked)).id })
  await lab.users.disable(admin, { id: (await owner(orphaned)).userId })
  const browser = await lab.signedIn('administrator')
  lab.clock.advance(91 * 86_400_000)
  for (const key of [expiring, revoked, orphaned]) await check(lab, byKey(lab, key), refused)
  await check(lab, byBrowser(browser), refused)
})

test('an address that is not allowed, whatever it holds', async () => {
  await using lab = await openApiLab({ ...patient, document: unlimited })
  const key = await lab.key('administrator')
  const browser = await lab.signedIn('administrator')
  await lab.configure({ ...unlimited, network_security: { firewall: { enabled: true, allowed_ips: ['10.0.0.0/8'] } } })
  const nothing = Object.fromEntries(procedures.map(({ path }) => [path, 'forbidden']))
  await check(lab, byKey(lab, key), nothing)
  await check(lab, byBrowser(browser), nothing)
  // Who is not trusted as a proxy cannot say that it is somebody else.
  const claim = { authorization: `Bearer ${key}`, 'x-forwarded-for': '10.1.2.3' }
  expect((await request(lab, '/api/trpc/profile.whoAmI', { headers: claim })).status).toBe(403)

  const proxy = { console: { trusted_proxies: ['127.0.0.1'] } }
  await lab.configure({ ...unlimited, ...proxy, network_security: { firewall: { allowed_ips: ['10.0.0.0/8'] } } })
  expect((await request(lab, '/api/trpc/profile.whoAmI', { headers: claim })).status).toBe(200)
  const forged = { ...claim, 'x-forwarded-for': '10.1.2.3, 192.0.2.1' }
  expect((await request(lab, '/api/trpc/profile.whoAmI', { headers: forged })).status).toBe(403)
})

/** What a restore, a notification, a run and a session of somebody else are made of. */
async function belongings(lab: ApiLab, userId: string) {
  const at = dateOf(lab.clock.now())
  return await lab.catalog.transaction(async (tx) => {
    const repository = await tx.repository.create({
      data: { name: userId, type: 'local', location: '/none', secretSource: '{"kind":"key_file","path":"/none"}' },
    })
    const { id: runId } = await tx.run.create({
      data: {
        kind: 'restore',
        state: 'queued',
        trigger: 'manual',
        payload: '{}',
        notBefore: at,
        repositoryId: repository.id,
      },
    })
    const { id: restoreId } = await tx.restore.create({
      data: {
        runId,
        repositoryId: repository.id,
        snapshotId: 'f'.repeat(64),
        requestedById: userId,
        target: '/none',
        overwrite: 'never',
        createdAt: at,
      },
    })
    const data = { userId, at, kind: 'test', severity: 'info', title: 'Yours', body: 'Only yours' }
    const { id: notificationId } = await tx.notification.create({ data })
    const session = await tx.session.findFirstOrThrow({ where: { userId } })
    return { runId, restoreId, notificationId, sessionId: session.id }
  })
}

test('a requester can neither see nor guess what is another’s', async () => {
  await using lab = await openApiLab(patient)
  const mine = await lab.signedIn('requester')
  const other = await lab.signedIn('requester')
  const own = await belongings(lab, mine.actor.userId ?? '')
  const theirs = await belongings(lab, other.actor.userId ?? '')
  const chance = '01890000-0000-7000-8000-000000000000'

  const call = async (path: string, input: unknown, method = 'GET') => {
    const text = JSON.stringify(input)
    const to = `/backups/api/trpc/${path}${method === 'GET' ? `?input=${encodeURIComponent(text)}` : ''}`
    const headers = { 'content-type': 'application/json' }
    return mine.request(to, { method, headers, ...(method === 'POST' ? { body: text } : {}) })
  }
  const answers = async (path: string, inputOf: (id: string) => unknown, method?: string, ids = [theirs, chance]) =>
    Promise.all(
      ids.map(async (each) => {
        const id =
          typeof each === 'string'
            ? each
            : (each[
                path.startsWith('restores') ? 'restoreId' : path.startsWith('profile') ? 'sessionId' : 'notificationId'
              ] as string)
        const { status, text } = await call(path, inputOf(id), method)
        return { status, text: text.replaceAll(id, 'ID') }
      }),
    )

  for (const [path, inputOf, method] of [
    ['restores.get', (id: string) => ({ id }), 'GET'],
    ['notifications.markRead', (id: string) => ({ ids: [id] }), 'POST'],
    ['profile.revokeSession', (id: string) => ({ id }), 'POST'],
  ] as const) {
    const [real, guessed] = await answers(path, inputOf, method)
    expect(real).toEqual(guessed)
    expect(real?.status).toBe(404)
  }
  const listed = async (path: string) =>
    ((await call(path, {})).json as { result: { data: { items: { id: string }[] } } }).result.data.items.map(
      ({ id }) => id,
    )
  expect(await listed('restores.list')).toEqual([own.restoreId])
  expect(await listed('notifications.list')).toEqual([own.notificationId])
  expect(await listed('profile.sessions')).toEqual([own.sessionId])
  expect((await call('restores.get', { id: own.restoreId })).status).toBe(200)
  for (const [path, id] of [
    ['runs.get', theirs.runId],
    ['runs.log', theirs.runId],
    ['runs.live', own.runId],
  ] as const) {
    expect((await call(path, { id })).status).toBe(403)
  }
})
