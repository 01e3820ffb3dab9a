// JSON keeps every byte of a path, and does no harm on a terminal.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesOf } from './bytes.ts'
import { pathFields, pathsFields } from './json.ts'
import { jsonText } from './json-text.ts'

type Fields = { path: string; pathBytes?: string }
const bytesIn = ({ path, pathBytes }: Fields): string =>
  pathBytes === undefined ? bytesOf(path) : Buffer.from(pathBytes, 'base64').toString('latin1')

describe('pathFields', () => {
  it('gives text as it is', () => expect(pathFields(bytesOf('/é\n\\'))).toEqual({ path: '/é\n\\' }))

  it('gives the bytes beside an escaped text where it is none', () => {
    expect(pathFields('/a\xff', 'target')).toEqual({ target: '/a\\xff', targetBytes: 'L2H/' })
  })

  it('loses no byte', () => {
    const bytes = fc.uint8Array({ maxLength: 20 }).map((array) => Buffer.from(array).toString('latin1'))
    fc.assert(fc.property(bytes, (path) => bytesIn(JSON.parse(jsonText(pathFields(path)))) === path))
  })
})

describe('pathsFields', () => {
  it('is a list of texts, with the bytes of all when one is no text', () => {
    expect(pathsFields(['/a'])).toEqual({ paths: ['/a'] })
    expect(pathsFields(['/a', '/\xff'])).toEqual({ paths: ['/a', '/\\xff'], pathsBytes: ['L2E=', 'L/8='] })
  })
})

describe('jsonText', () => {
  it('is JSON of the same value, with no control character in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 5 }), fc.nat(), (text, value) => {
        const json = jsonText({ value, text })
        expect(json).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify({ value, text })))
      }),
    )
  })
})
