// Every procedure says who may call it, what it takes and what it gives.
import { expect, test } from 'vitest'
import { permissions } from '../contract/permissions.ts'
import { appRouter } from './root.ts'
import type { Meta } from './trpc.ts'

type Definition = {
  readonly type: 'query' | 'mutation' | 'subscription'
  readonly meta?: Meta
  readonly inputs: readonly unknown[]
  readonly output?: unknown
}

const procedures = Object.entries(appRouter._def.procedures).map(
  ([path, procedure]) => [path, (procedure as unknown as { _def: Definition })._def] as const,
)

test('there are procedures', () => {
  expect(procedures.length).toBeGreaterThan(50)
})

test.each(procedures)('%s names its permission, kind, input and output', (_path, definition) => {
  const needed = [definition.meta?.permission ?? []].flat()
  expect(needed.length).toBeGreaterThan(0)
  expect([...permissions, 'public', 'signed_in']).toEqual(expect.arrayContaining(needed))
  expect(['read', 'data', 'change', 'stream']).toContain(definition.meta?.kind)
  expect(definition.meta?.summary).toMatch(/^[A-Z].{5,100}[^.]$/)
  expect(definition.inputs).toHaveLength(1)
  expect(definition.output).toBeDefined()
})

test.each(procedures)('%s is called by the method that its kind wants', (_path, { type, meta }) => {
  // A mutation is sent as POST, which another site cannot make a browser send unnoticed.
  if (meta?.kind === 'change') expect(type).toBe('mutation')
  if (meta?.kind === 'read') expect(type === 'query' || type === 'mutation').toBe(true)
  if (meta?.kind === 'stream') expect(type).toBe('subscription')
})

test('only two procedures are open to strangers: those that a one-time link pays for', () => {
  const open = procedures.filter(([, { meta }]) => meta?.permission === 'public').map(([path]) => path)
  expect(open).toEqual(['users.redeemSetupLink', 'users.redeemPasswordLink'])
})
