// The description names every key of the schema, and says of each what the table of keys says.
import { expect, test } from 'vitest'
import { describeDocument, type FieldShape, type Shape } from './describe.ts'
import { effects } from './effect.ts'
import { allPlaces } from './places.ts'

function* placesIn(shape: Shape, place: string): Generator<readonly [string, FieldShape['about']]> {
  if (shape.kind === 'group') yield* placesOf(shape.fields, place)
  else if (shape.kind === 'named') yield* placesIn(shape.item, `${place}.NAME`)
  else if (shape.kind === 'list') yield* placesIn(shape.item, `${place}[]`)
  else if (shape.kind === 'forms') {
    yield [`${place}.${shape.by}`, undefined]
    for (const { fields } of shape.forms) yield* placesOf(fields, place)
  }
}

function* placesOf(fields: readonly FieldShape[], above: string): Generator<readonly [string, FieldShape['about']]> {
  for (const { key, shape, about } of fields) {
    const place = above === '' ? key : `${above}.${key}`
    yield [place, about]
    yield* placesIn(shape, place)
  }
}

const described = [...placesOf(describeDocument(), '')]

test('every key of the schema has a field, and there is no other', () => {
  expect([...new Set(described.map(([place]) => place))].sort()).toEqual(allPlaces().sort())
})

test('every key of the table is told with its meaning', () => {
  const told = new Map(described.filter(([, about]) => about !== undefined))
  for (const { key, meaning } of effects) {
    if (key.endsWith('.triggers[].type') || key === 'storage.cloud.type') continue
    expect(told.get(key)?.meaning, key).toBe(meaning)
  }
})

test('kinds, bounds and what is allowed come from the schema', () => {
  const at = (path: string): Shape | undefined => {
    let fields = describeDocument()
    let shape: Shape | undefined
    for (const key of path.split('.')) {
      shape = fields.find((field) => field.key === key)?.shape
      fields = shape?.kind === 'group' ? shape.fields : []
    }
    return shape
  }
  expect(at('api.port')).toEqual({ kind: 'number', whole: true, min: 1, max: 65_535 })
  expect(at('advanced_scheduling.adaptive_backup.change_threshold')).toMatchObject({ whole: false, max: 1 })
  expect(at('monitoring.logging.level')).toMatchObject({ kind: 'choice', values: expect.arrayContaining(['INFO']) })
  expect(at('global_settings.encryption_enabled')).toEqual({ kind: 'flag' })
  expect(at('storage.local.path')).toMatchObject({ kind: 'text', allowed: expect.stringContaining('absolute path') })
  expect(at('api.authentication.api_key_env_var')).toMatchObject({ kind: 'text', variable: true })
  expect(at('console.ssl.cert_path')).toMatchObject({ kind: 'text', variable: false })
  expect(at('storage.cloud')).toMatchObject({ kind: 'forms', by: 'type' })
})
