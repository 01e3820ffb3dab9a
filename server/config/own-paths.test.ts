// Which files are Holdfast's own.
import { expect, it } from 'vitest'
import { ownPaths } from './own-paths.ts'

it('are the data folder, and what lies outside of it: key file, catalog, certificates', () => {
  expect(ownPaths('/data', 'file:/data/catalog.db', {})).toEqual(
    expect.arrayContaining(['/data', '/data/catalog.db', '/data/catalog.db-wal']),
  )
  const document = {
    encryption: { key_management: { source: 'file' as const, file_path: '/etc/keys/k' } },
    api: { ssl: { enabled: true, cert_path: '/etc/tls/c.pem', key_path: '/etc/tls/k.pem' } },
  }
  const own = ownPaths('/data/', 'file:/var/lib/c.db', document)
  expect(own).toEqual(
    expect.arrayContaining(['/etc/keys/k', '/etc/tls/c.pem', '/etc/tls/k.pem', '/var/lib/c.db', '/var/lib/c.db-shm']),
  )
  expect(ownPaths('/data', 'postgresql://host/name', {})).toEqual(['/data'])
})
