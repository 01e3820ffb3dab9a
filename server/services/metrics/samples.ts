// Writes what was measured. Values that are not known are left out: nothing is not zero.
import type { Tx } from '../../db/index.ts'
import { dateOf } from '../../lib/clock.ts'
import { type MetricName, metricKinds } from './names.ts'

const ofRepositories = metricKinds.filter(({ label }) => label === 'repository').map(({ name }) => name)

/**
 * One value for each metric, inside the transaction that what was measured comes from.
 *
 * @param label the name of the repository or schedule
 * @param at milliseconds since 1970
 */
export async function addSamples(
  tx: Tx,
  label: string,
  values: Partial<Record<MetricName, number | undefined>>,
  at: number,
): Promise<void> {
  const data = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [{ at: dateOf(at), name, label, value }],
  )
  if (data.length > 0) await tx.metric.createMany({ data })
}

/** A repository that has another name keeps its past. */
export async function renameLabel(tx: Tx, before: string, after: string): Promise<void> {
  if (before === after) return
  await tx.metric.updateMany({ where: { name: { in: ofRepositories }, label: before }, data: { label: after } })
}
