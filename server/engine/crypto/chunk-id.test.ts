// A chunk id is HMAC-SHA-256(K_id, class || bytes), and finding it changes nothing in the buffer.
import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { randomBytes } from '../codec/samples.ts'
import { documentedKeys } from '../testing.ts'
import { ChunkHasher, DATA, HEADROOM, META } from './chunk-id.ts'

const hmac = (key: Uint8Array, chunkClass: number, bytes: Uint8Array): string =>
  createHmac('sha256', key).update(Uint8Array.of(chunkClass)).update(bytes).digest('hex')

const key = fc.uint8Array({ minLength: 32, maxLength: 32 })
const chunkClass = fc.constantFrom(DATA, META)

describe('ChunkHasher', () => {
  it('gives the documented values', () => {
    const hasher = new ChunkHasher(documentedKeys().id)
    const hello = Buffer.from('hello')
    expect(hasher.idAt(DATA, hello, 0, 5).toString('hex')).toBe(
      'e468c8b021afd0e9ceff2ce152d7c8b666d92ca5203691d47c2f24a92bb36d97',
    )
    expect(hasher.idAt(META, hello, 0, 5).toString('hex')).toBe(
      'c3423134fedf19c3a18c6bc60fbe3aedbc75a578f786e7cac37fe7a1f6ae4c3d',
    )
  })

  it('equals the HMAC of node:crypto for any content, anywhere in a buffer, and leaves the buffer as it was', () => {
    const content = fc.uint8Array({ maxLength: 500 })
    const around = fc.uint8Array({ maxLength: 200 })
    fc.assert(
      fc.property(key, chunkClass, around, content, around, (k, c, before, bytes, after) => {
        const buffer = Buffer.concat([Buffer.alloc(HEADROOM, 0xaa), before, bytes, after])
        const copy = Buffer.from(buffer)
        const id = new ChunkHasher(k).id(c, buffer, HEADROOM + before.length, bytes.length)
        expect(id.toString('hex')).toBe(hmac(k, c, bytes))
        expect(buffer.equals(copy)).toBe(true)
      }),
    )
  })

  it('works without room in front, and with one hasher for everything', () => {
    const k = documentedKeys().id
    const hasher = new ChunkHasher(k)
    fc.assert(
      fc.property(chunkClass, fc.uint8Array({ maxLength: 400 }), fc.nat(), fc.nat(), (c, buffer, a, b) => {
        const start = a % (buffer.length + 1)
        const length = b % (buffer.length - start + 1)
        const copy = Uint8Array.from(buffer)
        const id = hasher.idAt(c, buffer, start, length)
        expect(id.toString('hex')).toBe(hmac(k, c, buffer.subarray(start, start + length)))
        expect(buffer).toEqual(copy)
      }),
    )
  })

  it('uses what lies in front of a view, and puts it back', () => {
    const k = documentedKeys().id
    const memory = Buffer.from(Uint8Array.from(randomBytes(1000)).buffer)
    for (const front of [0, 1, HEADROOM - 1, HEADROOM, HEADROOM + 1]) {
      const copy = Buffer.from(memory)
      const view = memory.subarray(front)
      expect(new ChunkHasher(k).idAt(DATA, view, 0, 500).toString('hex')).toBe(hmac(k, DATA, view.subarray(0, 500)))
      expect(memory.equals(copy)).toBe(true)
    }
  })

  it('gives ids that stay when the next one is made', () => {
    const hasher = new ChunkHasher(documentedKeys().id)
    const first = hasher.idAt(DATA, Buffer.from('one'), 0, 3)
    const text = first.toString('hex')
    hasher.idAt(DATA, Buffer.from('two'), 0, 3)
    expect(first.toString('hex')).toBe(text)
  })

  it('hashes chunks that follow each other in one buffer, long ones too', () => {
    const k = documentedKeys().id
    const hasher = new ChunkHasher(k)
    const data = randomBytes(3 << 20)
    const buffer = Buffer.concat([Buffer.alloc(HEADROOM), data])
    const lengths = [1, 63, 64, 65, 1 << 20, data.length - (1 << 20) - 193]
    let at = 0
    for (const length of lengths) {
      const id = hasher.id(DATA, buffer, HEADROOM + at, length)
      expect(id.toString('hex')).toBe(hmac(k, DATA, data.subarray(at, at + length)))
      at += length
    }
    expect(at).toBe(data.length)
    expect(buffer.subarray(HEADROOM).equals(data)).toBe(true)
  })
})
