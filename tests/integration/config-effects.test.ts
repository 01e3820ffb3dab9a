// What the configuration says is what backups do, from the next run on: compression, patterns, verification, the level that speed_vs_size picks.
import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConfigDocument, ScheduleSettings } from '#server/contract/config/document.ts'
import { actor, eventually, openServer, type TestServer } from '../faults/support/server.ts'
import { Scratch, write } from '../faults/support/tree.ts'

const scratch = new Scratch()
const source = scratch.at('source')
const text = Buffer.from('all work and no play makes a dull backup\n'.repeat(20_000))
const nightly: ScheduleSettings = { type: 'full', cron_expression: '0 2 * * *', include_paths: [source] }
let server: TestServer

beforeAll(async () => {
  write(source, 'text', text)
  write(source, 'a.tmp', Buffer.from('left out'))
  write(source, 'deep/b.tmp', Buffer.from('left out as well'))
  server = await openServer({ folder: scratch.path, schedules: { nightly } })
  await server.runtime.start()
})
afterAll(async () => {
  await server.close()
  scratch[Symbol.dispose]()
})

/** Changes the configuration while the server runs, and a file, and backs up: how the run ended. */
async function backUpWith(change: Partial<ConfigDocument>) {
  const { document } = await server.settings.current()
  await server.settings.update(actor, { document: { ...document, ...change }, reason: 'test' })
  fs.writeFileSync(path.join(source, 'text'), Buffer.concat([text, Buffer.from(JSON.stringify(change))]))
  const { items } = await server.schedules.list(actor, { limit: 50, removed: false })
  const { id } = await server.schedules.runNow(actor, { id: items[0]?.id ?? '' })
  return eventually(async () => {
    const run = await server.runs.get(actor, { id })
    expect(run.state).toBe('succeeded')
    return run
  })
}

describe('a change of the configuration', () => {
  it('of compression counts from the next run on', async () => {
    const plain = await backUpWith({ compression: { thresholds: { compression_enabled: false } } })
    expect(plain.bytesStored).toBeGreaterThan(text.length)
    const small = await backUpWith({
      compression: { default_algorithm: 'xz', algorithms: { xz: { speed_vs_size: 'speed' } } },
    })
    expect(small.bytesStored).toBeLessThan(text.length / 10)
  })

  it('of patterns as well', async () => {
    const all = await backUpWith({})
    expect(all.filesRead).toBe(3)
    const some = await backUpWith({ schedules: { nightly: { ...nightly, exclude_patterns: ['*.tmp'] } } })
    expect(some.filesRead).toBe(1)
  })

  it('of verification as well', async () => {
    expect((await backUpWith({ recovery: { verification_enabled: false } })).statistics).toMatchObject({
      verified: 'no',
    })
    expect((await backUpWith({ recovery: { verification_enabled: true } })).statistics).toMatchObject({
      verified: 'ok',
    })
  })
})
