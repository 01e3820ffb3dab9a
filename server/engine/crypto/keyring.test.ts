// Keys come from master key, repository id, purpose and epoch, and differ when any of them does.
import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { codeThrown, documentedKeys, otherKeys } from '../testing.ts'
import { Keyring } from './keyring.ts'

const salt = Buffer.alloc(32, 0x40)

describe('Keyring', () => {
  it('derives the documented keys', () => {
    const keys = documentedKeys()
    expect(keys.id.toString('hex')).toBe('00c494809a378d23ba9038e40ecde1dddde2e4b9edb60bc83355cbb8a4a417e7')
    expect(keys.chunk.toString('hex')).toBe('d910cbe8bffc9a1be0dab8f25c927945760bb988a32a8c07b51a7d7544851ac4')
    expect(keys.meta.toString('hex')).toBe('7b04fa85823fa1774e54040afa361613ca8f535f75ab360e548283bb36c265fe')
    expect(keys.objectKey(0, salt, 'pack').toString('hex')).toBe(
      '3a7d31347618b2a46643b0f14c74f6848c5b427b62875a1afa6644ae15080a27',
    )
    const enc = Buffer.from('2f4b803fff9b858324b4276c959bae7bcf367249928b03b5876ff5be8fe46b3e', 'hex')
    const expected = createHmac('sha256', enc).update(salt).update('index').digest()
    expect(keys.objectKey(0, salt, 'index')).toEqual(expected)
  })

  it('has no key in common with another repository of the same master key', () => {
    const all = [documentedKeys(), otherKeys()].flatMap((keys) =>
      [keys.id, keys.chunk, keys.meta, keys.objectKey(0, salt, 'pack')].map((key) => key.toString('hex')),
    )
    expect(new Set(all).size).toBe(8)
  })

  it('gives each object a key of its own: by salt, purpose and epoch', () => {
    const { repositoryId, masters } = documentedKeys().material
    const keys = new Keyring({ repositoryId, masters: [...masters, Buffer.alloc(32, 9)] })
    const made = [
      keys.objectKey(0, salt, 'pack'),
      keys.objectKey(1, salt, 'pack'),
      keys.objectKey(0, salt, 'index'),
      keys.objectKey(0, Buffer.alloc(32, 0x41), 'pack'),
    ]
    expect(new Set(made.map((key) => key.toString('hex'))).size).toBe(4)
  })

  it('encrypts under the newest epoch, and keeps ids and cut points of the first', () => {
    const first = documentedKeys()
    const { repositoryId, masters } = first.material
    const rotated = new Keyring({ repositoryId, masters: [...masters, Buffer.alloc(32, 9)] })
    expect([first.epoch, rotated.epoch]).toEqual([0, 1])
    expect([rotated.id, rotated.chunk, rotated.meta]).toEqual([first.id, first.chunk, first.meta])
    expect(rotated.objectKey(0, salt, 'pack')).toEqual(first.objectKey(0, salt, 'pack'))
    expect(codeThrown(() => first.objectKey(1, salt, 'pack'))).toBe('wrong_secret')
  })

  it('can be made again from its material, as another thread does', () => {
    const keys = documentedKeys()
    expect(new Keyring(structuredClone(keys.material)).objectKey(0, salt, 'pack')).toEqual(
      keys.objectKey(0, salt, 'pack'),
    )
  })

  it('needs a master key', () => {
    expect(codeThrown(() => new Keyring({ repositoryId: Buffer.alloc(32), masters: [] }))).toBe('internal')
  })
})
