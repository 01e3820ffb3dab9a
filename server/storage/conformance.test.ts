// Every driver, and every wrapper that must change nothing, against the one suite.
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { conformance } from './conformance.ts'
import { openLocal } from './local.ts'
import { openMemory } from './memory.ts'
import { open } from './open.ts'
import type { Storage } from './types.ts'
import { fault } from './wrappers/fault.ts'
import { retry } from './wrappers/retry.ts'

const factories: Readonly<Record<string, (folder: string) => Promise<Storage>>> = {
  local: (folder) => openLocal(folder),
  'local, not durable': (folder) => openLocal(folder, { durable: false }),
  memory: async () => openMemory(),
  'local in retry': async (folder) => retry(await openLocal(folder)),
  'memory in fault, without faults': async () => fault(openMemory()),
  'open of a file URL': (folder) => open({ url: `file://${folder}` }),
}

describe.each(Object.entries(factories))('%s', (_, make) => {
  let folder: string
  let storage: Storage
  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-conformance-'))
    storage = await make(path.join(folder, 'repository'))
  })
  afterAll(async () => {
    await storage.close()
    fs.rmSync(folder, { recursive: true })
  })

  it.each(conformance)(
    '$name',
    async ({ run }) => {
      await run(storage)
    },
    60_000,
  )

  it('has nothing left after all of them', async () => {
    const left = await Array.fromAsync(storage.list(''))
    expect(left).toEqual([])
    const files = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => !each.isDirectory())
    expect(files).toEqual([])
  })
})

describe('the suite itself', () => {
  const named = (name: string) => conformance.find((each) => each.name.startsWith(name)) ?? expect.fail(name)

  it.each([
    ['put, get', { get: async () => Buffer.alloc(5000) }],
    ['20 at once', { put: async () => undefined }],
    ['delete may be', { delete: async () => expect.fail('not again') }],
    ['bad keys', { stat: async (key: string) => ({ key, size: 1 }) }],
    ['ranges past', { get: async () => new Uint8Array() }],
  ] satisfies [string, Partial<Storage>][])('%s: notices a driver that breaks it', async (name, broken) => {
    await expect(named(name).run({ ...openMemory(), ...broken })).rejects.toThrow()
  })
})
