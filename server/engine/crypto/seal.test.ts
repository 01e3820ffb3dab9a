// Sealed objects open in their own folder of their own repository, unaltered, and nowhere else.
import { createDecipheriv } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codeThrown, commonRun, documentedKeys, flipBit, otherKeys } from '../testing.ts'
import { Keyring } from './keyring.ts'
import { nameOf, type SealedKind, seal, unseal } from './seal.ts'

const kinds: SealedKind[] = ['index', 'snapshots', 'sessions', 'marks', 'holds']
const keys = documentedKeys()
const text = Buffer.from('what only holders of the key may know')

describe('seal and unseal', () => {
  it('give the plain text back, whatever it is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.uint8Array({ maxLength: 3000 }), (kind, plain) => {
        expect(Buffer.compare(unseal(keys, kind, seal(keys, kind, plain)), plain)).toBe(0)
      }),
    )
  })

  it('make the documented bytes', () => {
    const sealed = seal(keys, 'holds', text)
    const header = sealed.subarray(0, 40)
    expect(header.subarray(0, 8).toString('hex')).toBe('48464f3100000000')
    const key = keys.objectKey(0, header.subarray(8), 'holds')
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.alloc(12), { authTagLength: 16 })
    decipher.setAAD(Buffer.concat([header, keys.repositoryId, Buffer.from('holds')])).setAuthTag(sealed.subarray(-16))
    expect(Buffer.concat([decipher.update(sealed.subarray(40, -16)), decipher.final()])).toEqual(text)
  })

  it('never give the same bytes twice', () => {
    expect(commonRun(seal(keys, 'index', text), seal(keys, 'index', text), 16)).toBeUndefined()
  })

  it.each(kinds)('refuse an object of %s in another folder', (kind) => {
    const sealed = seal(keys, kind, text)
    for (const other of kinds)
      expect(codeThrown(() => unseal(keys, other, sealed))).toBe(other === kind ? 'nothing' : 'damaged')
  })

  it('refuse an object of another repository', () => {
    expect(codeThrown(() => unseal(otherKeys(), 'index', seal(keys, 'index', text)))).toBe('damaged')
  })

  it('notice every bit that is turned over', () => {
    const sealed = seal(keys, 'snapshots', text)
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      // An epoch that the keyring does not hold looks like one of a newer key.
      const expected = bit >= 32 && bit < 64 ? 'wrong_secret' : 'damaged'
      expect(codeThrown(() => unseal(keys, 'snapshots', flipBit(sealed, bit)))).toBe(expected)
    }
  })

  it('notice every cut, and what follows the end', () => {
    const sealed = seal(keys, 'index', text)
    for (let length = 0; length < sealed.length; length++)
      expect(codeThrown(() => unseal(keys, 'index', sealed.subarray(0, length)))).toBe('damaged')
    expect(codeThrown(() => unseal(keys, 'index', Buffer.concat([sealed, Buffer.alloc(1)])))).toBe('damaged')
  })

  it('use the newest epoch, which an older key can not read', () => {
    const { repositoryId, masters } = keys.material
    const rotated = new Keyring({ repositoryId, masters: [...masters, Buffer.alloc(32, 9)] })
    expect(unseal(rotated, 'index', seal(keys, 'index', text))).toEqual(text)
    expect(codeThrown(() => unseal(keys, 'index', seal(rotated, 'index', text)))).toBe('wrong_secret')
  })
})

it('a name is the SHA-256 of the bytes', () => {
  expect(nameOf(Buffer.from('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})
