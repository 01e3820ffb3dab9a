// The schema of the configuration as plain data, with what each key means: the console makes its forms from it without the schema itself.
import { z } from 'zod'
import { documentSchema } from './document.ts'
import { effectOf } from './effect.ts'

/** What may be filled in at a place. */
export type Shape =
  | { readonly kind: 'group'; readonly fields: readonly FieldShape[] }
  /** A group for each name that people choose. */
  | { readonly kind: 'named'; readonly item: Shape }
  | { readonly kind: 'list'; readonly item: Shape; readonly min: number }
  /** A group of one of several forms; which one says the key `by`. */
  | { readonly kind: 'forms'; readonly by: string; readonly forms: readonly Form[] }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'flag' }
  | { readonly kind: 'number'; readonly min?: number; readonly max?: number; readonly whole: boolean }
  /** `allowed` follows "allowed is"; `variable`: the name of an environment variable that holds a secret. */
  | { readonly kind: 'text'; readonly allowed: string; readonly variable: boolean }

export type Form = { readonly value: string; readonly fields: readonly FieldShape[] }

export type FieldShape = {
  readonly key: string
  readonly required: boolean
  readonly shape: Shape
  /** Of keys with a value of their own; a group has none. */
  readonly about?: About
}

/** As docs/configuration.md says it. */
export type About = {
  readonly meaning: string
  readonly unit: string
  readonly default: string
  readonly effective: 'now' | 'later'
  readonly inGuide: boolean
}

/** One for each section of the document, in its order. */
export const describeDocument = (): readonly FieldShape[] => fieldsOf(documentSchema.shape, '')

function fieldsOf(shape: Readonly<Record<string, z.core.$ZodType>>, place: string): FieldShape[] {
  return Object.entries(shape).map(([key, schema]) => {
    const here = place === '' ? key : `${place}.${key}`
    const optional = schema instanceof z.ZodOptional
    const about = aboutOf(here)
    return {
      key,
      required: !optional,
      shape: shapeOf(optional ? schema.unwrap() : schema, here),
      ...(about !== undefined && { about }),
    }
  })
}

function aboutOf(place: string): About | undefined {
  const row = effectOf(place)
  if (row === undefined) return undefined
  const { meaning, unit, default: value, effective, inGuide } = row
  return { meaning, unit, default: value, effective, inGuide }
}

function shapeOf(schema: z.core.$ZodType, place: string): Shape {
  if (schema instanceof z.ZodObject) return { kind: 'group', fields: fieldsOf(schema.shape, place) }
  if (schema instanceof z.ZodRecord) return { kind: 'named', item: shapeOf(schema.valueType, `${place}.NAME`) }
  if (schema instanceof z.ZodArray) return listOf(schema, place)
  if (schema instanceof z.ZodDiscriminatedUnion) return formsOf(schema, place)
  if (schema instanceof z.ZodEnum) return { kind: 'choice', values: schema.options.map(String) }
  if (schema instanceof z.ZodLiteral) return { kind: 'choice', values: [...schema.values].map(String) }
  if (schema instanceof z.ZodBoolean) return { kind: 'flag' }
  if (schema instanceof z.ZodNumber) return numberOf(schema)
  if (schema instanceof z.ZodString) return textOf(schema)
  throw new Error(`No form is known for ${place}`)
}

function listOf(schema: z.ZodArray, place: string): Shape {
  const empty = schema.safeParse([]).success
  return { kind: 'list', item: shapeOf(schema.element, `${place}[]`), min: empty ? 0 : 1 }
}

function formsOf(schema: z.ZodDiscriminatedUnion, place: string): Shape {
  const by = schema.def.discriminator
  const forms = schema.options.map((option) => {
    if (!(option instanceof z.ZodObject)) throw new Error(`A form of ${place} is no group`)
    const said = option.shape[by]
    if (!(said instanceof z.ZodLiteral)) throw new Error(`A form of ${place} does not say which it is`)
    const { [by]: _, ...rest } = option.shape
    return { value: String(said.value), fields: fieldsOf(rest, place) }
  })
  return { kind: 'forms', by, forms }
}

function numberOf(schema: z.ZodNumber): Shape {
  const { minValue, maxValue } = schema
  return {
    kind: 'number',
    whole: schema.format === 'safeint',
    ...(minValue !== null && Number.isFinite(minValue) && { min: minValue }),
    ...(maxValue !== null && Number.isFinite(maxValue) && { max: maxValue }),
  }
}

/** What text is allowed says the message for a value of another kind. */
function textOf(schema: z.ZodString): Shape {
  const allowed = schema.safeParse(0).error?.issues[0]?.message ?? 'text'
  return { kind: 'text', allowed, variable: allowed.includes('environment variable') }
}
