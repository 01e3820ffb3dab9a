// docs/permissions.md says what the table says.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { permissionsFile, permissionsPage } from './permissions-docs.ts'

test('docs/permissions.md is current: after a change of the table run node scripts/permissions-docs.ts', () => {
  expect(readFileSync(permissionsFile, 'utf8')).toBe(permissionsPage())
})
