// What a document means, with every default.
import { createSecureContext } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { compressionNames, compressionTable } from '../compression-table.ts'
import type { ConfigDocument, ScheduleSettings } from '../document.ts'
import { oidcPlan } from './access.ts'
import { compressionPlan } from './compression.ts'
import { type ApiPlan, listenerPlans } from './listeners.ts'
import { schedulePlans } from './schedules.ts'
import { primaryName, storageRoles } from './storages.ts'
import { loggingPlan, workPlan } from './work.ts'

describe('compression', () => {
  const gzip = (settings: object): ConfigDocument => ({ compression: { algorithms: { gzip: settings } } })

  it.each<[ConfigDocument, Parameters<typeof compressionPlan>[1], ReturnType<typeof compressionPlan>]>([
    [{}, undefined, undefined],
    [{}, 'none', { codec: 'none', level: 0 }],
    [{ compression: { default_algorithm: 'xz' } }, undefined, { codec: 'xz', level: 6 }],
    [{ compression: { default_algorithm: 'xz' } }, 'bzip2', { codec: 'bzip2', level: 9 }],
    [gzip({ compression_level: 3, speed_vs_size: 'size_optimized' }), 'gzip', { codec: 'gzip', level: 3 }],
    [gzip({ speed_vs_size: 'size_optimized' }), 'gzip', { codec: 'gzip', level: 9 }],
    [gzip({ speed_vs_size: 'speed' }), 'gzip', { codec: 'gzip', level: 1 }],
    [gzip({}), 'gzip', { codec: 'gzip', level: 6 }],
    [{}, 'zstd', { codec: 'zstd', level: 3, gatheredLevel: 1 }],
    [{ compression: { algorithms: { zstd: { compression_level: 3 } } } }, 'zstd', { codec: 'zstd', level: 3 }],
    [{ compression: { thresholds: { compression_enabled: false } } }, 'gzip', { codec: 'none', level: 0 }],
  ])('of %j for %j', (document, chosen, expected) => expect(compressionPlan(document, chosen)).toEqual(expected))

  it('has levels that go from speed to size, within their range', () => {
    for (const name of compressionNames) {
      const { min, max, usual, byWish } = compressionTable[name]
      expect(byWish.speed).toBeLessThan(byWish.balanced)
      expect(byWish.balanced).toBeLessThan(byWish.size_optimized)
      for (const level of [usual, ...Object.values(byWish)]) {
        expect(level).toBeGreaterThanOrEqual(min)
        expect(level).toBeLessThanOrEqual(max)
      }
    }
  })
})

describe('storages', () => {
  const local = { path: '/backups' }
  const cloud = { type: 's3', bucket: 'b' } as const

  it.each<[ConfigDocument, Record<string, string>]>([
    [{}, { local: 'primary' }],
    [{ storage: { type: 'cloud', local, cloud } }, { cloud: 'primary' }],
    [{ storage: { type: 'hybrid', local, cloud } }, { local: 'primary', cloud: 'secondary' }],
    [
      { storage: { type: 'hybrid', local, cloud, hybrid: { primary: 'cloud', secondary: 'local' } } },
      { cloud: 'primary', local: 'secondary' },
    ],
    [
      {
        storage: { type: 'local', local, cloud },
        schedules: { a: { type: 'full', cron_expression: '@daily', include_paths: ['/a'], repository: 'cloud' } },
        integrations: {
          cloud_storage: [
            { name: 'off', enabled: false, type: 's3' },
            { name: 'on', type: 's3', bucket: 'c' },
          ],
        },
      },
      { local: 'primary', cloud: 'further', on: 'further' },
    ],
  ])('of %j', (document, roles) => {
    expect(Object.fromEntries(storageRoles(document))).toEqual(roles)
    expect(roles[primaryName(document)]).toBe('primary')
  })
})

describe('schedules', () => {
  it('have what the document says, and defaults', () => {
    const least: ScheduleSettings = { type: 'full', cron_expression: '0 2 * * *', include_paths: ['/a'] }
    const most: ScheduleSettings = {
      ...least,
      enabled: false,
      description: 'words',
      retention_days: 7,
      exclude_patterns: ['*.tmp'],
      time_zone: 'Europe/Berlin',
      catch_up: 'within_window',
      catch_up_window_minutes: 15,
      policy: 'compliance',
      repository: 'cloud',
    }
    const document: ConfigDocument = {
      global_settings: { default_timezone: 'America/New_York' },
      schedules: { least, most },
    }
    expect(schedulePlans(document)).toEqual([
      {
        name: 'least',
        type: 'full',
        cron: '0 2 * * *',
        timezone: 'America/New_York',
        includePaths: ['/a'],
        excludePatterns: [],
        retentionDays: null,
        policyName: null,
        repositoryName: 'local',
        catchUp: 'once',
        catchUpWindowMinutes: 60,
        enabled: true,
        description: '',
      },
      {
        name: 'most',
        type: 'full',
        cron: '0 2 * * *',
        timezone: 'Europe/Berlin',
        includePaths: ['/a'],
        excludePatterns: ['*.tmp'],
        retentionDays: 7,
        policyName: 'compliance',
        repositoryName: 'cloud',
        catchUp: 'within_window',
        catchUpWindowMinutes: 15,
        enabled: false,
        description: 'words',
      },
    ])
    expect(schedulePlans({ schedules: { least } })[0]?.timezone).toBe('UTC')
    const dotted = { ...least, include_paths: ['/./a/./.b/.', '/.'] }
    expect(schedulePlans({ schedules: { dotted } })[0]?.includePaths).toEqual(['/a/.b', '/'])
  })
})

describe('listeners', () => {
  it('without a word are for this machine only, the API with TLS, a key and a limit', () => {
    const { console, api } = listenerPlans({})
    expect(console).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      publicUrl: 'http://localhost:3000/backups',
      tls: null,
      allowedIps: null,
      trustedProxies: [],
    })
    expect(api).toEqual({
      enabled: true,
      host: '127.0.0.1',
      port: 8081,
      tls: { certPath: null, keyPath: null, minVersion: 'TLSv1.2', ciphers: null },
      clientCert: { required: false, caPath: null },
      apiKey: { required: true, variable: null },
      rateLimit: { requestsPerMinute: 100, burst: 200 },
      allowedIps: null,
    } satisfies ApiPlan)
  })

  it('of the guide are as it says', () => {
    const document: ConfigDocument = {
      api: {
        host: '0.0.0.0',
        port: 8081,
        ssl: { enabled: true, cert_path: '/secure/server.crt', key_path: '/secure/server.key' },
        authentication: { enabled: true, method: 'api_key', api_key_env_var: 'BACKUP_API_KEY' },
        rate_limiting: { enabled: true, requests_per_minute: 60, burst_capacity: 10 },
      },
      network_security: {
        firewall: { enabled: true, allowed_ips: ['10.0.0.0/8'] },
        tls: {
          enabled: true,
          min_version: 'TLSv1.2',
          cipher_suites: ['ECDHE-RSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES128-GCM-SHA256'],
        },
        authentication: { require_client_cert: true, require_api_key: true },
      },
      notifications: { channels: { dashboard: { enabled: true, url: 'https://dashboard.acme.com/backups' } } },
    }
    const { console, api } = listenerPlans(document)
    expect(console).toMatchObject({ publicUrl: 'https://dashboard.acme.com/backups', allowedIps: ['10.0.0.0/8'] })
    expect(api).toMatchObject({
      host: '0.0.0.0',
      tls: { certPath: '/secure/server.crt', keyPath: '/secure/server.key', minVersion: 'TLSv1.2' },
      clientCert: { required: true },
      apiKey: { required: true, variable: 'BACKUP_API_KEY' },
      rateLimit: { requestsPerMinute: 60, burst: 10 },
      allowedIps: ['10.0.0.0/8'],
    })
    // Suites of TLS 1.2 alone would switch off TLS 1.3.
    expect(api.tls?.ciphers).toMatch(
      /^TLS_AES_256_GCM_SHA384:.*:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256$/,
    )
    expect(() => createSecureContext({ ciphers: api.tls?.ciphers ?? '', minVersion: 'TLSv1.2' })).not.toThrow()
  })

  it.each<[ConfigDocument, string]>([
    [{ console: { port: 80, public_url: 'https://b.example.com' } }, 'https://b.example.com/backups'],
    [{ console: { public_url: 'https://b.example.com/backups/' } }, 'https://b.example.com/backups'],
    [{ console: { port: 4000, ssl: {} } }, 'https://localhost:4000/backups'],
    [
      { notifications: { channels: { dashboard: { enabled: false, url: 'https://x.y' } } } },
      'http://localhost:3000/backups',
    ],
  ])('are found: %j at %s', (document, url) => expect(listenerPlans(document).console.publicUrl).toBe(url))

  it('can have TLS, the limit, the firewall and its rules switched off', () => {
    const { api, console } = listenerPlans({
      api: { ssl: { enabled: false }, rate_limiting: { enabled: false }, authentication: { enabled: false } },
      network_security: {
        firewall: { enabled: false, allowed_ips: ['10.0.0.0/8'] },
        tls: { enabled: false, min_version: 'TLSv1.3' },
      },
      console: { ssl: { enabled: true } },
    })
    expect(api).toMatchObject({ tls: null, rateLimit: null, allowedIps: null, apiKey: { required: false } })
    expect(console.tls).toEqual({ certPath: null, keyPath: null, minVersion: 'TLSv1.2', ciphers: null })
  })
})

describe('work and log', () => {
  it('take the lower of two limits, and check everything unless told not to', () => {
    const document: ConfigDocument = {
      recovery: { parallel_restore_threads: 4, restore_validation: { metadata_validation: false } },
      performance: { threading: { backup_threads: 3, restore_threads: 2, verification_threads: 1 } },
    }
    expect(workPlan(document)).toEqual({
      threads: { backup: 3, restore: 2, verification: 1 },
      verifyAfterBackup: true,
      readBack: true,
    })
    const neither = { file_integrity_check: false, metadata_validation: false }
    expect(workPlan({ recovery: { restore_validation: neither } }).readBack).toBe(false)
    expect(workPlan({ recovery: { parallel_restore_threads: 4 } }).threads.restore).toBe(4)
    expect(workPlan({}).threads).toEqual({ backup: undefined, restore: undefined, verification: undefined })
  })

  it('has levels, sizes in bytes, and masks unless told not to', () => {
    expect(loggingPlan({})).toEqual({ level: 'info', file: undefined, masking: true })
    const logging = {
      level: 'CRITICAL',
      file_path: '/l',
      rotation: { size_mb: 2, backup_count: 0 },
      sensitive_data_masking: false,
    } as const
    expect(loggingPlan({ monitoring: { logging } })).toEqual({
      level: 'error',
      file: { path: '/l', maxBytes: 2_097_152, backups: 0 },
      masking: false,
    })
  })
})

describe('sign-in through a provider', () => {
  const oidc = { issuer: 'https://id.example.com', client_id: 'holdfast' } as const

  it('has defaults, and no roles of its own', () => {
    expect(oidcPlan({})).toBeUndefined()
    expect(oidcPlan({ authentication: { oidc: { ...oidc, enabled: false } } })).toBeUndefined()
    expect(oidcPlan({ authentication: { oidc } })).toEqual({
      name: 'Single sign-on',
      issuer: 'https://id.example.com',
      clientId: 'holdfast',
      secretVariable: null,
      scope: 'openid email profile',
      groupsClaim: 'groups',
      roles: {},
    })
  })

  it('gives a group that is named twice the mightier role', () => {
    const role_mapping = { requester: ['all', 'ops'], administrator: ['ops'], auditor: ['all'] }
    const ordered = { administrator: ['ops'], auditor: ['all'], requester: ['all', 'ops'] }
    for (const mapping of [role_mapping, ordered]) {
      expect(oidcPlan({ authentication: { oidc: { ...oidc, role_mapping: mapping } } })?.roles).toEqual({
        ops: 'administrator',
        all: 'auditor',
      })
    }
  })
})
