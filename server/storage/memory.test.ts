// What the memory driver does beyond the conformance suite: the object lock, by a clock that tests set.
import { expect, it } from 'vitest'
import { openMemory } from './memory.ts'

it('keeps a locked object until its time', async () => {
  let now = 1000
  const storage = openMemory(undefined, { clock: { now: () => now } })
  const bytes = Buffer.from('x')
  expect(storage.capabilities.lock).toBe(true)
  await storage.put('a', bytes, { retainUntil: 2000 })
  await expect(storage.delete('a')).rejects.toMatchObject({ code: 'retained' })
  await expect(storage.put('a', bytes)).rejects.toMatchObject({ code: 'retained' })
  now = 2000
  await storage.delete('a')
  await storage.put('a', bytes)
  await storage.delete('a')
})

it('works on the objects given', async () => {
  const objects = new Map([['a', Buffer.from('x') as Uint8Array]])
  const storage = openMemory(objects)
  await storage.delete('a')
  await storage.put('b', Buffer.from('y'))
  expect([...objects.keys()]).toEqual(['b'])
  expect(storage.objects).toBe(objects)
})
