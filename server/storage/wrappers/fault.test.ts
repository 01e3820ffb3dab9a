// The fault injector does what it says, and nothing else; and the crash loop it is made for.
import { describe, expect, it } from 'vitest'
import { HoldfastError } from '../../contract/errors.ts'
import { openMemory } from '../memory.ts'
import type { Storage } from '../types.ts'
import { type Fault, fault } from './fault.ts'

const text = (value: string): Uint8Array => Buffer.from(value)
const keysOf = async (storage: Storage): Promise<string[]> =>
  (await Array.fromAsync(storage.list(''))).map(({ key }) => key)

/** One of each operation; stops at the first that fails. */
async function scenario(storage: Storage): Promise<void> {
  await storage.put('a', text('aaaa'))
  const writer = await storage.create()
  await writer.append(text('bb'))
  await writer.append(text('bb'))
  await writer.commit('b')
  await (await storage.create()).abort()
  await keysOf(storage)
  await storage.stat('a')
  await storage.get('a')
  await storage.delete('a')
}
const operations = ['put', 'create', 'append', 'append', 'commit', 'create', 'abort', 'list', 'stat', 'get', 'delete']

describe('fault', () => {
  it('numbers and logs every operation', async () => {
    const faulty = fault(openMemory())
    await scenario(faulty)
    expect(faulty.log.map(({ operation }) => operation)).toEqual(operations)
    expect(faulty.log.map(({ n }) => n)).toEqual(operations.map((_, i) => i + 1))
    expect(faulty.log[4]).toEqual({ n: 5, operation: 'commit', key: 'b' })
    expect(faulty.count).toBe(operations.length)
  })

  it.each(operations.map((operation, i) => [i + 1, operation] as const))(
    'before and after, at operation %i (%s)',
    async (at, operation) => {
      for (const kind of ['before', 'after'] as const) {
        const memory = openMemory()
        const faulty = fault(memory, [{ at, kind }])
        await expect(scenario(faulty)).rejects.toMatchObject({
          code: 'unavailable',
          message: expect.stringContaining(`operation ${at}`),
        })
        expect(faulty.log.at(-1)).toMatchObject({ n: at, operation, fault: kind })
        const done = kind === 'after' ? at : at - 1
        expect([...memory.objects.keys()]).toEqual([
          ...(done >= 1 && done < 11 ? ['a'] : []),
          ...(done >= 5 ? ['b'] : []),
        ])
      }
    },
  )

  it('crashes for good, with the error given, and can still be closed', async () => {
    const error = new HoldfastError('interrupted', 'power cut')
    const memory = openMemory()
    const faulty = fault(memory, [{ at: 2, kind: 'crash', error }])
    await faulty.put('a', text('x'))
    for (const work of [
      () => faulty.put('b', text('x')),
      () => faulty.get('a'),
      () => faulty.create(),
      () => keysOf(faulty),
    ]) {
      await expect(work()).rejects.toBe(error)
    }
    await faulty.close()
    expect([...memory.objects.keys()]).toEqual(['a'])
  })

  it.each([1, 5])('tears what operation %i stores', async (at) => {
    const memory = openMemory()
    await expect(scenario(fault(memory, [{ at, kind: 'torn' }]))).rejects.toMatchObject({ code: 'unavailable' })
    const key = at === 1 ? 'a' : 'b'
    expect(Buffer.from(memory.objects.get(key) ?? []).toString()).toBe(key.repeat(2))
  })

  it.each([1, 3, 5])('flips a bit of what operation %i stores, and leaves the caller its bytes', async (at) => {
    const memory = openMemory()
    const mine = text('mine')
    const faulty = fault(memory, [{ at, kind: 'flip', bit: 33 }])
    if (at === 1) await faulty.put('b', mine)
    else {
      await faulty.stat('none').catch(() => undefined)
      const writer = await faulty.create()
      await writer.append(mine)
      await (await faulty.create()).commit('empty')
      await writer.commit('b')
    }
    expect(mine).toEqual(text('mine'))
    const stored = Buffer.from(memory.objects.get('b') ?? []).toString()
    expect(stored).toBe(at === 5 ? 'mine' : 'oine')
  })

  it('flips a bit of what is read, once, and not in the store', async () => {
    const faulty = fault(openMemory(), [{ at: 2, kind: 'flip', bit: 0 }])
    await faulty.put('a', text('aa'))
    expect(await faulty.get('a')).toEqual(text('`a'))
    expect(await faulty.get('a')).toEqual(text('aa'))
  })

  it('gives a stale list', async () => {
    const plan: Fault[] = [
      { at: 6, kind: 'stale' },
      { at: 7, kind: 'stale', omit: 2 },
    ]
    const faulty = fault(openMemory(new Map([['old', text('x')]])), plan)
    for (const key of ['a', 'b', 'c', 'a']) await faulty.put(key, text('x'))
    await faulty.delete('b')
    expect(await keysOf(faulty)).toEqual(['old', 'c'])
    expect(await keysOf(faulty)).toEqual(['old'])
    expect(await keysOf(faulty)).toEqual(['old', 'a', 'c'])
  })

  it('does nothing where the operation cannot have the fault, and says so in the log', async () => {
    const faulty = fault(openMemory(), [{ at: 2, kind: 'torn' }])
    await scenario(faulty)
    expect(faulty.log.filter((each) => each.fault !== undefined)).toEqual([])
  })

  it('crash loop: whatever the moment, only whole objects are there', async () => {
    const counted = fault(openMemory())
    await scenario(counted)
    for (let at = 1; at <= counted.count; at++) {
      const memory = openMemory()
      await expect(scenario(fault(memory, [{ at, kind: 'crash' }]))).rejects.toMatchObject({ code: 'interrupted' })
      for (const [key, bytes] of memory.objects) expect(Buffer.from(bytes).toString()).toBe(key.repeat(4))
    }
  })
})
