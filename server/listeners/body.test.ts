import fc from 'fast-check'
import { expect, test } from 'vitest'
import { refuseDeepJson } from './body.ts'

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0

test('any JSON passes at its own depth, and not below', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      const bytes = Buffer.from(JSON.stringify(value))
      const depth = depthOf(value)
      expect(() => refuseDeepJson(bytes, depth)).not.toThrow()
      if (depth > 0) expect(() => refuseDeepJson(bytes, depth - 1)).toThrow(/nested too deeply/)
    }),
  )
})

test.each(['"', '"\\', '[', ']]]]', '"\\"[[[[', '\\"[', ''])('what is no JSON is left to the parser: %s', (text) => {
  expect(() => refuseDeepJson(Buffer.from(text), 4)).not.toThrow()
})

test('a million levels are refused at the limit, in strings they are text', () => {
  expect(() => refuseDeepJson(Buffer.alloc(1_000_000, '['), 64)).toThrow(/64 levels/)
  expect(() => refuseDeepJson(Buffer.from(`"${'['.repeat(1_000_000)}"`), 64)).not.toThrow()
})
