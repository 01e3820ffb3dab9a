// What every driver must do, as plain functions: the tests run them, and so does "Test connection" in the console. Each check works on
// keys of its own below conformance/ and removes them, so it may run on a repository in use.
import { randomBytes } from 'node:crypto'
import { codeOf, type ErrorCode, messageOf } from '../contract/errors.ts'
import type { ObjectInfo, Storage } from './types.ts'

export type Check = {
  readonly name: string
  /** Moves megabytes or a thousand objects: left out of a quick test. */
  readonly heavy: boolean
  /** Throws an Error that says what was wrong. */
  readonly run: (storage: Storage) => Promise<void>
}

/** A storage, and a way to make keys that only this run of this check uses. */
type Bench = { readonly storage: Storage; readonly key: (name: string, folder?: string) => string }

const KiB = 1024
const MiB = 1024 * KiB

export const badKeys: readonly string[] = [
  ...['', '/', '/a', 'a/', 'a//b', '.', '..', './a', '../x', 'a/..', 'a/../b', 'a/./b', 'a/.', 'tmp', 'tmp/x'],
  ...['a\0b', 'a b', 'a\\b', 'a\n', 'a:b', 'a*', '~/a%', 'ä', 'a\u0301', '日本', '\ud800', 'k'.repeat(201)],
]

const check = (name: string, body: (bench: Bench) => Promise<void>, heavy = false): Check => ({
  name,
  heavy,
  run: (storage) => withBench(storage, body),
})

async function withBench(storage: Storage, body: (bench: Bench) => Promise<void>): Promise<void> {
  const own = randomBytes(8).toString('hex')
  const keys = new Set<string>()
  const key = (name: string, folder = ''): string => {
    const made = `conformance/${folder}${own}-${name}`
    keys.add(made)
    return made
  }
  try {
    await body({ storage, key })
  } finally {
    for (const each of keys) await storage.delete(each)
  }
}

function expect(truth: boolean, message: string): asserts truth {
  if (!truth) throw new Error(message)
}

/** The work must fail, and with this code. */
async function expectCode(code: ErrorCode, what: string, work: Promise<unknown>): Promise<void> {
  const outcome = await work.then(
    () => 'it succeeded',
    (error: unknown) => (codeOf(error) === code ? undefined : `it failed with ${codeOf(error)}: ${messageOf(error)}`),
  )
  expect(outcome === undefined, `${what}: expected the error ${code}, but ${outcome}`)
}

function expectBytes(what: string, got: Uint8Array, wanted: Uint8Array): void {
  expect(got.length === wanted.length, `${what}: ${got.length} bytes instead of ${wanted.length}`)
  expect(Buffer.compare(got, wanted) === 0, `${what}: the bytes differ`)
}

async function listed(storage: Storage, prefix: string): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  for await (const { key, size } of storage.list(prefix)) {
    expect(key.startsWith(prefix), `list(${prefix}) gave ${key}`)
    expect(!found.has(key), `list(${prefix}) gave ${key} twice`)
    found.set(key, size)
  }
  return found
}

const filled = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value)
const text = (value: string): Uint8Array => Buffer.from(value)

const basics: readonly Check[] = [
  check('put, get, stat and list agree', async ({ storage, key }) => {
    const bytes = randomBytes(5000)
    await storage.put(key('a'), bytes)
    expectBytes('get', await storage.get(key('a')), bytes)
    const info: ObjectInfo = await storage.stat(key('a'))
    expect(info.key === key('a') && info.size === 5000, `stat gave ${JSON.stringify(info)}`)
    expect((await listed(storage, key('a'))).get(key('a')) === 5000, 'list did not give the object with its size')
  }),
  check('put joins parts in order', async ({ storage, key }) => {
    await storage.put(key('a'), [text('one'), new Uint8Array(), text('two'), text('three')])
    expectBytes('get', await storage.get(key('a')), text('onetwothree'))
    await storage.put(key('b'), [])
    expectBytes('get of no parts', await storage.get(key('b')), new Uint8Array())
  }),
  check('put replaces with bytes of any size', async ({ storage, key }) => {
    for (const length of [9, 3, 0, 6]) {
      await storage.put(key('a'), filled(length, length))
      expectBytes('get', await storage.get(key('a')), filled(length, length))
    }
  }),
  check('an empty object exists', async ({ storage, key }) => {
    await storage.put(key('a'), new Uint8Array())
    expect((await storage.stat(key('a'))).size === 0, 'stat gave another size than 0')
    expect((await listed(storage, key('a'))).has(key('a')), 'list left it out')
    for (const range of [undefined, { offset: 0, length: 0 }, { last: 0 }]) {
      expectBytes('get', await storage.get(key('a'), range && { range }), new Uint8Array())
    }
  }),
  check('a missing key is not_found', async ({ storage, key }) => {
    await expectCode('not_found', 'get', storage.get(key('a')))
    await expectCode('not_found', 'get of a range', storage.get(key('a'), { range: { last: 1 } }))
    await expectCode('not_found', 'stat', storage.stat(key('a')))
    expect((await listed(storage, key('a'))).size === 0, 'list gave something')
  }),
  check('delete may be repeated', async ({ storage, key }) => {
    await storage.delete(key('a'))
    await storage.put(key('a'), text('x'))
    await storage.delete(key('a'))
    await storage.delete(key('a'))
    await expectCode('not_found', 'get after delete', storage.get(key('a')))
  }),
  check('bad keys are refused by every operation', async ({ storage }) => {
    for (const bad of badKeys) {
      const shown = JSON.stringify(bad)
      await expectCode('usage', `put ${shown}`, storage.put(bad, text('x')))
      await expectCode('usage', `get ${shown}`, storage.get(bad))
      await expectCode('usage', `stat ${shown}`, storage.stat(bad))
      await expectCode('usage', `delete ${shown}`, storage.delete(bad))
      await expectCode('usage', `commit ${shown}`, commitAs(storage, bad))
    }
    for (const bad of ['/', '../', 'a//', './', 'a/../b', 'ä', 'a b']) {
      await expectCode('usage', `list ${JSON.stringify(bad)}`, listed(storage, bad))
    }
  }),
  check('the longest key and all allowed characters work', async ({ storage, key }) => {
    const name = '-_.AZaz09...x'
    const long = key('').padEnd(200, 'k')
    await storage.put(key(name), text('1'))
    await storage.put(long, text('2'))
    expectBytes('get', await storage.get(key(name)), text('1'))
    expectBytes('get', await storage.get(long), text('2'))
    await storage.delete(long)
  }),
]

async function commitAs(storage: Storage, key: string): Promise<void> {
  const writer = await storage.create()
  await writer.append(text('x'))
  await writer.commit(key)
}

const reading: readonly Check[] = [
  check('ranges give exactly what was asked for', async ({ storage, key }) => {
    const bytes = randomBytes(1000)
    await storage.put(key('a'), bytes)
    for (const [offset, length] of [
      [0, 1],
      [0, 1000],
      [999, 1],
      [500, 250],
      [1000, 0],
      [7, 0],
    ] as const) {
      const got = await storage.get(key('a'), { range: { offset, length } })
      expectBytes(`get ${length} from ${offset}`, got, bytes.subarray(offset, offset + length))
    }
    for (const last of [0, 1, 999, 1000]) {
      expectBytes(`get last ${last}`, await storage.get(key('a'), { range: { last } }), bytes.subarray(1000 - last))
    }
  }),
  check('ranges past the end are damaged, senseless ones usage', async ({ storage, key }) => {
    await storage.put(key('a'), filled(10, 1))
    for (const range of [
      { offset: 0, length: 11 },
      { offset: 10, length: 1 },
      { offset: 11, length: 0 },
      { last: 11 },
    ]) {
      await expectCode('damaged', JSON.stringify(range), storage.get(key('a'), { range }))
    }
    for (const range of [
      { offset: -1, length: 1 },
      { offset: 0.5, length: 1 },
      { offset: 0, length: -1 },
      { last: -1 },
    ]) {
      await expectCode('usage', JSON.stringify(range), storage.get(key('a'), { range }))
    }
  }),
  check('a given buffer is filled from its start', async ({ storage, key }) => {
    const bytes = randomBytes(100)
    const into = filled(120, 7)
    await storage.put(key('a'), bytes)
    const got = await storage.get(key('a'), { into, range: { offset: 10, length: 50 } })
    expect(got.buffer === into.buffer && got.byteOffset === into.byteOffset, 'the result is no view of the buffer')
    expectBytes('result', got, bytes.subarray(10, 60))
    expectBytes('rest of the buffer', into.subarray(50), filled(70, 7))
    expectBytes('whole object', await storage.get(key('a'), { into }), bytes)
    await expectCode('usage', 'a buffer that is too small', storage.get(key('a'), { into: new Uint8Array(99) }))
  }),
  check('buffers are independent of the store', async ({ storage, key }) => {
    const given = filled(100, 1)
    await storage.put(key('a'), given)
    given.fill(2)
    const got = await storage.get(key('a'))
    expectBytes('after the caller changed what was put', got, filled(100, 1))
    got.fill(3)
    expectBytes('after the caller changed what was got', await storage.get(key('a')), filled(100, 1))
  }),
  check(
    'an object of 16 MiB',
    async ({ storage, key }) => {
      const bytes = randomBytes(16 * MiB)
      await storage.put(key('a'), bytes)
      expectBytes('get', await storage.get(key('a')), bytes)
      const range = { offset: 9 * MiB - 1, length: MiB + 2 }
      expectBytes('get of a range', await storage.get(key('a'), { range }), bytes.subarray(9 * MiB - 1, 10 * MiB + 1))
    },
    true,
  ),
]

const writing: readonly Check[] = [
  check('ifAbsent does not replace', async ({ storage, key }) => {
    await storage.put(key('a'), text('first'), { ifAbsent: true })
    await expectCode('exists', 'second put', storage.put(key('a'), text('second'), { ifAbsent: true }))
    const writer = await storage.create()
    await writer.append(text('third'))
    await expectCode('exists', 'commit', writer.commit(key('a'), { ifAbsent: true }))
    await writer.abort()
    expectBytes('get', await storage.get(key('a')), text('first'))
  }),
  check('20 at once with ifAbsent: one wins', async ({ storage, key }) => {
    if (!storage.capabilities.conditionalPut) return
    const all = Array.from({ length: 20 }, (_, i) => filled(KiB, i))
    const results = await Promise.allSettled(all.map((bytes) => storage.put(key('a'), bytes, { ifAbsent: true })))
    const winners = all.filter((_, i) => results[i]?.status === 'fulfilled')
    expect(winners.length === 1, `${winners.length} of 20 were told that they had stored the object`)
    const other = results.find((each) => each.status === 'rejected' && codeOf(each.reason) !== 'exists')
    expect(other === undefined, `a loser failed with another error than exists: ${JSON.stringify(other)}`)
    expectBytes('the object', await storage.get(key('a')), winners[0] ?? text(''))
  }),
  check('a reader sees the old object or the new one, whole', async ({ storage, key }) => {
    await storage.put(key('a'), filled(MiB, 0))
    const state = { done: false }
    const writes = rewrite(storage, key('a'), 10).finally(() => {
      state.done = true
    })
    while (!state.done) {
      const got = await storage.get(key('a'))
      expectBytes('what a reader got meanwhile', got, filled(MiB, got[0] ?? 255))
      // Lets a driver that never waits (memory) go on with its writes.
      await new Promise(setImmediate)
    }
    await writes
  }),
  check(
    'an object in the making is not visible, and an aborted one never was',
    async ({ storage, key }) => {
      // A size that nothing else has: on a repository in use other objects come and go meanwhile.
      const bytes = filled(MiB + 7919, 1)
      const ofThatSize = async (): Promise<string> =>
        [...(await listed(storage, ''))].flatMap(([each, size]) => (size === bytes.length ? [each] : [])).join(' ')
      for (const end of ['commit', 'abort'] as const) {
        const writer = await storage.create()
        await writer.append(bytes)
        const early = await ofThatSize()
        await (end === 'commit' ? writer.commit(key('a')) : writer.abort())
        expect(early === '', `a half-written object was listed: ${early}`)
        if (end === 'commit') expectBytes('get after commit', await storage.get(key('a')), bytes)
        await storage.delete(key('a'))
        expect((await ofThatSize()) === '', `something was left after ${end}`)
      }
    },
    true,
  ),
  check('append leaves the buffer to the caller', async ({ storage, key }) => {
    const writer = await storage.create()
    const buffer = new Uint8Array(1000)
    for (let i = 1; i <= 20; i++) await writer.append(buffer.fill(i))
    await writer.append(buffer.subarray(0, 0))
    await writer.commit(key('a'))
    buffer.fill(99)
    const wanted = Buffer.concat(Array.from({ length: 20 }, (_, i) => filled(1000, i + 1)))
    expectBytes('get', await storage.get(key('a')), wanted)
  }),
  check('a writer without append makes an empty object', async ({ storage, key }) => {
    await (await storage.create()).commit(key('a'))
    expect((await storage.stat(key('a'))).size === 0, 'it is not empty')
  }),
  check('abort may be repeated, and ends the writer', async ({ storage, key }) => {
    const writer = await storage.create()
    await writer.append(filled(KiB, 1))
    await writer.abort()
    await writer.abort()
    await expectCode('usage', 'append after abort', writer.append(text('x')))
    await expectCode('usage', 'commit after abort', writer.commit(key('a')))
    await expectCode('not_found', 'stat', storage.stat(key('a')))
  }),
  check('a writer ends with its commit', async ({ storage, key }) => {
    const writer = await storage.create()
    await writer.append(text('x'))
    await writer.commit(key('a'))
    await expectCode('usage', 'commit again', writer.commit(key('b')))
    await writer.abort()
    expectBytes('get after a late abort', await storage.get(key('a')), text('x'))
    await expectCode('not_found', 'the second key', storage.stat(key('b')))
  }),
  check('several writers at once do not mix', async ({ storage, key }) => {
    const writers = await Promise.all(Array.from({ length: 5 }, () => storage.create()))
    for (let round = 0; round < 3; round++) await Promise.all(writers.map((each, i) => each.append(filled(100, i))))
    await Promise.all(writers.map((each, i) => each.commit(key(`${i}`))))
    for (let i = 0; i < 5; i++) expectBytes(`object ${i}`, await storage.get(key(`${i}`)), filled(300, i))
  }),
  check('retainUntil is kept, or refused as unsupported', async ({ storage, key }) => {
    if (storage.capabilities.lock) return
    const options = { retainUntil: 4_102_444_800_000 }
    await expectCode('unsupported', 'put', storage.put(key('a'), text('x'), options))
    await expectCode('not_found', 'stat', storage.stat(key('a')))
  }),
]

async function rewrite(storage: Storage, key: string, times: number): Promise<void> {
  for (let i = 1; i <= times; i++) await storage.put(key, filled(MiB, i))
}

const listing: readonly Check[] = [
  check(
    'list of 1,000 objects, by prefix',
    async ({ storage, key }) => {
      const own = key('')
      const folders = ['00/', '01/', '10/', '11/']
      const name = (i: number): string => key(`${i}`, folders[i % 4])
      for (let i = 0; i < 1000; i += 50) {
        await Promise.all(Array.from({ length: 50 }, (_, j) => storage.put(name(i + j), filled((i + j) % 5, 1))))
      }
      const mine = async (prefix: string): Promise<number> =>
        [...(await listed(storage, prefix)).keys()].filter((each) => each.includes(own.slice('conformance/'.length)))
          .length
      for (const [prefix, count] of [
        ['conformance/', 1000],
        ['conformance/0', 500],
        ['conformance/01/', 250],
        ['conformance/01', 250],
      ] as const) {
        const got = await mine(prefix)
        expect(got === count, `list(${prefix}) gave ${got} objects instead of ${count}`)
      }
      expect((await mine('')) === 1000, 'list() did not give all objects')
      const sizes = await listed(storage, 'conformance/11/')
      expect(sizes.get(name(3)) === 3 && sizes.get(name(7)) === 2, 'list gave wrong sizes')
    },
    true,
  ),
  check('a prefix without objects gives none', async ({ storage, key }) => {
    for (const prefix of [key('a'), `${key('a')}/`, `${key('a')}/b`]) {
      expect((await listed(storage, prefix)).size === 0, `list(${prefix}) gave something`)
    }
    await storage.put(key('a'), text('x'))
    expect((await listed(storage, `${key('a')}/`)).size === 0, 'an object was taken for a folder')
  }),
  check('put and delete while listing', async ({ storage, key }) => {
    const old = Array.from({ length: 30 }, (_, i) => key(`old${i}`))
    for (const each of old) await storage.put(each, text('x'))
    const seen = new Map<string, number>()
    for await (const info of storage.list(key(''))) {
      if (seen.size < 15) await storage.put(key(`new${seen.size}`), text('y'))
      if (seen.size === 5) await storage.delete(old[29] ?? '')
      seen.set(info.key, info.size)
    }
    const lost = old.slice(0, 29).filter((each) => seen.get(each) !== 1)
    expect(lost.length === 0, `objects that were there all the time were not listed: ${lost.join(' ')}`)
  }),
]

/** All checks; each works by itself, in any order. */
export const conformance: readonly Check[] = [...basics, ...reading, ...writing, ...listing]
