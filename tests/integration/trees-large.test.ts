// Trees that are deep, wide, or both, and few descriptors to go through them.
import { renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { Lab, limited } from './lab.ts'
import { build, differences, type Item, isRoot, look } from './tree.ts'

/** Directories in directories, each with a file beside the next. */
function nest(depth: number, name: string): Item[] {
  const items: Item[] = []
  let prefix = ''
  for (let i = 0; i < depth; i++) {
    items.push({
      path: `${prefix}${name}`,
      type: 'dir',
      mode: i % 2 === 0 ? 0o755 : 0o700,
      mtime: BigInt(i) * 1_000_000_007n,
    })
    prefix += `${name}/`
    if (i % 50 === 49) items.push({ path: `${prefix}f`, type: 'file', data: `at depth ${i}` })
  }
  return items
}

const deepest = (depth: number, name: string): string => `${`${name}/`.repeat(depth)}`

it('1,500 directories deep, with paths of 36,000 bytes, first and unchanged and changed', async () => {
  const lab = await Lab.open()
  const name = 'a directory name of 23 b'
  const bottom = deepest(1500, name)
  build(lab.source, [
    ...nest(1500, name),
    { path: `${bottom}big`, type: 'file', random: [[0, 1 << 20, 'big']], xattrs: { 'user.a': 'b' } },
    { path: `${bottom}sparse`, type: 'file', size: 1 << 20 },
    { path: `${bottom}symlink`, type: 'symlink', target: 'x', mtime: 5n },
    { path: `${bottom}pipe`, type: 'fifo', mtime: 5n },
    { path: `${bottom}link`, type: 'link', target: `${bottom}big` },
    ...(isRoot ? [{ path: `${bottom}owned`, type: 'file', data: 'x', uid: 7 } as Item] : []),
  ])
  const first = await lab.backup({ threads: 2 })
  expect(first.errors).toEqual([])
  const second = await lab.backup()
  expect(second.snapshot.statistics).toMatchObject({ filesNew: 0, filesChanged: 0, bytesRead: 0 })
  const restored = await lab.restore(second.snapshot, { threads: 2, verify: true })
  expect(restored.failures).toEqual([])
  // Whoever is not root can't give the directories above the source their owner.
  expect(restored.differences.filter((each) => each.path.startsWith(lab.source))).toEqual([])
  expect(differences(look(lab.source), look(lab.restored))).toEqual([])
  const again = await lab.restore(second.snapshot)
  expect(again.counters.files).toBe(0)
})

it('a directory of 20,000 names: one change rewrites little of it', async () => {
  const lab = await Lab.open()
  const padding = 'n'.repeat(60)
  build(lab.source, [
    { path: 'wide', type: 'dir' },
    ...Array.from(
      { length: 20_000 },
      (_, i): Item => ({ path: `wide/${i} ${padding}`, type: 'file', data: `${i % 100}`, mtime: BigInt(i) }),
    ),
  ])
  const first = await lab.backup({ threads: 2 })
  expect(first.snapshot.statistics.filesNew).toBe(20_000)
  writeFileSync(path.join(lab.source, 'wide', `777 ${padding}`), 'changed')
  renameSync(path.join(lab.source, 'wide', `888 ${padding}`), path.join(lab.source, 'wide', 'renamed'))
  const second = await lab.backup()
  expect(second.snapshot.statistics).toMatchObject({ filesUnmodified: 19_998, filesChanged: 1, filesNew: 1 })
  expect(second.snapshot.statistics.bytesStored).toBeLessThan(first.snapshot.statistics.bytesStored / 3)
  const restored = await lab.restore(second.snapshot, { threads: 2 })
  expect(restored.failures).toEqual([])
  expect(differences(look(lab.source), look(lab.restored))).toEqual([])
})

it('with 1,024 descriptors: many directories, and some nested deep', async () => {
  const lab = await Lab.open()
  build(lab.source, [
    ...nest(400, 'deep'),
    ...Array.from({ length: 1500 }, (_, i): Item[] => [
      { path: `d${i}`, type: 'dir' },
      { path: `d${i}/f`, type: 'file', data: `${i}` },
    ]).flat(),
  ])
  const backup = { roots: [lab.source], threads: 2 }
  const made = limited(1024, { repository: lab.repository, backup })
  expect(made.errors).toEqual([])
  const restored = limited(1024, { repository: lab.repository, restore: { target: lab.target, threads: 2 } })
  expect(restored.failures).toEqual([])
  expect(differences(look(lab.source), look(lab.restored))).toEqual([])
})
