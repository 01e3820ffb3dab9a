import { describe, expect, test } from 'vitest'
import { parseDocument } from '../../config/read.ts'
import { plansOf } from './plans.ts'

const places = { defaultStorage: '/data/repository', defaultKey: '/data/keys/backup.key' }
const plans = (document: object) => plansOf(parseDocument(JSON.stringify(document), 'test').document, places)

describe('repositories of a document', () => {
  test('one that says nothing of storages gets "local" in the data folder', () => {
    expect(plans({})).toEqual([
      {
        name: 'local',
        type: 'local',
        location: '/data/repository',
        secretSource: { kind: 'key_file', path: '/data/keys/backup.key' },
        settings: { compression: undefined, retentionDays: undefined, iterations: undefined },
      },
    ])
  })

  test('each storage has a name and an address, and no secret', () => {
    const found = plans({
      storage: {
        type: 'hybrid',
        local: { path: '/backups/', retention_days: 7, compression: 'gzip' },
        remote: { type: 'sftp', host: 'h.example', port: 2222, username: 'u', password_env_var: 'P', path: '/r/b/' },
        cloud: { type: 's3', bucket: 'b', prefix: '/p/q/', access_key_env_var: 'A', secret_key_env_var: 'S' },
        hybrid: { primary: 'local', secondary: 'cloud' },
      },
      encryption: { key_derivation: { iterations: 250_000 } },
      integrations: {
        cloud_storage: [
          { name: 'aws_s3', enabled: true, bucket: 'b2', access_key_env_var: 'A', secret_key_env_var: 'S' },
          { name: 'azure_blob', enabled: false, account_name: 'a', container: 'c', account_key_env_var: 'K' },
          { name: 'attic', type: 'local', path: '/attic' },
          { name: 'g', type: 'google_cloud_storage', bucket: 'gb' },
        ],
      },
    })
    expect(found.map(({ name, type, location }) => [name, type, location])).toEqual([
      ['local', 'local', '/backups/'],
      ['remote', 'sftp', 'sftp://u@h.example:2222/r/b'],
      ['cloud', 's3', 's3://b/p/q'],
      ['aws_s3', 's3', 's3://b2'],
      ['attic', 'local', '/attic'],
      ['g', 'google_cloud_storage', 'gs://gb'],
    ])
    expect(found[0]?.settings).toEqual({ compression: 'gzip', retentionDays: 7, iterations: 250_000 })
  })

  test('the key comes from where the document says', () => {
    const source = (encryption: object) => plans({ encryption })[0]?.secretSource
    expect(source({ key_management: { source: 'file', file_path: '/k' } })).toEqual({ kind: 'key_file', path: '/k' })
    expect(source({ key_management: { source: 'environment', environment_variable: 'K' } })).toEqual({
      kind: 'environment',
      name: 'K',
    })
    const hsm = { module_path: '/m.so', key_label: 'l', pin_env_var: 'PIN' }
    expect(source({ key_management: { source: 'hsm', hsm } })).toEqual({ kind: 'hsm', module: '/m.so', keyLabel: 'l' })
  })
})
