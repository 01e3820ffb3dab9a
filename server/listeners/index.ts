// Both listeners put together, and kept in step with the configuration while they run.

import { createRefusals } from '../api/refusals.ts'
import type { Services } from '../api/services.ts'
import type { Access } from '../auth/index.ts'
import { portVariables } from '../contract/config/environment.ts'
import type { ApiPlan, ConsolePlan, ListenerPlans } from '../contract/config/plans/listeners.ts'
import { isSamePlace } from '../contract/config/ports.ts'
import { HoldfastError } from '../contract/errors.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { addressList } from './addresses.ts'
import { apiTrpcPath, createApiHandler } from './api.ts'
import { type Buckets, createBuckets } from './buckets.ts'
import { consoleTrpcPath, createConsoleHandler } from './console.ts'
import { createConsolePages } from './console-pages.ts'
import { createDownload } from './download.ts'
import { createGate, type GateSettings } from './gate.ts'
import { cookieOf, identify, keyOf, withoutKey } from './identity.ts'
import { defaultLimits, type Limits } from './limits.ts'
import type { PageRenderer } from './next.ts'
import { createPages } from './pages/index.ts'
import { createRpc } from './rpc.ts'
import { type Listener, type ServerOptions, startServer } from './server.ts'

export { addressOfRequest } from './addresses.ts'
export type { Listener } from './server.ts'

export type ListenersOptions = {
  readonly app: {
    readonly services: Services
    /** Made with `addressOfRequest`, so that sign-in counts the same address as the gate. */
    readonly access: Access
    /** The identity provider's button, and the origin of its pages. */
    readonly provider?: { readonly label: string; readonly origin: string } | undefined
  }
  readonly config: {
    /** `listenerPlans` of the configuration that counts now. */
    plans(): ListenerPlans
    /** Calls back after each change; the result ends that. */
    onChange(listener: () => void): () => void
    /** Where certificates of our own are kept (absolute); made with mode 700. */
    readonly tlsFolder: string
  }
  /** Renders the console's pages; `createNextRenderer` makes it. */
  readonly pages: { readonly renderer: PageRenderer; readonly version: string; readonly dev: boolean }
  readonly log: Logger
  readonly clock: Clock
  readonly limits?: Limits
  /** How often certificate files are looked at, ms. */
  readonly watchInterval?: number
}

export type Listeners = {
  readonly console: Listener
  /** Null when the configuration turns the API off. */
  readonly api: Listener | null
  /** Takes up certificate files anew: for SIGHUP. */
  reload(): Promise<void>
  /** Resolves once the last change of the configuration was followed. */
  settled(): Promise<void>
  /** Takes no more requests; those that are being answered get two seconds. */
  close(): Promise<void>
}

/**
 * Starts both listeners. Addresses, rates and keys follow the configuration at once; a listener whose host, port or TLS changed starts anew.
 * @throws `unavailable` for a port or certificate that cannot be had, `usage` for TLS settings that make no TLS
 */
export async function createListeners(options: ListenersOptions): Promise<Listeners> {
  const { config, log } = options
  const parts = assemble(options)
  let plans = config.plans()
  checkPorts(plans)
  let closed = false
  let console = await startServer(parts.console(plans))
  let api: Listener | null = null
  try {
    api = plans.api.enabled ? await startServer(parts.api(plans)) : null
  } catch (error) {
    await console.close()
    throw error
  }

  const follow = async (): Promise<void> => {
    if (closed) return
    const [before, now] = [plans, config.plans()]
    plans = now
    parts.adapt(now)
    if (placeOf(before.console) !== placeOf(now.console) && now.console.publicUrl !== parts.publicUrl) {
      // Sign-in is bound to the address it was started with: moved without it, nobody could sign in to move it back.
      log.warn('The console moves to its new address when the server starts again', { to: now.console.publicUrl })
    } else if (placeOf(before.console) !== placeOf(now.console)) {
      console = await move(console, parts.console(before), parts.console(now))
    }
    if (placeOf(before.api) === placeOf(now.api)) return
    if (api !== null && now.api.enabled) api = await move(api, parts.api(before), parts.api(now))
    else if (now.api.enabled) api = await startServer(parts.api(now))
    else {
      await api?.close()
      api = null
    }
  }
  let following = Promise.resolve()
  const stop = config.onChange(() => {
    following = following
      .then(follow)
      .catch((error: unknown) => log.error('A listener could not follow the configuration', { error }))
  })

  return {
    get console() {
      return console
    },
    get api() {
      return api
    },
    reload: async () => void (await Promise.all([console.reload(), api?.reload()])),
    settled: () => following,
    async close() {
      closed = true
      stop()
      await following
      await Promise.all([console.close(), api?.close()])
    },
  }
}

/** Documents are checked for it with the environment of the moment; the next start may have another. */
function checkPorts({ console, api }: ListenerPlans): void {
  if (!api.enabled || console.port === 0 || !isSamePlace(console, api)) return
  const both = `Console and API are both to listen on ${api.host}:${api.port} (console.port, api.port)`
  throw new HoldfastError(
    'usage',
    `${both}: give one of them another port with ${Object.values(portVariables).join(' or ')}`,
  )
}

/** What cannot change while a socket listens. */
const placeOf = (plan: ConsolePlan | ApiPlan): string => {
  const { host, port, tls } = plan
  return JSON.stringify('clientCert' in plan ? [plan.enabled, host, port, tls, plan.clientCert] : [host, port, tls])
}

/** Starts a listener with other settings in place of one; when that fails the old one comes back. */
async function move(listener: Listener, before: ServerOptions, now: ServerOptions): Promise<Listener> {
  await listener.close()
  try {
    // A port that the system chose is kept.
    return await startServer(now.port === before.port ? { ...now, port: listener.port } : now)
  } catch (error) {
    now.log.error(`The ${now.name} cannot listen as configured; it goes on as before`, { error })
    return await startServer({ ...before, port: listener.port })
  }
}

/** The handlers, and what a server is started with for given plans. */
function assemble(options: ListenersOptions) {
  const { app, config, log, clock, limits = defaultLimits, watchInterval } = options
  const { services, access } = app
  const refusals = createRefusals(services.audit.trail, log)
  const first = config.plans()
  const { publicUrl } = first.console
  let settings = gateSettings(first)
  let requireKey = first.api.apiKey.required
  const shared = { settings: () => settings, limits, refusals }
  const rpc = createRpc({ services, refusals, clock, log, limits })
  const keys: Buckets = createBuckets(clock, rateOf(first.api))
  const callers: Buckets = createBuckets(clock, rateOf(first.api) ?? limits.stranger)

  const consoleGate = createGate({
    ...shared,
    known: createBuckets(clock, limits.session),
    strangers: createBuckets(clock, limits.stranger),
    trpcPath: consoleTrpcPath,
    credentialOf: cookieOf(publicUrl),
    identify: (_credential, address, request) => identify(access, 'console', request, address),
  })
  const apiGate = createGate({
    ...shared,
    known: keys,
    strangers: callers,
    trpcPath: apiTrpcPath,
    credentialOf: keyOf,
    identify: async (credential, address, request) =>
      credential === null && !requireKey
        ? withoutKey(address, () => !requireKey)
        : identify(access, 'api', request, address),
  })
  const forms = createPages({ services, refusals, clock, log, limits, access, publicUrl, provider: app.provider })
  const pages = createConsolePages({ services, refusals, clock, log, limits, ...options.pages })
  const download = createDownload({ services, refusals, clock, log, limits })
  const consoleHandler = createConsoleHandler({
    gate: consoleGate,
    access,
    rpc,
    download,
    forms,
    pages,
    refusals,
    publicUrl,
  })
  const apiHandler = createApiHandler(apiGate, rpc)

  const common = (names: readonly string[]) => ({
    home: { folder: config.tlsFolder, names, clock },
    limits,
    log,
    clock,
    ...(watchInterval === undefined ? {} : { watchInterval }),
  })
  const hostNames = [new URL(publicUrl).hostname]
  // Strict-Transport-Security is about a host with all its ports: from the API it would shut a console without TLS.
  const secure = publicUrl.startsWith('https:')
  return {
    publicUrl,
    console: ({ console: { host, port, tls } }: ListenerPlans): ServerOptions => ({
      ...common(hostNames),
      name: 'console',
      host,
      port,
      tls: tls && { ...tls, clients: null },
      secure,
      trustedProxies: settings.trustedProxies,
      handler: consoleHandler,
    }),
    api: ({ api: { host, port, tls, clientCert } }: ListenerPlans): ServerOptions => ({
      ...common(hostNames),
      name: 'API',
      host,
      port,
      tls: tls && { ...tls, clients: clientCert.required ? { caPath: clientCert.caPath } : null },
      secure,
      trustedProxies: settings.trustedProxies,
      handler: apiHandler,
    }),
    adapt(plans: ListenerPlans): void {
      settings = gateSettings(plans)
      requireKey = plans.api.apiKey.required
      keys.setRate(rateOf(plans.api))
      callers.setRate(rateOf(plans.api) ?? limits.stranger)
    },
  }
}

const rateOf = ({ rateLimit }: ApiPlan) =>
  rateLimit && { perMinute: rateLimit.requestsPerMinute, burst: rateLimit.burst }

const gateSettings = ({ console: { allowedIps, trustedProxies } }: ListenerPlans): GateSettings => ({
  allowed: allowedIps && addressList(allowedIps, 'network_security.firewall.allowed_ips'),
  trustedProxies: addressList(trustedProxies, 'console.trusted_proxies'),
})
