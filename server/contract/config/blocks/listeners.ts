// What listens where: the console for people, the API for programs; and who may reach either.
import {
  absolutePath,
  addressRange,
  flag,
  group,
  host,
  list,
  oneOf,
  port,
  variable,
  webAddress,
  whole,
} from '../fields.ts'
import { cipherSuites, tlsVersions } from '../tls.ts'

const ssl = group({
  enabled: flag().optional(),
  cert_path: absolutePath().optional(),
  key_path: absolutePath().optional(),
})

export const console = group({
  host: host().optional(),
  port: port().optional(),
  public_url: webAddress().optional(),
  ssl: ssl.optional(),
  trusted_proxies: list(addressRange()).optional(),
})

export const api = group({
  host: host().optional(),
  port: port().optional(),
  ssl: ssl.optional(),
  authentication: group({
    enabled: flag().optional(),
    method: oneOf(['api_key']).optional(),
    api_key_env_var: variable().optional(),
  }).optional(),
  rate_limiting: group({
    enabled: flag().optional(),
    requests_per_minute: whole(1, 1_000_000).optional(),
    burst_capacity: whole(1, 1_000_000).optional(),
  }).optional(),
  enabled: flag().optional(),
})

export const networkSecurity = group({
  firewall: group({ enabled: flag().optional(), allowed_ips: list(addressRange(), 1).optional() }).optional(),
  tls: group({
    enabled: flag().optional(),
    min_version: oneOf(tlsVersions).optional(),
    cipher_suites: list(oneOf(cipherSuites), 1).optional(),
    client_ca_path: absolutePath().optional(),
  }).optional(),
  authentication: group({
    require_client_cert: flag().optional(),
    require_api_key: flag().optional(),
  }).optional(),
})
