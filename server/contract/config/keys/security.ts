// Keys of console, api, network_security, authentication, file_security and compliance.
import { type KeyEffect, rowsOf } from './row.ts'

const console = rowsOf('console listener', 'now', { beyond: true })
const api = rowsOf('API listener', 'now')
const both = rowsOf('both listeners', 'now')
const signIn = rowsOf('sign-in', 'now', { beyond: true })
const files = rowsOf('health checks', 'later')
const compliance = rowsOf('compliance', 'later')

const MADE = 'made at the first start'

const directories = ['backup_directory', 'log_directory', 'config_directory'].flatMap((name) => [
  files(`file_security.${name}.path`, 'the directory'),
  files(`file_security.${name}.owner`, 'who must own it: a name or number'),
  files(`file_security.${name}.group`, 'the group that it must have'),
  files(`file_security.${name}.permissions`, 'the mode that it must have', { unit: 'octal' }),
])

const standards = ['soc2', 'gdpr', 'hipaa'].flatMap((name) => [
  compliance(`compliance.standards.${name}.enabled`, 'its controls are checked and reported', { default: 'true' }),
  compliance(`compliance.standards.${name}.requirements`, 'which of its requirements'),
])

const periods = [
  ['audit_logs', 'events of the audit trail'],
  ['backup_metadata', 'what is known of snapshots and runs'],
  ['recovery_records', 'restores'],
].map(([name, what]) =>
  compliance(`compliance.retention_policies.${name}`, `nothing can delete ${what} earlier`, {
    unit: 'such as 7_years',
  }),
)

export const securityKeys: readonly KeyEffect[] = [
  console('console.host', 'the address that the console listens on', { default: '127.0.0.1' }),
  console('console.port', 'its port', { default: '3000' }),
  console('console.public_url', 'where browsers find it; /backups is added to an address without a path', {
    default: 'notifications.channels.dashboard.url, else http://localhost:PORT/backups',
  }),
  console('console.ssl.enabled', 'TLS on the console itself, without a proxy before it', {
    default: 'true when console.ssl is there, else false',
  }),
  console('console.ssl.cert_path', 'certificate (PEM, with its chain)', { default: MADE }),
  console('console.ssl.key_path', 'its private key (PEM)', { default: MADE }),
  console('console.trusted_proxies', 'proxies whose X-Forwarded-For is believed: addresses or ranges', {
    default: 'none',
  }),
  api('api.host', 'the address that the API listens on', { default: '127.0.0.1' }),
  api('api.port', 'its port', { default: '8081' }),
  api('api.ssl.enabled', 'TLS', { default: 'true' }),
  api('api.ssl.cert_path', 'certificate (PEM, with its chain)', { default: MADE }),
  api('api.ssl.key_path', 'its private key (PEM)', { default: MADE }),
  api('api.authentication.enabled', 'a key is needed', { default: 'true' }),
  api('api.authentication.method', 'api_key; there is no other', { default: 'api_key' }),
  api('api.authentication.api_key_env_var', 'the variable with a key that counts besides those of the catalog'),
  api('api.rate_limiting.enabled', 'each key has a limit', { default: 'true' }),
  api('api.rate_limiting.requests_per_minute', 'requests that a key may make for long', {
    unit: 'requests a minute',
    default: '100',
  }),
  api('api.rate_limiting.burst_capacity', 'requests that it may make at once after a rest', {
    unit: 'requests',
    default: '200, or requests_per_minute if that is more',
  }),
  rowsOf('API listener', 'now', { beyond: true })('api.enabled', 'false: the API does not listen', { default: 'true' }),
  both('network_security.firewall.enabled', 'only allowed_ips may connect', {
    default: 'true when allowed_ips is there',
  }),
  both('network_security.firewall.allowed_ips', 'addresses or ranges; this machine too must be in one to connect', {
    default: 'everybody',
  }),
  both('network_security.tls.enabled', 'min_version and cipher_suites count wherever TLS is on', { default: 'true' }),
  both('network_security.tls.min_version', 'TLSv1.2 or TLSv1.3', { default: 'TLSv1.2' }),
  both(
    'network_security.tls.cipher_suites',
    'by preference; without one of TLS 1.3 the usual ones of TLS 1.3 are added',
    {
      default: 'those of Node',
    },
  ),
  rowsOf('API listener', 'now', { beyond: true })(
    'network_security.tls.client_ca_path',
    'who signs the certificates of clients (PEM)',
    {
      default: 'an authority of our own',
    },
  ),
  api('network_security.authentication.require_client_cert', 'clients of the API must show a certificate', {
    default: 'false',
  }),
  api('network_security.authentication.require_api_key', 'clients of the API must send a key', {
    default: 'api.authentication.enabled',
  }),
  signIn('authentication.oidc.enabled', 'false: no sign-in through the provider', { default: 'true' }),
  signIn('authentication.oidc.label', 'what the button says', { default: 'Single sign-on' }),
  signIn('authentication.oidc.issuer', 'address of the OpenID Connect provider'),
  signIn('authentication.oidc.client_id', 'what the provider calls Holdfast'),
  signIn('authentication.oidc.client_secret_env_var', 'the variable with the secret of the client'),
  signIn('authentication.oidc.scopes', 'scopes besides openid', { default: 'email, profile' }),
  signIn('authentication.oidc.role_claim', 'the claim with the groups of a person', { default: 'groups' }),
  ...['administrator', 'operator', 'auditor', 'requester'].map((role) =>
    signIn(
      `authentication.oidc.role_mapping.${role}`,
      `groups that make a person ${role}; without any role nobody gets in`,
    ),
  ),
  ...directories,
  ...standards,
  ...periods,
]
