// The table tells apart what must be told apart, and no role has more than one that is above it.
import { expect, test } from 'vitest'
import { permissions, permissionsOf, roleHas } from './permissions.ts'

test('an administrator may do everything, everybody may ask for files', () => {
  expect(permissionsOf('administrator')).toEqual(permissions)
  expect(permissionsOf('requester')).toEqual(['requests.create', 'notifications.read', 'profile.write'])
})

test('running, names, restoring, downloading, policies, holds, keys, users and the audit trail are told apart', () => {
  const may = (role: 'operator' | 'auditor', ...asked: Parameters<typeof roleHas>[1][]) =>
    asked.filter((each) => roleHas(role, each))
  const doing = ['runs.start', 'snapshots.browse', 'restores.start', 'snapshots.download'] as const
  const governing = [
    'policies.write',
    'holds.write',
    'keys.write',
    'users.write',
    'settings.write',
    'api_keys.write',
  ] as const
  const proof = ['audit.read', 'audit.export', 'users.read'] as const
  expect(may('operator', ...doing, ...governing, ...proof)).toEqual([...doing])
  expect(may('auditor', ...doing, ...governing, ...proof)).toEqual([...proof])
})

test('an auditor changes nothing but the own profile and requests', () => {
  const changing = permissionsOf('auditor').filter((each) => !/\.(read|export)$/.test(each))
  expect(changing).toEqual(['requests.create', 'profile.write'])
})
