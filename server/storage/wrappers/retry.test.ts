// Retrying, against storages that fail on command: what is asked again, how long it waits, and what an answer lost on its way means.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HoldfastError } from '../../contract/errors.ts'
import { openMemory } from '../memory.ts'
import { type Fault, fault } from './fault.ts'
import { type RetryOptions, retry } from './retry.ts'

const text = (value: string): Uint8Array => Buffer.from(value)

function setUp(plan: readonly Fault[], options: RetryOptions = {}) {
  const waited: number[] = []
  const memory = openMemory()
  const faulty = fault(memory, plan)
  const sleep = async (ms: number): Promise<void> => {
    waited.push(ms)
  }
  const storage = retry(faulty, { sleep, random: () => 0.5, ...options })
  return { storage, faulty, objects: memory.objects, waited }
}

const failing = (...at: number[]): Fault[] => at.map((n) => ({ at: n, kind: 'before' }))

describe('retry', () => {
  it('asks again with growing pauses, up to the most', async () => {
    const { storage, waited } = setUp(failing(1, 2, 3, 4), { maxMs: 500 })
    await storage.put('a', text('x'))
    expect(waited).toEqual([50, 100, 200, 250])
  })

  it('pauses within [0, min(maxMs, baseMs * 2^n)) whatever the dice say', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: 0.999, noNaN: true }), async (dice) => {
        const { storage, waited } = setUp(failing(1, 2, 3, 4, 5, 6, 7), { attempts: 8, random: () => dice })
        await storage.put('a', text('x'))
        expect(waited.every((ms, n) => ms >= 0 && ms < Math.min(5000, 100 * 2 ** n))).toBe(true)
      }),
    )
  })

  it('gives up after so many attempts, with the last error', async () => {
    const { storage, faulty } = setUp(failing(1, 2, 3, 4, 5, 6))
    await expect(storage.stat('a')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('operation 5'),
    })
    expect(faulty.count).toBe(5)
  })

  it.each(['denied', 'no_space', 'not_found', 'damaged', 'interrupted'] as const)(
    'does not repeat %s',
    async (code) => {
      const { storage, faulty } = setUp([{ at: 1, kind: 'before', error: new HoldfastError(code, 'no') }])
      await expect(storage.put('a', text('x'))).rejects.toMatchObject({ code })
      expect(faulty.count).toBe(1)
    },
  )

  it('repeats get, stat, delete and create', async () => {
    const { storage } = setUp(failing(2, 4, 6, 8))
    await storage.put('a', text('x'))
    expect((await storage.stat('a')).size).toBe(1)
    expect(await storage.get('a')).toEqual(Buffer.from('x'))
    await storage.delete('a')
    const writer = await storage.create()
    await writer.abort()
  })
})

describe('put with ifAbsent whose first answer was lost', () => {
  it('succeeds when the object has the same bytes', async () => {
    const { storage, objects } = setUp([{ at: 1, kind: 'after' }])
    await storage.put('a', [text('x'), text('y')], { ifAbsent: true })
    expect([...objects.keys()]).toEqual(['a'])
  })

  it('also when the comparison has to be repeated', async () => {
    const { storage } = setUp([{ at: 1, kind: 'after' }, ...failing(3)])
    await storage.put('a', text('x'), { ifAbsent: true })
  })

  it.each(['other', 'X'])('fails with exists when another writer stored %j', async (theirs) => {
    const { storage, objects } = setUp(failing(1), {
      sleep: async () => {
        objects.set('a', text(theirs))
      },
    })
    await expect(storage.put('a', text('x'), { ifAbsent: true })).rejects.toMatchObject({ code: 'exists' })
  })

  it('fails with exists when nothing failed before, even for the same bytes', async () => {
    const { storage } = setUp([])
    await storage.put('a', text('x'))
    await expect(storage.put('a', text('x'), { ifAbsent: true })).rejects.toMatchObject({ code: 'exists' })
  })

  it('fails with exists when the first attempt left a torn object', async () => {
    const { storage } = setUp([{ at: 1, kind: 'torn' }])
    await expect(storage.put('a', text('xyz'), { ifAbsent: true })).rejects.toMatchObject({ code: 'exists' })
  })
})

describe('list', () => {
  it('goes on after a failure without giving an object twice', async () => {
    const memory = openMemory(new Map(['a', 'b', 'c'].map((key) => [key, text(key)])))
    let failures = 0
    // Each listing breaks off after one more object than the last.
    const list = async function* (prefix: string) {
      let given = 0
      for await (const info of memory.list(prefix)) {
        if (given++ > failures) {
          failures++
          throw new HoldfastError('unavailable', 'broke off')
        }
        yield info
      }
    }
    const storage = retry({ ...memory, list }, { attempts: 2, sleep: async () => undefined })
    expect((await Array.fromAsync(storage.list(''))).map(({ key }) => key)).toEqual(['a', 'b', 'c'])
    expect(failures).toBe(2)
  })

  it('gives up when it gets no further', async () => {
    const { storage, faulty } = setUp(failing(1, 2, 3, 4, 5, 6))
    await expect(Array.fromAsync(storage.list(''))).rejects.toMatchObject({ code: 'unavailable' })
    expect(faulty.count).toBe(5)
  })
})

describe('writers', () => {
  it('does not repeat an append', async () => {
    const { storage, faulty } = setUp(failing(2))
    const writer = await storage.create()
    await expect(writer.append(text('x'))).rejects.toMatchObject({ code: 'unavailable' })
    expect(faulty.log.map(({ operation }) => operation)).toEqual(['create', 'append'])
  })

  it.each([{}, { ifAbsent: true }])('a commit that failed in its answer only has succeeded: %j', async (options) => {
    const { storage, objects } = setUp([{ at: 4, kind: 'after' }, ...failing(5)])
    const writer = await storage.create()
    await writer.append(text('one'))
    await writer.append(text('two'))
    await writer.commit('a', options)
    expect(objects.get('a')).toEqual(Uint8Array.from(text('onetwo')))
  })

  it.each(['before', 'torn'] as const)('a commit that failed (%s) fails', async (kind) => {
    const { storage } = setUp([{ at: 3, kind }])
    const writer = await storage.create()
    await writer.append(text('one'))
    await expect(writer.commit('a')).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('does not take an older object for the new one', async () => {
    const { storage } = setUp(failing(4))
    await storage.put('a', text('old'))
    const writer = await storage.create()
    await writer.append(text('new'))
    await expect(writer.commit('a')).rejects.toMatchObject({ code: 'unavailable' })
  })
})
