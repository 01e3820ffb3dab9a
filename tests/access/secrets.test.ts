// After a busy day of sign-ins, keys and codes, none of the secrets is in the catalog's file, in the audit trail or in the log.
import fs from 'node:fs'
import path from 'node:path'
import { Secret, TOTP } from 'otpauth'
import { expect, test, vi } from 'vitest'
import { messageOf } from '#server/contract/errors.ts'
import { startOidcProvider } from '../services/oidc.ts'
import { type Console, goodPassword, startConsole, stranger } from './testing.ts'

const STEP = 30_000
const oidc = {
  name: 'Test',
  scope: 'openid email profile groups',
  groupsClaim: 'groups',
  roles: { staff: 'requester' as const },
}
const auth = '/backups/api/auth'

/** What must not be found, by what it is. */
type Secrets = Map<string, string>

const codeAt = (secret: string, timestamp: number): string =>
  new TOTP({ secret: Secret.fromBase32(secret), algorithm: 'SHA1', digits: 6, period: 30 }).generate({ timestamp })

/** All that was ever said in errors. */
const said: string[] = []
const failing = async (work: Promise<unknown>): Promise<void> => {
  await work.then(
    () => said.push('no error'),
    (error: unknown) => said.push(messageOf(error), String((error as Error).stack), JSON.stringify(error)),
  )
}

async function localDay(console: Console, secrets: Secrets): Promise<void> {
  const link = await console.users.createSetupLink()
  secrets.set('set-up token', link?.token ?? '')
  secrets.set('password', 'orbit cactus velvet 7731')
  const input = {
    token: link?.token ?? '',
    email: 'ada@example.com',
    name: 'Ada',
    password: secrets.get('password') ?? '',
  }
  await failing(console.users.redeemSetupLink(stranger, { ...input, password: 'passwordPASSWORD' }))
  const { id } = await console.users.redeemSetupLink(stranger, input)
  await failing(console.users.redeemSetupLink(stranger, input))
  const admin = { ...(await console.person('administrator', 'second@example.com')), id, userId: id }

  secrets.set('wrong password', 'gravel-tulip-9932-anchor')
  const browser = console.browser()
  for (let made = 0; made < 3; made++) await browser.signIn(input.email, secrets.get('wrong password') ?? '')
  await browser.signIn(secrets.get('wrong password') ?? '', 'x')
  await browser.signIn(input.email, input.password)
  secrets.set('session cookie', browser.cookies().get('holdfast.session') ?? '')
  secrets.set('csrf cookie', browser.cookies().get('holdfast.csrf') ?? '')
  await browser.request(`${auth}/session`)
  const broken = `{"password":"${secrets.get('wrong password')}"`
  const headers = { 'content-type': 'application/json' }
  said.push((await browser.request(`${auth}/callback/password`, { method: 'POST', body: broken, headers })).text)

  const { secret, url } = await console.profile.startSecondFactor(admin, { password: input.password })
  secrets.set('second factor', secret)
  secrets.set('second factor URL', url)
  const code = codeAt(secret, console.clock.now())
  await failing(console.profile.confirmSecondFactor(admin, { password: input.password, code: '000001' }))
  const { recoveryCodes } = await console.profile.confirmSecondFactor(admin, { password: input.password, code })
  for (const [number, each] of recoveryCodes.entries()) secrets.set(`recovery code ${number}`, each)
  await browser.signIn(input.email, input.password, { code: recoveryCodes[0] ?? '' })
  await browser.signIn(input.email, input.password, { code: recoveryCodes[0] ?? '' })
  console.clock.advance(STEP)
  await browser.signIn(input.email, input.password, { code: codeAt(secret, console.clock.now()) })

  const { key, item } = await console.apiKeys.create(admin, { name: 'ci', permissions: ['runs.read'] })
  secrets.set('API key', key.slice(11))
  await console.access.actorOfKey(`Bearer ${key}`, '192.0.2.1')
  await console.apiKeys.revoke(admin, { id: item.id })
  await failing(console.access.actorOfKey(`Bearer ${key}`, '192.0.2.1'))

  const invited = await console.users.create(admin, { email: 'bob@example.com', name: 'Bob', role: 'operator' })
  secrets.set('password link', invited.link.token)
  await console.users.redeemPasswordLink(stranger, { token: invited.link.token, password: goodPassword })
  secrets.set('new password', 'walnut ferry 5518 candle')
  await failing(console.profile.changePassword(admin, { current: secrets.get('wrong password') ?? '', next: 'x' }))
  await console.profile.changePassword(admin, { current: input.password, next: secrets.get('new password') ?? '' })
}

async function providersDay(console: Console, secrets: Secrets): Promise<void> {
  const browser = console.browser()
  const begin = await browser.post(`${auth}/signin/oidc`, { csrfToken: await browser.csrfToken(), json: 'true' })
  let url = (begin.json as { url: string }).url
  secrets.set('state', new URL(url).searchParams.get('state') ?? '')
  secrets.set('nonce', new URL(url).searchParams.get('nonce') ?? '')
  for (const name of ['pkce', 'state', 'nonce'])
    secrets.set(`${name} cookie`, browser.cookies().get(`holdfast.${name}`) ?? '')
  while (!url.includes('/callback/oidc')) {
    url = new URL((await browser.request(url)).headers.get('location') ?? '', url).href
  }
  secrets.set('authorization code', new URL(url).searchParams.get('code') ?? '')
  await console.browser().request(url)
  await browser.request(url)
  await browser.request(url)
  expect(await browser.whoAmI()).toMatchObject({ kind: 'user', name: 'Olga' })
}

test('no secret is anywhere but with its owner', async () => {
  const printed: string[] = []
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream)
    vi.spyOn(stream, 'write').mockImplementation((...parameters: unknown[]) => {
      printed.push(String(parameters[0]))
      return write(...(parameters as Parameters<typeof write>))
    })
  }
  const settings = { issuer: '', clientId: '', clientSecret: '' }
  const secrets: Secrets = new Map([['system key', 'the-key-of-the-environment-4471']])
  await using console = await startConsole({
    systemKey: { key: secrets.get('system key') ?? '', name: 'BACKUP_API_KEY' },
    oidc: () => Object.assign(settings, oidc),
  })
  await using provider = await startOidcProvider({ redirectUri: `${console.origin}${auth}/callback/oidc` })
  Object.assign(settings, { issuer: provider.issuer, clientId: provider.clientId, clientSecret: provider.clientSecret })
  provider.account = { sub: 'u-9', email: 'olga@example.com', name: 'Olga', groups: ['staff'] }
  secrets.set('client secret', provider.clientSecret)
  secrets.set('server secret', console.secret.toString('hex'))
  secrets.set('server secret (raw)', console.secret.toString('latin1'))

  await localDay(console, secrets)
  await providersDay(console, secrets)
  await console.access.actorOfKey(secrets.get('system key'), null)
  await failing(console.access.actorOfKey(`${secrets.get('system key')}x`, null))
  vi.restoreAllMocks()

  const folder = path.dirname(new URL(console.catalog.url).pathname)
  const files = fs.readdirSync(folder).map((name) => fs.readFileSync(path.join(folder, name), 'latin1'))
  const places = new Map([
    ['the files of the catalog', files.join('\n')],
    ['the log', console.lines.join('\n')],
    ['what was printed', printed.join('\n')],
    ['errors', said.join('\n')],
  ])
  const events = await console.catalog.db.auditEvent.count()
  expect(events).toBeGreaterThan(20)
  expect(places.get('the files of the catalog')).toContain('ada@example.com')
  expect(places.get('the log')?.length).toBeGreaterThan(100)
  expect([...secrets.values()].filter((value) => value.length < 6)).toEqual([])
  const leaks = [...secrets].flatMap(([what, value]) =>
    [...places]
      .filter(([, text]) => forms(value).some((form) => text.includes(form)))
      .map(([place]) => `${what} in ${place}`),
  )
  expect(leaks).toEqual([])
}, 300_000)

/** A secret as it may stand somewhere: as it is, in a URL, in JSON, without its dashes. */
const forms = (value: string): string[] => [
  value,
  encodeURIComponent(value),
  JSON.stringify(value).slice(1, -1),
  ...(/^(\w{4}-){3}\w{4}$/.test(value) ? [value.replaceAll('-', '')] : []),
]
