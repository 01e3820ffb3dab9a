// What the two listeners are to do, with every default filled in.
import type { ConfigDocument } from '../document.ts'
import { type TlsVersion, tls13Suites } from '../tls.ts'

export type TlsPlan = {
  /** PEM files; null for both: a certificate is made at the first start. */
  readonly certPath: string | null
  readonly keyPath: string | null
  readonly minVersion: TlsVersion
  /** As OpenSSL and node:tls want them, by preference; null: Node's own list. */
  readonly ciphers: string | null
}

export type ConsolePlan = {
  readonly host: string
  readonly port: number
  /** Where browsers find the console, with no slash at its end, e.g. https://dashboard.acme.com/backups. */
  readonly publicUrl: string
  readonly tls: TlsPlan | null
  /** Ranges; null: everybody may connect. */
  readonly allowedIps: readonly string[] | null
  /** Whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[]
}

export type ApiPlan = {
  readonly enabled: boolean
  readonly host: string
  readonly port: number
  readonly tls: TlsPlan | null
  /** A client without a certificate is refused in the handshake. `caPath`: who may sign them; null: an authority of our own. */
  readonly clientCert: { readonly required: boolean; readonly caPath: string | null }
  readonly apiKey: {
    readonly required: boolean
    /** The variable with a key that counts besides those of the catalog. */
    readonly variable: string | null
  }
  readonly rateLimit: { readonly requestsPerMinute: number; readonly burst: number } | null
  readonly allowedIps: readonly string[] | null
}

export type ListenerPlans = { readonly console: ConsolePlan; readonly api: ApiPlan }

/** Only this machine, until the configuration says otherwise. */
export const LOOPBACK = '127.0.0.1'
export const CONSOLE_PORT = 3000
export const API_PORT = 8081
const DEFAULT_RATE = { requestsPerMinute: 100, burst: 200 }

export function listenerPlans(document: ConfigDocument): ListenerPlans {
  const allowedIps = allowedIpsOf(document)
  return { console: consolePlan(document, allowedIps), api: apiPlan(document, allowedIps) }
}

function consolePlan(document: ConfigDocument, allowedIps: ConsolePlan['allowedIps']): ConsolePlan {
  const { host = LOOPBACK, port = CONSOLE_PORT, ssl, trusted_proxies = [] } = document.console ?? {}
  const tls = ssl && ssl.enabled !== false ? tlsPlan(document, ssl) : null
  return {
    host,
    port,
    publicUrl: publicUrlOf(document, port, tls !== null),
    tls,
    allowedIps,
    trustedProxies: trusted_proxies,
  }
}

/** The console is at /backups; an address without a path is completed. */
function publicUrlOf({ console, notifications }: ConfigDocument, port: number, secure: boolean): string {
  const dashboard = notifications?.channels?.dashboard
  const given = console?.public_url ?? (dashboard?.enabled === false ? undefined : dashboard?.url)
  const url = new URL(given ?? `${secure ? 'https' : 'http'}://localhost:${port}`)
  const path = url.pathname.replace(/\/+$/, '')
  return `${url.origin}${path === '' ? '/backups' : path}`
}

function apiPlan(document: ConfigDocument, allowedIps: ApiPlan['allowedIps']): ApiPlan {
  const { api = {}, network_security: security } = document
  const limit = api.rate_limiting
  const requestsPerMinute = limit?.requests_per_minute ?? DEFAULT_RATE.requestsPerMinute
  return {
    enabled: api.enabled ?? true,
    host: api.host ?? LOOPBACK,
    port: api.port ?? API_PORT,
    tls: api.ssl?.enabled === false ? null : tlsPlan(document, api.ssl ?? {}),
    clientCert: {
      required: security?.authentication?.require_client_cert ?? false,
      caPath: security?.tls?.client_ca_path ?? null,
    },
    apiKey: {
      required: security?.authentication?.require_api_key === true || api.authentication?.enabled !== false,
      variable: (api.authentication?.enabled !== false && api.authentication?.api_key_env_var) || null,
    },
    rateLimit:
      limit?.enabled === false
        ? null
        : { requestsPerMinute, burst: limit?.burst_capacity ?? Math.max(DEFAULT_RATE.burst, requestsPerMinute) },
    allowedIps,
  }
}

function allowedIpsOf({ network_security: security }: ConfigDocument): readonly string[] | null {
  const { enabled = true, allowed_ips } = security?.firewall ?? {}
  return enabled && allowed_ips ? allowed_ips : null
}

type Files = { readonly cert_path?: string | undefined; readonly key_path?: string | undefined }

function tlsPlan({ network_security: security }: ConfigDocument, files: Files): TlsPlan {
  const rules = security?.tls?.enabled === false ? undefined : security?.tls
  return {
    certPath: files.cert_path ?? null,
    keyPath: files.key_path ?? null,
    minVersion: rules?.min_version ?? 'TLSv1.2',
    ciphers: ciphersOf(rules?.cipher_suites),
  }
}

/** Which suite of TLS 1.3 has the cipher of a suite of TLS 1.2. */
const successors: readonly (readonly [RegExp, string])[] = [
  [/AES256-GCM/, 'TLS_AES_256_GCM_SHA384'],
  [/CHACHA20/, 'TLS_CHACHA20_POLY1305_SHA256'],
  [/AES128-GCM/, 'TLS_AES_128_GCM_SHA256'],
]

/** Suites of TLS 1.2 say nothing of TLS 1.3, but Node would take their list as "no TLS 1.3": it gets the same ciphers, or all if it has none of them. */
function ciphersOf(suites: readonly string[] | undefined): string | null {
  if (!suites) return null
  const isNew = (suite: string): boolean => (tls13Suites as readonly string[]).includes(suite)
  if (suites.some(isNew)) return suites.join(':')
  const same = successors.filter(([old]) => suites.some((suite) => old.test(suite))).map(([, suite]) => suite)
  return [...(same.length > 0 ? same : tls13Suites.slice(0, 3)), ...suites].join(':')
}
