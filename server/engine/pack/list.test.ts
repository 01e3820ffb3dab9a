// Packs are known by their names; a listing that lags behind can be asked past.
import { expect, it } from 'vitest'
import { openMemory } from '../../storage/memory.ts'
import { documentedKeys } from '../testing.ts'
import { listPacks, packSize } from './list.ts'
import { writePacks } from './testing.ts'

it('listPacks tells packs from everything else by their names', async () => {
  const storage = openMemory()
  const [pack] = await writePacks(storage, documentedKeys(), [[Buffer.from('x')]])
  const { id, size } = pack!
  const strange = [
    `packs/${id.startsWith('00') ? '01' : '00'}/${id}`,
    `packs/${id}`,
    'packs/x',
    `packs/ab/ab${'Z'.repeat(62)}`,
  ]
  for (const key of strange) storage.objects.set(key, Buffer.alloc(1))
  expect(await listPacks(storage)).toEqual([{ id, size }])
})

it('packSize asks for one pack', async () => {
  const storage = openMemory()
  const [pack] = await writePacks(storage, documentedKeys(), [[Buffer.from('x')]])
  expect(await packSize(storage, pack!.id)).toBe(pack!.size)
  expect(await packSize(storage, '0'.repeat(64))).toBeUndefined()
})
