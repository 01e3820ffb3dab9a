// All keys that the schema knows, as places: "storage.local.path", "schedules.NAME.type", "alerts.alert_triggers[].name".
import { z } from 'zod'
import { documentSchema } from './document.ts'

/** Each once, in the order of the schema; groups of keys before their keys. */
export const allPlaces = (): string[] => [...new Set(placesIn(documentSchema, ''))]

function* placesIn(schema: z.core.$ZodType, path: string): Generator<string> {
  if (schema instanceof z.ZodOptional) yield* placesIn(schema.unwrap(), path)
  else if (schema instanceof z.ZodRecord) yield* placesIn(schema.valueType as z.core.$ZodType, `${path}.NAME`)
  else if (schema instanceof z.ZodArray) yield* placesIn(schema.element, `${path}[]`)
  else if (schema instanceof z.ZodDiscriminatedUnion) for (const form of schema.options) yield* placesIn(form, path)
  else if (schema instanceof z.ZodObject) {
    for (const [key, value] of Object.entries(schema.shape as Record<string, z.core.$ZodType>)) {
      const place = path === '' ? key : `${path}.${key}`
      yield place
      yield* placesIn(value, place)
    }
  }
}
