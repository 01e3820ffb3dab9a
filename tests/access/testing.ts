// For tests of access: a console on a free port with the real sign-in, catalog, audit trail and log, and a browser that keeps cookies.
import crypto from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Actor, anonymousActor, systemActor } from '#server/auth/actor.ts'
import { type Access, type AccessDeps, authUrlOf, createAccess, type OidcSettings } from '#server/auth/index.ts'
import { hashPassword } from '#server/auth/password.ts'
import { isRole, userActor } from '#server/auth/sessions.ts'
import { HoldfastError } from '#server/contract/errors.ts'
import type { Role } from '#server/contract/permissions.ts'
import type { Catalog } from '#server/db/index.ts'
import { openTestCatalog } from '#server/db/testing.ts'
import { createLogger, type Logger } from '#server/lib/logger.ts'
import { createApiKeysService } from '#server/services/api-keys/index.ts'
import { type Audit, createAudit } from '#server/services/audit/audit.ts'
import { createProfileService } from '#server/services/profile/index.ts'
import { createSessionsService } from '#server/services/sessions/index.ts'
import { createUsersService } from '#server/services/users/index.ts'

export const goodPassword = 'tide lamp ochre fennel'
const localhost = '127.0.0.1'

/** The hash of `goodPassword`, made once in each process: hashing is what takes time in these tests. */
let hashed: Promise<string> | undefined
function goodHash(): Promise<string> {
  hashed ??= hashPassword(goodPassword)
  return hashed
}

/** A clock that stands still until it is moved; it begins at the machine's time, for cookies end by that. */
export type TestClock = { now(): number; advance(ms: number): void }

export function createTestClock(start = Date.now()): TestClock {
  let now = start
  return {
    now: () => now,
    advance(ms) {
      now += ms
    },
  }
}

export type Lab = {
  readonly catalog: Catalog & { readonly url: string }
  readonly clock: TestClock
  readonly audit: Audit
  readonly log: Logger
  /** What was logged, line by line, from level debug on. */
  readonly lines: string[]
  readonly secret: Buffer
  readonly users: ReturnType<typeof createUsersService>
  readonly sessions: ReturnType<typeof createSessionsService>
  readonly apiKeys: ReturnType<typeof createApiKeysService>
  readonly profile: ReturnType<typeof createProfileService>
  /** The user of a new account with the role and `goodPassword`, as an actor without a session. */
  person(role: Role, email?: string): Promise<Actor & { readonly userId: string }>
  /** The events of an action, oldest first. */
  events(action: string): Promise<AuditRow[]>
}
export type AuditRow = Awaited<ReturnType<Catalog['db']['auditEvent']['findMany']>>[number]

export const stranger = anonymousActor('192.0.2.1')

/** Catalog and services, without a listener. */
export async function openLab(options: { url?: string; publicUrl?: string } = {}): Promise<Lab & AsyncDisposable> {
  const clock = createTestClock()
  const catalog = await openTestCatalog({ clock, ...(options.url === undefined ? {} : { url: options.url }) })
  const lines: string[] = []
  const log = createLogger({ clock, level: 'debug', masking: false, fallback: (line) => void lines.push(line) })
  const audit = createAudit(catalog, clock)
  const secret = crypto.randomBytes(32)
  const deps = { catalog, clock, audit, log, secret, publicUrl: options.publicUrl ?? 'http://localhost:3000/backups' }
  const users = createUsersService(deps)

  return {
    catalog,
    clock,
    audit,
    log,
    lines,
    secret,
    users,
    sessions: createSessionsService(deps),
    apiKeys: createApiKeysService(deps),
    profile: createProfileService(deps),
    async person(role, email = `${role}@example.com`) {
      const { user } = await users.create(systemLike, { email, name: email, role })
      const passwordHash = await goodHash()
      await catalog.transaction((tx) => tx.user.update({ where: { id: user.id }, data: { passwordHash } }))
      return await actorOf(catalog, user.id)
    },
    events: (action) => catalog.db.auditEvent.findMany({ where: { action }, orderBy: { seq: 'asc' } }),
    [Symbol.asyncDispose]: () => catalog[Symbol.asyncDispose](),
  }
}

/** The server itself: may do everything. */
const systemLike = systemActor('test')

/** The actor of a row as it is now. */
export async function actorOf(
  catalog: Catalog,
  id: string,
  sessionId?: string,
): Promise<Actor & { readonly userId: string }> {
  const { name, email, role } = await catalog.db.user.findUniqueOrThrow({ where: { id } })
  if (!isRole(role)) throw new HoldfastError('damaged', `${role} is no role`)
  return { ...userActor({ id, name, email, role }, '192.0.2.9', sessionId), userId: id }
}

export type Console = Lab & {
  readonly access: Access
  readonly publicUrl: string
  readonly origin: string
  /** Where it really listens. */
  readonly address: string
  browser(headers?: Record<string, string>): Browser
}

export type ConsoleOptions = {
  /** The address of an empty database; an SQLite file of its own unless said otherwise. */
  readonly url?: string
  /** When it is another than where it listens: a proxy stands before it. */
  readonly publicUrl?: string
  readonly oidc?: (origin: string) => OidcSettings
  readonly systemKey?: AccessDeps['systemKey']
}

/** A console that answers /backups/api/auth, and at /whoami with the actor of the request. */
export async function startConsole(options: ConsoleOptions = {}): Promise<Console & AsyncDisposable> {
  const server = http.createServer()
  server.listen(0, localhost)
  await once(server, 'listening')
  const address = `http://${localhost}:${(server.address() as AddressInfo).port}`
  const publicUrl = options.publicUrl ?? `${address}/backups`
  const { origin } = new URL(publicUrl)
  const lab = await openLab({ publicUrl, ...(options.url === undefined ? {} : { url: options.url }) })
  process.env.NEXTAUTH_URL = authUrlOf(publicUrl)
  const access = createAccess(
    {
      ...lab,
      publicUrl,
      ...(options.oidc ? { oidc: options.oidc(origin) } : {}),
      ...(options.systemKey ? { systemKey: options.systemKey } : {}),
    },
    (req) => String(req.headers['x-test-address'] ?? localhost),
  )
  server.on('request', (req, res) => {
    void (async () => {
      if (!req.url?.startsWith('/whoami')) return await access.handler(req, res)
      const kind = req.url === '/whoami/api' ? 'api' : 'console'
      const actor = await access.actorOfRequest(req, { ip: localhost, kind }).catch((error: unknown) => error)
      res.end(
        JSON.stringify(
          actor instanceof Error
            ? { error: actor }
            : { ...(actor as Actor), permissions: [...(actor as Actor).permissions] },
        ),
      )
    })()
  })
  return {
    ...lab,
    access,
    publicUrl,
    origin,
    address,
    browser: (headers) => new Browser(address, { origin, ...headers }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
      await lab[Symbol.asyncDispose]()
    },
  }
}

export type Answer = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: unknown
}

/** A browser as far as sign-in is concerned: cookies by host, and redirects that it is told to follow. */
export class Browser {
  readonly #base: string
  readonly #headers: Record<string, string>
  /** Host -> name -> value. */
  readonly jar = new Map<string, Map<string, string>>()
  /** All Set-Cookie lines, in order. */
  readonly setCookies: string[] = []

  constructor(base: string, headers: Record<string, string>) {
    this.#base = base
    this.#headers = headers
  }

  cookies(url: string = this.#base): Map<string, string> {
    const { host } = new URL(url)
    const known = this.jar.get(host) ?? new Map<string, string>()
    this.jar.set(host, known)
    return known
  }

  async request(
    path: string,
    init: { method?: string; body?: string; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const url = new URL(path, this.#base).href
    const own = url.startsWith(this.#base)
    const cookie = [...this.cookies(url)].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { ...(own ? this.#headers : {}), ...(cookie === '' ? {} : { cookie }), ...init.headers }
    const response = await fetch(url, {
      method: init.method ?? 'GET',
      headers,
      body: init.body ?? null,
      redirect: 'manual',
    })
    for (const line of response.headers.getSetCookie()) this.#keep(url, line)
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') ?? false
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined }
  }

  post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> {
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    return this.request(path, {
      method: 'POST',
      body: new URLSearchParams(fields).toString(),
      headers: { ...type, ...headers },
    })
  }

  async csrfToken(): Promise<string> {
    const { json } = await this.request('/backups/api/auth/csrf')
    return (json as { csrfToken: string }).csrfToken
  }

  /** Signs in as next-auth's own client does. */
  async signIn(email: string, password: string, more: Record<string, string> = {}): Promise<Answer> {
    const csrfToken = await this.csrfToken()
    return await this.post('/backups/api/auth/callback/password', { csrfToken, email, password, json: 'true', ...more })
  }

  async signOut(): Promise<Answer> {
    return await this.post('/backups/api/auth/signout', { csrfToken: await this.csrfToken(), json: 'true' })
  }

  async whoAmI(): Promise<{ kind: string; role: string | null; name: string; sessionId?: string }> {
    const { text } = await this.request('/whoami')
    return JSON.parse(text)
  }

  #keep(url: string, line: string): void {
    this.setCookies.push(line)
    const [pair = '', ...attributes] = line.split(/;\s*/)
    const name = pair.slice(0, pair.indexOf('='))
    const value = pair.slice(pair.indexOf('=') + 1)
    const gone = value === '' || attributes.some((each) => /^max-age=0$/i.test(each))
    if (gone) this.cookies(url).delete(name)
    else this.cookies(url).set(name, value)
  }
}
