// Where a backup and a restore say that they are.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { restore } from '../restore/restore.ts'
import { backUp, makeFolder, makeRepository, writeFiles } from '../testing.ts'

test('a backup tells the file that it reads, a restore the one that it writes', async () => {
  const folder = makeFolder()
  const source = join(folder, 'source')
  // Shared between lanes: read piece by piece, and longer than anything beside it.
  writeFiles(source, { 'a/one.txt': 'one', 'b/large': Buffer.alloc((64 << 20) + 1), 'c/two.txt': 'two' })
  const { open } = await makeRepository()
  const places = new Set<string>()
  const onProgress = (_counters: unknown, position: () => string): void => void places.add(position())
  const { snapshot } = await backUp(await open(), source, { onProgress })
  expect(places).toContain(`${source}/b/large`)
  for (const place of places) expect(`${source}/`.startsWith(place) || place.startsWith(`${source}/`)).toBe(true)

  places.clear()
  await restore(await open(), snapshot, {
    path: source,
    target: join(folder, 'target'),
    includes: [],
    overwrite: 'never',
    dryRun: false,
    verify: false,
    threads: 0,
    who: { euid: process.geteuid?.() ?? -1, egid: process.getegid?.() ?? -1, umask: 0o022 },
    onProgress,
  })
  expect(places).toContain(`${source}/b/large`)
})
