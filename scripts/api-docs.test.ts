// docs/api.md says what the API is.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { apiFile, withParts } from './api-docs.ts'

test('docs/api.md is current: after a change of a procedure run node scripts/api-docs.ts', () => {
  const page = readFileSync(apiFile, 'utf8')
  expect(page).toBe(withParts(page))
})
