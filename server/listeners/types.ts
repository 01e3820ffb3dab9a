// The settings of both listeners, as settings.ts takes them from the configuration.
import type { Rate } from './buckets.ts'
import type { TlsSettings } from './tls.ts'

export type ConsoleSettings = {
  readonly host: string
  readonly port: number
  /** Where browsers find it, e.g. https://dashboard.acme.com/backups. */
  readonly publicUrl: string
  /** Null: plain HTTP, for a proxy in front or for this machine alone. */
  readonly tls: TlsSettings | null
}

export type ApiSettings = {
  readonly host: string
  readonly port: number
  /** Null: plain HTTP, because both sections that could ask for TLS say no. */
  readonly tls: TlsSettings | null
  /** False: whoever may connect may also look (and nothing else) without a key. */
  readonly requireKey: boolean
  /** Null: no limit. */
  readonly rate: Rate | null
}

export type ListenerSettings = {
  readonly console: ConsoleSettings
  /** Null: the API is not served. */
  readonly api: ApiSettings | null
  /** Networks that may connect to either listener; null for all. */
  readonly allowedIps: readonly string[] | null
  /** Proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[]
}
