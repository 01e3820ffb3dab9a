// What was measured last before the end of each day: a value holds until there is a newer one.
import type { Catalog } from '../../db/index.ts'
import { type Days, timeSql } from './calendar.ts'
import type { MetricName } from './names.ts'

/** By label, one value for each day; null where nothing had been measured yet. */
export type DayEndValues = ReadonlyMap<string, readonly (number | null)[]>

type Row = { readonly label: string; readonly day: number | bigint; readonly value: number | null }

/** One hop along the index for each label and day, however many values there are. */
export async function valuesAtDayEnds(
  { db, provider }: Catalog,
  name: MetricName,
  labels: readonly string[],
  { bounds }: Days,
): Promise<DayEndValues> {
  if (labels.length === 0) return new Map()
  const place = (n: number): string => (provider === 'sqlite' ? '?' : `$${n}`)
  const ends = bounds.slice(1).map((end, day) => `SELECT ${day} AS "day", ${timeSql(provider, end)} AS "end"`)
  const names = labels.map((_, i) => `SELECT CAST(${place(i + 1)} AS TEXT) AS "label"`)
  const sql = `SELECT l."label" AS "label", d."day" AS "day", (
      SELECT m."value" FROM "Metric" m WHERE m."name" = '${name}' AND m."label" = l."label" AND m."at" < d."end"
      ORDER BY m."at" DESC, m."id" DESC LIMIT 1
    ) AS "value"
    FROM (${names.join(' UNION ALL ')}) l CROSS JOIN (${ends.join(' UNION ALL ')}) d`
  const rows = await db.$queryRawUnsafe<Row[]>(sql, ...labels)
  const values = new Map<string, (number | null)[]>(labels.map((label) => [label, []]))
  for (const { label, day, value } of rows) {
    const ofLabel = values.get(label)
    if (ofLabel) ofLabel[Number(day)] = value
  }
  return values
}
