// The config object: readable without a key, believed only with its MAC, refused when it needs what this program does not know.
import { describe, expect, it } from 'vitest'
import { codeThrown, documentedKeys, otherKeys, START } from '../testing.ts'
import { checkConfig, checkFeatures, encodeConfig, newConfig, parseConfig } from './config.ts'

const keys = documentedKeys()
const config = newConfig(keys.repositoryId, START, { compression: { codec: 'zstd', level: 3 } })
const text = encodeConfig(config, keys.meta)

/** The text with one member of `config` (or of a part of it) changed, its MAC as it was. */
const altered = (path: readonly string[], value: unknown): string => {
  const object = JSON.parse(text) as Record<string, unknown>
  const parent = ['config', ...path.slice(0, -1)].reduce((at, key) => at[key] as Record<string, unknown>, object)
  parent[path.at(-1)!] = value
  return JSON.stringify(object, null, 2)
}

describe('the config object', () => {
  it('comes back', () => {
    expect(parseConfig(text)).toEqual(config)
    expect(checkConfig(text, keys.meta)).toEqual(config)
    expect(config.id).toBe(keys.repositoryId.toString('hex'))
  })

  it('is believed in any layout of its JSON', () => {
    expect(checkConfig(JSON.stringify(JSON.parse(text)), keys.meta)).toEqual(config)
  })

  it.each([
    [['id'], '00'.repeat(32)],
    [['created'], '2020-01-01T00:00:00.000Z'],
    [['chunker', 'max'], 1 << 30],
    [['compression', 'codec'], 'none'],
    [['packSize', 'data'], 1],
    [['features', 'write'], ['something']],
    [['features', 'read'], ['something']],
    [['more'], 1],
  ])('is not believed with another %j', (path, value) => {
    expect(codeThrown(() => parseConfig(altered(path, value)))).toBe('nothing')
    expect(codeThrown(() => checkConfig(altered(path, value), keys.meta))).toBe('damaged')
  })

  it('is not believed under another key, or without its MAC', () => {
    expect(codeThrown(() => checkConfig(text, otherKeys().meta))).toBe('damaged')
    expect(codeThrown(() => checkConfig(JSON.stringify({ config }), keys.meta))).toBe('damaged')
    expect(codeThrown(() => checkConfig(JSON.stringify({ config, mac: '' }), keys.meta))).toBe('damaged')
    expect(codeThrown(() => checkConfig(JSON.stringify({ config, mac: [] }), keys.meta))).toBe('damaged')
  })

  it('changes its MAC with every digit', () => {
    const { mac } = JSON.parse(text) as { mac: string }
    for (let i = 0; i < mac.length; i++) {
      const other = `${mac.slice(0, i)}${mac[i] === '0' ? '1' : '0'}${mac.slice(i + 1)}`
      expect(codeThrown(() => checkConfig(JSON.stringify({ config, mac: other }), keys.meta))).toBe('damaged')
    }
  })
})

describe('parseConfig', () => {
  it.each(['', 'x', '{', 'null', '7', '[]', '{}', '{"config":null}', '{"config":[]}', '{"config":{"format":1}}'])(
    'refuses %j',
    (bytes) => {
      expect(codeThrown(() => parseConfig(bytes))).toBe('damaged')
    },
  )

  it.each([
    [['id'], 'AB'.repeat(32)],
    [['id'], 'ab'],
    [['format'], '1'],
    [['features'], null],
    [['features', 'read'], 'all'],
    [['chunker', 'min'], 0],
    [['chunker', 'average'], 1.5],
    [['packSize', 'meta'], -1],
    [['compression'], 3],
  ])('refuses %j of %j', (path, value) => {
    expect(codeThrown(() => parseConfig(altered(path, value)))).toBe('damaged')
  })

  it('says that another format is not supported', () => {
    expect(codeThrown(() => parseConfig(altered(['format'], 2)))).toBe('unsupported')
    expect(codeThrown(() => parseConfig(altered(['format'], 0)))).toBe('unsupported')
  })
})

describe('checkFeatures', () => {
  it.each(['read', 'write', 'delete'] as const)(
    'refuses to %s what needs an unknown feature for it, and that only',
    (operation) => {
      const needy = { ...config, features: { ...config.features, [operation]: ['rainbow'] } }
      for (const other of ['read', 'write', 'delete'] as const)
        expect(codeThrown(() => checkFeatures(needy, other))).toBe(other === operation ? 'unsupported' : 'nothing')
      expect(codeThrown(() => checkFeatures(config, operation))).toBe('nothing')
    },
  )
})
