// What access needs from the rest of the server: declared here, handed over by app.ts.
import type { AuditAction } from '../contract/audit-actions.ts'
import type { Role } from '../contract/permissions.ts'
import type { Catalog, Tx } from '../db/index.ts'
import type { Clock } from '../lib/clock.ts'
import type { Actor } from './actor.ts'

/** An event of the audit trail as access writes it; services/audit gives the real thing. */
export type AccessEvent = {
  readonly actor: Actor
  readonly action: AuditAction
  readonly target?: { readonly kind: string; readonly id?: string; readonly name?: string }
  readonly result: 'success' | 'denied' | 'failure'
  readonly before?: unknown
  readonly after?: unknown
  readonly details?: unknown
}

export type AccessAudit = {
  /** Inside the transaction of the change. */
  append(tx: Tx, entry: AccessEvent): Promise<void>
  /** In a transaction of its own. */
  record(entry: AccessEvent): Promise<void>
}

export type AccessLog = {
  debug(message: string, fields?: Record<string, unknown>): void
  warn(message: string, fields?: Record<string, unknown>): void
  error(message: string, fields?: Record<string, unknown>): void
}

/** Sign-in through an OpenID Connect provider. */
export type OidcSettings = {
  /** What the button says. */
  readonly name: string
  /** The issuer's URL; `/.well-known/openid-configuration` is found below it. */
  readonly issuer: string
  readonly clientId: string
  /** Empty for a public client. */
  readonly clientSecret: string
  /** Separated by spaces, with openid. */
  readonly scope?: string
  /** The claim that lists a person's groups. */
  readonly groupsClaim: string
  /** Group -> role; of several the mightiest counts, without any nobody gets in. */
  readonly roles: Readonly<Record<string, Role>>
}

/** Pages of the console that sign-in sends the browser to. */
export type AccessPages = { readonly signIn: string; readonly signOut: string; readonly error: string }

export type AccessDeps = {
  readonly catalog: Catalog
  readonly clock: Clock
  readonly audit: AccessAudit
  readonly log: AccessLog
  /** At least 32 random bytes, kept outside the catalog; keys for cookies and second factors are derived from it. */
  readonly secret: Uint8Array
  /** Where browsers find the console, e.g. https://dashboard.acme.com/backups; NEXTAUTH_URL has to be authUrlOf() of it. */
  readonly publicUrl: string
  readonly pages?: AccessPages
  readonly oidc?: OidcSettings
  /** The key of api.authentication.api_key_env_var, and that variable's name: an operator that is nobody. */
  readonly systemKey?: { readonly key: string; readonly name: string }
}

/** Where a request came from. */
export type Origin = { readonly ip: string | null; readonly userAgent: string | null }
