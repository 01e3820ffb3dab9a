// Schemas that several routers share.
import { tracked } from '@trpc/server'
import { z } from 'zod'
import { partialDepths } from '../contract/verification.ts'

/** No input at all. */
export const nothing = z.void()

/** A row's id. */
export const id = z.string().min(1).max(200)
export const byId = z.strictObject({ id })

/** A time on the wire: ISO 8601 in UTC. */
export const time = z.iso.datetime({ offset: true })
export const maybeTime = time.nullable()

/** What was looked at of something of which not all data was read yet. */
export const partialCheck = z.object({ depth: z.enum(partialDepths), at: time }).nullable()

/** Words of a person: a name, a reason. */
export const words = (longest: number) => z.string().trim().min(1).max(longest)

/** Fields of every list's input. */
export const paging = {
  /** How many at most. */
  limit: z.int().min(1).max(200).default(50),
  /** `nextCursor` of the page before. */
  cursor: z.string().min(1).max(500).optional(),
}

/** A list in an answer. */
export const listOf = <T extends z.ZodType>(item: T) => z.array(item).readonly()

/** A page of a list. `nextCursor` is null on the last one. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: listOf(item), nextCursor: z.string().nullable() })

/** Any JSON, for documents whose shape is somebody else's. */
export const json = z.json()

/** Done, and there is nothing to tell. */
export const done = z.object({})

const isIterable = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value

/** The output of a subscription: every item is checked as it passes. */
export const streamOf = <T extends z.ZodType>(item: T) =>
  z.custom<AsyncIterable<z.input<T>>>(isIterable).transform(async function* (items) {
    for await (const each of items) yield item.parse(each)
  })

/** The same for items with ids, from which a client that lost its connection goes on. */
export const trackedStreamOf = <T extends z.ZodType>(item: T) =>
  z.custom<AsyncIterable<readonly [id: string, data: z.input<T>]>>(isIterable).transform(async function* (items) {
    for await (const [each, data] of items) yield tracked(each, item.parse(data))
  })
