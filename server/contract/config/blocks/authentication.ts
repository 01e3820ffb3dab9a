// How people sign in to the console, beyond its own accounts. Not in the guide.
import { flag, group, list, variable, webAddress, words } from '../fields.ts'

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
  }).optional(),
})
