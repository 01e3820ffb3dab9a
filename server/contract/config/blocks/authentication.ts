// How people sign in to the console, beyond its own accounts. Not in the guide.
import { flag, group, list, minutes, oneOf, variable, webAddress, whole, words } from '../fields.ts'

/** Groups of the provider that have a role here. */
const groups = list(words(), 1)

export const authentication = group({
  oidc: group({
    enabled: flag().optional(),
    label: words(50).optional(),
    issuer: webAddress(),
    client_id: words(),
    client_secret_env_var: variable().optional(),
    scopes: list(words(100), 1).optional(),
    role_claim: words(100).optional(),
    role_mapping: group({
      administrator: groups.optional(),
      operator: groups.optional(),
      auditor: groups.optional(),
      requester: groups.optional(),
    }).optional(),
    default_role: oneOf(['requester', 'auditor', 'none']).optional(),
  }).optional(),
  sessions: group({
    lifetime_hours: whole(1, 720, 'hours').optional(),
    idle_minutes: minutes(43_200).optional(),
  }).optional(),
})
