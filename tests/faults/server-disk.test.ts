// The disk of the catalog is full while a backup runs: the backup finishes, and its outcome is written as soon as there is space again.
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import { openCatalog } from '#server/db/index.ts'
import { systemClock } from '#server/lib/clock.ts'
import { createLogger } from '#server/lib/logger.ts'
import { Mounted, whyNoMounts } from './support/mounts.ts'
import { actor, eventually, openServer } from './support/server.ts'
import { makeTree, Scratch } from './support/tree.ts'

const why = whyNoMounts()
if (why !== undefined) process.stderr.write(`SKIPPED: a full disk of the catalog: ${why}\n`)

/** Takes all the space that is left. @returns what gives it back */
function fill(folder: string): () => void {
  const file = path.join(folder, 'filler')
  const fd = fs.openSync(file, 'w')
  try {
    for (let size = 1 << 16; size >= 1; size >>= 1) {
      try {
        for (;;) fs.writeSync(fd, Buffer.alloc(size))
      } catch (error) {
        expect(error).toMatchObject({ code: 'ENOSPC' })
      }
    }
  } finally {
    fs.closeSync(fd)
  }
  return () => fs.rmSync(file)
}

describe.skipIf(why !== undefined)('a full disk of the catalog', () => {
  it('stops no backup, and loses no outcome', async () => {
    using scratch = new Scratch()
    const source = scratch.at('source')
    makeTree(source)
    using small = Mounted.small(scratch.at('small'), 8 << 20)
    const catalog = await openCatalog({ url: `file:${path.join(small.path, 'catalog.db')}`, clock: systemClock })
    const lines: string[] = []
    const log = createLogger({ level: 'warning', clock: systemClock, fallback: (line) => lines.push(line) })
    const server = await openServer({
      folder: scratch.path,
      schedules: { daily: { type: 'full', cron_expression: '@daily', include_paths: [source] } },
      catalog,
      log,
    })
    try {
      await server.runtime.start()
      const { items } = await server.schedules.list(actor, { limit: 1, removed: false })
      const { id } = await server.schedules.runNow(actor, { id: items[0]!.id })
      const stateOf = async () => (await catalog.db.run.findUniqueOrThrow({ where: { id } })).state
      await eventually(async () => expect(await stateOf()).toBe('running'))
      const free = fill(small.path)
      const refused = server.schedules.pause(actor, { id: items[0]!.id })
      await expect(refused).rejects.toMatchObject({ code: 'no_space' })

      const snapshots = path.join(server.repositoryFolder, 'snapshots')
      await eventually(async () => expect(fs.readdirSync(snapshots)).toHaveLength(1))
      await eventually(async () => expect(lines.join('')).toContain("can't be written to the catalog; it is kept"))
      expect(await stateOf()).toBe('running')
      expect(lines.join('')).toContain('no space left')

      free()
      await eventually(async () => expect(await stateOf()).toBe('succeeded'))
      await eventually(async () => expect(await catalog.db.snapshot.count({ where: { runId: id } })).toBe(1))
    } finally {
      await server.close()
    }
  })
})
