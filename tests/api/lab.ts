// For tests of the API: both listeners on free ports with the real services behind them, and callers of every kind.
import fs from 'node:fs'
import https from 'node:https'
import os from 'node:os'
import path from 'node:path'
import type { Services } from '#server/api/services.ts'
import { type Actor, systemActor } from '#server/auth/actor.ts'
import { authUrlOf, createAccess } from '#server/auth/index.ts'
import { announceAuthUrl } from '#server/config/next-auth.ts'
import type { ConfigDocument } from '#server/contract/config/document.ts'
import { listenerPlans } from '#server/contract/config/plans/listeners.ts'
import { type PageSlot, pageSlot } from '#server/contract/page-call.ts'
import { type Permission, permissionsOf, type Role } from '#server/contract/permissions.ts'
import { addressOfRequest, createListeners, type Listeners } from '#server/listeners/index.ts'
import { defaultLimits, type Limits } from '#server/listeners/limits.ts'
import type { PageRenderer } from '#server/listeners/next.ts'
import { createEvents, type Events } from '#server/runtime/events.ts'
import { createAuditService } from '#server/services/audit/index.ts'
import { createHealthService, createHeartbeats } from '#server/services/health/index.ts'
import { createMetricsService } from '#server/services/metrics/index.ts'
import { createNotificationsService } from '#server/services/notifications/index.ts'
import { createOverviewService } from '#server/services/overview/index.ts'
import { createPoliciesService } from '#server/services/policies/index.ts'
import { createRecoveryKitService } from '#server/services/recovery-kit/index.ts'
import { createRepositoriesService } from '#server/services/repositories/index.ts'
import { createRestoresService } from '#server/services/restores/index.ts'
import { createRunsService } from '#server/services/runs/index.ts'
import { createSchedulesService } from '#server/services/schedules/index.ts'
import { createSettingsService } from '#server/services/settings/index.ts'
import { createSetupService } from '#server/services/setup/index.ts'
import { createSnapshotsService } from '#server/services/snapshots/index.ts'
import { createHoldfastClient, type HoldfastClient } from '../../client/index.ts'
import { type Lab as AccessLab, actorOf, Browser, openLab } from '../access/testing.ts'

const consoleAddress = 'http://console.test/backups'

export type ApiLab = AccessLab & {
  readonly listeners: Listeners
  readonly publicUrl: string
  readonly services: Services
  /** The event bus: what is published here goes to streams. */
  readonly bus: Events
  /** A temporary folder; gone afterwards. */
  readonly folder: string
  /** The certificate that the API listener made for itself. */
  readonly ca: string
  readonly apiUrl: string
  readonly consoleUrl: string
  /** Changes the configuration of the listeners, and waits until they follow. */
  configure(document: ConfigDocument): Promise<void>
  /** A key of a new account with the role; with all that a key may have unless `scope` says less. */
  key(role: Role, scope?: readonly Permission[]): Promise<string>
  client(apiKey?: string, tls?: { cert: string; key: string }): HoldfastClient
  /** A browser that has signed in as a new account with the role. */
  signedIn(role: Role): Promise<Browser & { readonly actor: Actor }>
  browser(): Browser
}

export type LabOptions = {
  readonly document?: ConfigDocument
  readonly publicUrl?: string
  readonly limits?: Partial<Limits>
  readonly watchInterval?: number
}

const personal: readonly Permission[] = ['profile.write', 'notifications.read']

/** In place of the built pages: says which page was asked for, and who looks. The pages themselves are tested in a browser. */
const plainRenderer: PageRenderer = {
  build: 'of-the-test',
  assets: async () => false,
  async render(request, response) {
    const slot = (globalThis as { [pageSlot]?: PageSlot })[pageSlot]
    const viewer = slot?.getStore()?.viewer
    response.setHeader('Content-Type', 'text/plain')
    response.end(`${request.url} for ${viewer?.name} (${viewer?.role})`)
  },
  close: async () => undefined,
}

/** Ports that the system chooses, and nothing that reaches beyond this machine. */
const local: ConfigDocument = {
  console: { host: '127.0.0.1', port: 0 },
  api: { host: '127.0.0.1', port: 0 },
} as ConfigDocument

export async function openApiLab(options: LabOptions = {}): Promise<ApiLab & AsyncDisposable> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-api-'))
  const { publicUrl = consoleAddress } = options
  const lab = await openLab({ publicUrl })
  announceAuthUrl(authUrlOf(publicUrl))
  restorePair(folder)
  const bus = createEvents(lab.clock)
  const services = servicesOf(lab, folder, bus)
  const access = createAccess({ ...lab, publicUrl }, addressOfRequest)
  let document = options.document ?? {}
  const followers = new Set<() => void>()
  const listeners = await createListeners({
    app: { services, access },
    config: {
      plans() {
        const plans = listenerPlans({
          ...document,
          console: { ...local.console, ...document.console },
          api: { ...local.api, ...document.api },
        })
        return { ...plans, console: { ...plans.console, publicUrl } }
      },
      onChange(listener) {
        followers.add(listener)
        return () => followers.delete(listener)
      },
      tlsFolder: path.join(folder, 'tls'),
    },
    pages: { renderer: plainRenderer, version: 'test', dev: false },
    log: lab.log,
    clock: lab.clock,
    limits: { ...defaultLimits, ...options.limits },
    ...(options.watchInterval === undefined ? {} : { watchInterval: options.watchInterval }),
  })
  const ca = keepPair(folder)
  let people = 0

  /** An account without a password, which takes time to hash. */
  const account = async (role: Role, email: string) => {
    const maker = { ...systemActor('test'), role: 'administrator' as const }
    return actorOf(lab.catalog, (await lab.users.create(maker, { email, name: email, role })).user.id)
  }
  const apiUrl = (): string => `https://127.0.0.1:${listeners.api?.port}`
  const consoleUrl = (): string => `http://127.0.0.1:${listeners.console.port}`
  const browser = (): Browser =>
    new Browser(consoleUrl(), { origin: new URL(publicUrl).origin, 'x-holdfast-console': '1' })
  return {
    ...lab,
    listeners,
    publicUrl,
    services,
    folder,
    ca,
    bus,
    get apiUrl() {
      return apiUrl()
    },
    get consoleUrl() {
      return consoleUrl()
    },
    browser,
    async configure(next) {
      document = next
      for (const follow of followers) follow()
      await listeners.settled()
    },
    async key(role, scope) {
      const owner = await account(role, `key-${++people}@example.com`)
      const permissions = scope ?? permissionsOf(role).filter((permission) => !personal.includes(permission))
      const maker = { ...owner, permissions: new Set(permissionsOf(role)) }
      return (await lab.apiKeys.create(maker, { name: `key ${people}`, permissions })).key
    },
    client: (apiKey, tls) => createHoldfastClient({ url: apiUrl(), apiKey, ca, ...tls }),
    async signedIn(role) {
      const email = `person-${++people}@example.com`
      const actor = await lab.person(role, email)
      const signedIn = browser()
      await signedIn.signIn(email, 'tide lamp ochre fennel')
      return Object.assign(signedIn, { actor })
    },
    async [Symbol.asyncDispose]() {
      await listeners.close()
      await services.audit.close()
      await services.repositories.close()
      await lab[Symbol.asyncDispose]()
      fs.rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A certificate takes a second to make; one serves all labs of a file. */
let pair: { crt: Buffer; key: Buffer } | undefined

const pairFile = (folder: string, kind: 'crt' | 'key'): string => path.join(folder, 'tls', `server.${kind}`)

function restorePair(folder: string): void {
  if (pair === undefined) return
  fs.mkdirSync(path.join(folder, 'tls'), { mode: 0o700 })
  for (const kind of ['crt', 'key'] as const) fs.writeFileSync(pairFile(folder, kind), pair[kind], { mode: 0o600 })
}

/** @returns the certificate; '' when the listener made none */
function keepPair(folder: string): string {
  if (!fs.existsSync(pairFile(folder, 'crt'))) return ''
  pair ??= { crt: fs.readFileSync(pairFile(folder, 'crt')), key: fs.readFileSync(pairFile(folder, 'key')) }
  return fs.readFileSync(pairFile(folder, 'crt'), 'utf8')
}

/** The real services; only the queue does no work, for no test of the API waits for a run. */
function servicesOf(lab: AccessLab, folder: string, events: Events): Services {
  const { catalog, clock, log } = lab
  const audit = createAuditService({ catalog, clock, log, anchorPath: path.join(folder, 'audit-anchor.json') })
  const publish = (event: Parameters<Events['publish']>[0]) => events.publish(event)
  const variable = (): undefined => undefined
  const deps = { catalog, clock, log, audit: audit.trail }
  const repositories = createRepositoriesService({ ...deps, variable })
  const queue = { wake: () => undefined, cancel: () => undefined, live: () => undefined, seq: 0 }
  const settings = createSettingsService({ ...deps, env: { overrides: {}, secret: variable } })
  const recoveryKit = createRecoveryKitService({
    ...deps,
    document: () => ({}),
    defaultKey: path.join(folder, 'backup.key'),
    secret: lab.secret,
    version: '0',
  })
  const health = createHealthService({
    ...deps,
    catalogUrl: lab.catalog.url,
    anchor: audit.anchor,
    heartbeats: createHeartbeats(clock),
    openRepository: repositories.open,
    switches: () => ({}),
  })
  return {
    apiKeys: lab.apiKeys,
    audit,
    events,
    health,
    notifications: createNotificationsService({ ...deps, publish }),
    profile: lab.profile,
    recoveryKit,
    repositories,
    metrics: createMetricsService({ catalog }),
    overview: createOverviewService({ catalog, clock, health }),
    policies: createPoliciesService({ catalog }),
    restores: createRestoresService({ ...deps, queue, publish, document: () => ({}), folder: '/restores' }),
    runs: createRunsService({ ...deps, queue, publish }),
    sessions: lab.sessions,
    schedules: createSchedulesService({ ...deps, queue, publish, settings, protectedPaths: () => [folder] }),
    settings,
    setup: createSetupService({ catalog, recoveryKit }),
    snapshots: createSnapshotsService({ ...deps, repositories }),
    users: lab.users,
  }
}

/** What a request without the client got. */
export type RawAnswer = { readonly status: number; readonly headers: Record<string, unknown>; readonly body: string }

/** One request to the API listener, as any program may send it. */
export function request(
  lab: Pick<ApiLab, 'apiUrl' | 'ca'>,
  to: string,
  options: https.RequestOptions & { body?: string } = {},
): Promise<RawAnswer> {
  const { body, ...rest } = options
  return new Promise((resolve, reject) => {
    const sent = https.request(new URL(to, lab.apiUrl), { ca: lab.ca, agent: false, ...rest }, async (answer) => {
      const parts: Buffer[] = []
      for await (const part of answer) parts.push(part as Buffer)
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts).toString() })
    })
    sent.once('error', reject)
    sent.end(body)
  })
}
