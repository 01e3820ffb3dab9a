// The guide's configuration loads as it stands, and everything that is changed in it for the worse is found where it is.
import { describe, expect, it } from 'vitest'
import { checkDocument } from '../contract/config/check.ts'
import type { ConfigDocument } from '../contract/config/document.ts'
import { pathText, valueAt } from '../contract/config/paths.ts'
import { problemText } from '../contract/config/problems.ts'
import { guideBlocks, guideKeys, guideText, merged, placeOf, withValue } from '../contract/config/testing.ts'
import { readDocument } from './read.ts'

const load = (text: string): ConfigDocument => {
  const { document, problems } = readDocument(text)
  expect(problems.map(problemText)).toEqual([])
  return document ?? {}
}

const blocks = guideBlocks().map(({ text }) => readDocument(text).document ?? {})
const whole = readDocument(guideText())
const document = whole.document ?? {}
const keys = guideKeys()
/** Block 17 repeats keys: each once. */
const places = [...new Map(keys.map((each) => [each.key, each])).values()]

describe('the guide', () => {
  it('has 17 blocks and 241 keys', () => {
    expect(guideBlocks()).toHaveLength(17)
    expect(keys).toHaveLength(241)
  })

  it.each(guideBlocks())('$file loads alone', ({ text }) => {
    expect(Object.keys(load(text)).length).toBeGreaterThan(0)
  })

  it('loads as one text, comments included', () => {
    expect(guideText()).toContain('// ')
    const { problems } = whole
    // The guide never sets up the channel "sms" that two of its alerts name.
    expect(problems.map(({ severity, path }) => [severity, path])).toEqual([
      ['warning', 'alerts.alert_triggers[1].notification_method[1]'],
      ['warning', 'alerts.alert_triggers[2].notification_method[1]'],
    ])
    expect(Object.keys(document)).toHaveLength(19)
  })

  it('is the same when each block is laid over those before', () => {
    const result = checkDocument(blocks.reduce<unknown>(merged, {}))
    expect(result.document).toBeDefined()
    expect(Object.keys(result.document ?? {}).sort()).toEqual(Object.keys(document).sort())
  })

  it.each(keys)('$key has its value', ({ key, value }) => {
    const found = blocks.map((block) => valueAt(block, placeOrNone(block, key)))
    expect(found).toContainEqual(value)
  })
})

/** The place of a key in a block that may not have it. */
function placeOrNone(block: ConfigDocument, key: string): readonly (string | number)[] {
  try {
    return placeOf(block, key)
  } catch (error) {
    if (error instanceof TypeError) return ['nowhere']
    throw error
  }
}

/** Two letters exchanged. */
const misspelt = (key: string): string => `${key.slice(0, 1)}${key[2] ?? ''}${key[1] ?? ''}${key.slice(3)}`

describe('a mistake in the guide', () => {
  it.each(places)('$key misspelt is refused, with the right one', ({ key, value }) => {
    const path = placeOf(document, key)
    const right = String(path.at(-1))
    const wrong = right.length > 2 && misspelt(right) !== right ? misspelt(right) : `${right}x`
    const { problems } = checkDocument(withValue(document, path, value, wrong))
    const expected = pathText([...path.slice(0, -1), wrong])
    expect(problems.find((each) => each.path === expected)).toMatchObject({
      severity: 'error',
      kind: 'unknown',
      nearest: right,
    })
  })

  it.each(places)('$key with a value of another kind is refused', ({ key }) => {
    const path = placeOf(document, key)
    const { problems, document: none } = checkDocument(withValue(document, path, { not: 'this' }))
    expect(none).toBeUndefined()
    const found = problems.filter((each) => each.path === pathText(path) && each.severity === 'error')
    expect(found.length, key).toBeGreaterThan(0)
    expect(found[0]?.message).toMatch(/an object.*allowed is /)
  })

  it('is told together with all others', () => {
    const broken = places.reduce<unknown>(
      (current, { key }) => (/name$|type$/.test(key) ? current : withValue(current, placeOf(document, key), null)),
      document,
    )
    const { problems } = checkDocument(broken)
    const told = new Set(problems.map(({ path }) => path))
    for (const { key } of places) {
      if (!/name$|type$/.test(key)) expect(told).toContain(pathText(placeOf(document, key)))
    }
  })
})
