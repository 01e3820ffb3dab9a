// Sign-in through an OpenID Connect provider, as server/auth wants it.
import { type Role, roles } from '../../permissions.ts'
import type { ConfigDocument } from '../document.ts'

export type OidcPlan = {
  /** What the button says. */
  readonly name: string
  readonly issuer: string
  readonly clientId: string
  /** The variable with the client's secret. */
  readonly secretVariable: string | null
  /** Separated by spaces. */
  readonly scope: string
  readonly groupsClaim: string
  /** Group -> role. */
  readonly roles: Readonly<Record<string, Role>>
}

/** Undefined when there is none, or it is off. */
export function oidcPlan({ authentication }: ConfigDocument): OidcPlan | undefined {
  const oidc = authentication?.oidc
  if (!oidc || oidc.enabled === false) return undefined
  const mapping = oidc.role_mapping ?? {}
  // Upwards, so that of two roles for a group the mightier is left.
  const entries = roles.toReversed().flatMap((role) => (mapping[role] ?? []).map((group) => [group, role] as const))
  return {
    name: oidc.label ?? 'Single sign-on',
    issuer: oidc.issuer,
    clientId: oidc.client_id,
    secretVariable: oidc.client_secret_env_var ?? null,
    scope: [...new Set(['openid', ...(oidc.scopes ?? ['email', 'profile'])])].join(' '),
    groupsClaim: oidc.role_claim ?? 'groups',
    roles: Object.fromEntries(entries),
  }
}
