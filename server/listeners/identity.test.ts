// What an API without keys shows.
import { expect, it } from 'vitest'
import { withoutKey } from './identity.ts'

it('shows everybody how backups go, and nothing that names the files of people', () => {
  const { permissions } = withoutKey('192.0.2.1', () => true).actor
  expect([...permissions]).toEqual(expect.arrayContaining(['runs.read', 'schedules.read', 'overview.read']))
  expect([...permissions].filter((each) => !each.endsWith('.read'))).toEqual([])
  for (const each of ['restores.read', 'notifications.read'] as const) expect(permissions.has(each)).toBe(false)
})
