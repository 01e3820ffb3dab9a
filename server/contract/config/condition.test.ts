// Conditions: what is one, how it is read, and why something is none.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Expression, namesIn, parseCondition } from './condition.ts'

const read = (text: string): Expression => {
  const result = parseCondition(text)
  if (!result.ok) throw new Error(result.why)
  return result.expression
}

/** With all brackets. */
function written(node: Expression): string {
  switch (node.kind) {
    case 'number':
    case 'truth':
      return String(node.value)
    case 'text':
      return `'${node.value}'`
    case 'name':
      return node.name
    case 'not':
      return `!(${written(node.of)})`
    case 'negative':
      return `-(${written(node.of)})`
    case 'both':
      return `(${written(node.left)} && ${written(node.right)})`
    case 'either':
      return `(${written(node.left)} || ${written(node.right)})`
    default:
      return `(${written(node.left)} ${node.operator} ${written(node.right)})`
  }
}

describe('a condition', () => {
  it.each([
    ['consecutive_failures > 2', '(consecutive_failures > 2)'],
    ['storage_utilization > 0.9', '(storage_utilization > 0.9)'],
    ['backup_duration > expected_duration * 2', '(backup_duration > (expected_duration * 2))'],
    ["backup_status == 'success'", "(backup_status == 'success')"],
    ['a==1||b==2&&!c', '((a == 1) || ((b == 2) && !(c)))'],
    ['1 - 2 - 3 < -x / 2', '(((1 - 2) - 3) < (-(x) / 2))'],
    ['(a || b) && c', '((a || b) && c)'],
    ['status != "it\'s"', "(status != 'it's')"],
    ['true', 'true'],
  ])('%s is read', (text, expected) => expect(written(read(text))).toBe(expected))

  it.each([
    ['', 'it ends too early'],
    ['a >', 'it ends too early'],
    ['a = 2', 'a comparison is written =='],
    ['a & b', '"and" is written &&'],
    ['a < b < c', '"<" at character 7'],
    ['a > 2)', '")" at character 6'],
    ['(a > 2', 'it ends too early'],
    ["a == 'x", '"\'" at character 6'],
    ['a.b > 1', '"." at character 2'],
    ['f(1) > 2', '"(" at character 2'],
    ['a > 2; b', '";" at character 6'],
    ['1 + 2', 'neither true nor false'],
    ["'text'", 'neither true nor false'],
    ['a > `x`', '"`" at character 5'],
    [`${'('.repeat(60)}a${')'.repeat(60)}`, 'nested deeper than 50'],
    ['a'.repeat(1001), 'longer than 1000'],
  ])('%s is none', (text, why) => {
    expect(parseCondition(text)).toEqual({ ok: false, why: expect.stringContaining(why) })
  })

  it('is the same when it is written with all brackets and read again', () => {
    const name = fc.stringMatching(/^[a-z_][a-z0-9_]{0,5}$/).filter((text) => text !== 'true' && text !== 'false')
    const value: fc.Arbitrary<Expression> = fc.oneof(
      name.map((text) => ({ kind: 'name' as const, name: text })),
      fc.nat({ max: 999 }).map((number) => ({ kind: 'number' as const, value: number })),
    )
    const sum = fc.tuple(value, fc.constantFrom('+' as const, '-' as const, '*' as const, '/' as const), value)
    const compared = fc
      .tuple(sum, fc.constantFrom('==' as const, '<=' as const, '>' as const), value)
      .map(([[left, operator, right], comparison, other]): Expression => {
        const computed: Expression = { kind: 'compute', operator, left, right }
        return { kind: 'compare', operator: comparison, left: computed, right: other }
      })
    const joined = fc
      .tuple(compared, fc.constantFrom('both' as const, 'either' as const), compared)
      .map(([left, kind, right]): Expression => ({ kind, left, right: { kind: 'not', of: right } }))
    fc.assert(
      fc.property(joined, (expression) => {
        expect(read(written(expression))).toEqual(expression)
      }),
    )
  })

  it('never throws, whatever the text', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[a-c0-9 '"()<>=!&|+*/-]{0,30}$/))
    fc.assert(fc.property(text, (given) => typeof parseCondition(given).ok === 'boolean'))
  })

  it('says which names it mentions', () => {
    expect(namesIn(read('a > b * a && !(c == 1)'))).toEqual(['a', 'b', 'c'])
  })
})
