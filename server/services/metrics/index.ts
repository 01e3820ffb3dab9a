// Measured values over time, as the monitors stored them.
import { z } from 'zod'
import type { Actor } from '../../auth/actor.ts'
import type { Catalog } from '../../db/index.ts'
import { dateOf, isoTime, parseTime } from '../../lib/clock.ts'
import { decodeCursor, encodeCursor } from '../snapshots/cursor.ts'
import { type MetricKind, metricKinds } from './names.ts'

export { type MetricKind, metricKinds, metricLabels, metricUnits } from './names.ts'

export const metricInputs = {
  series: z.strictObject({
    name: z.string().min(1).max(200),
    /** What it is about: a repository's or schedule's name; '' for all together. */
    label: z.string().max(200).default(''),
    /** Not before, and before: ISO 8601. */
    from: z.iso.datetime({ offset: true }).optional(),
    until: z.iso.datetime({ offset: true }).optional(),
    limit: z.int().min(1).max(1000).default(500),
    cursor: z.string().max(500).optional(),
  }),
}
export type MetricInput = { [K in keyof typeof metricInputs]: z.output<(typeof metricInputs)[K]> }

export type MetricPoint = { readonly at: string; readonly value: number }
export type MetricPage = { readonly items: MetricPoint[]; readonly nextCursor: string | null }

export type MetricsService = ReturnType<typeof createMetricsService>

export const createMetricsService = ({ catalog: { db } }: { readonly catalog: Catalog }) => ({
  /** What is measured. */
  async names(_actor: Actor): Promise<readonly MetricKind[]> {
    return metricKinds
  },

  /** The values of one metric, oldest first. @throws `usage` for a cursor of another list */
  async series(_actor: Actor, { name, label, from, until, limit, cursor }: MetricInput['series']): Promise<MetricPage> {
    const place = cursor === undefined ? undefined : decodeCursor(cursor, { t: 'number', n: 'number' })
    const start = Math.max(place?.t ?? 0, from === undefined ? 0 : parseTime(from))
    const rows = await db.metric.findMany({
      where: {
        name,
        label,
        at: { gte: dateOf(start), ...(until === undefined ? {} : { lt: dateOf(parseTime(until)) }) },
        ...(place === undefined ? {} : { OR: [{ at: { gt: dateOf(place.t) } }, { id: { gt: place.n } }] }),
      },
      orderBy: [{ at: 'asc' }, { id: 'asc' }],
      take: limit + 1,
    })
    const items = rows.slice(0, limit).map(({ at, value }) => ({ at: isoTime(at.getTime()), value }))
    const last = rows[limit - 1]
    const more = rows.length > limit && last !== undefined
    return { items, nextCursor: more ? encodeCursor({ t: last.at.getTime(), n: last.id }) : null }
  },
})
