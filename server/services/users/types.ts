// What a user looks like from outside, and what the service of users takes.
import type { Role } from '../../contract/permissions.ts'
import type { Catalog } from '../../db/index.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import type { Audit } from '../audit/audit.ts'
import type { PageRequest } from './paging.ts'

export type CommonDeps = {
  readonly catalog: Catalog
  readonly clock: Clock
  readonly audit: Audit
  readonly log: Logger
}
export type UsersDeps = CommonDeps & {
  /** Where browsers find the console: one-time links begin with it. */
  readonly publicUrl: string
}

export type UserItem = {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly role: string
  readonly status: string
  /** How they sign in; `none` until the first password is set. */
  readonly method: 'password' | 'oidc' | 'none'
  readonly secondFactor: boolean
  /** ISO; null unless too many wrong passwords were tried. */
  readonly lockedUntil: string | null
  readonly createdAt: string
  readonly lastSignInAt: string | null
}

/** One user, and what ends when they are disabled. */
export type UserDetails = UserItem & {
  readonly openSessions: number
  /** Null for whoever may not see keys. */
  readonly activeKeys: number | null
}

export type UserFilter = PageRequest & {
  readonly role?: Role | undefined
  readonly status?: 'active' | 'disabled' | undefined
  /** A part of the address or of the name. */
  readonly search?: string | undefined
}

export type NewUser = { readonly email: string; readonly name: string; readonly role: Role }

export type UserChange = {
  readonly id: string
  readonly name?: string | undefined
  readonly role?: Role | undefined
  readonly status?: 'active' | 'disabled' | undefined
}

/** A link that works once, shown once. The token stands behind a #, so that no server or proxy logs it. */
export type OneTimeLink = { readonly token: string; readonly url: string; readonly expiresAt: string }
