// Keeps the rows of repositories in line with the configuration document.
import type { Tx } from '../../db/index.ts'
import { dateOf } from '../../lib/clock.ts'
import { settingsOf } from './mapping.ts'
import type { RepositoryPlan } from './plans.ts'

/**
 * A row for each plan: made, changed, or brought back from the archive. Rows that came from an earlier document and are in no plan any more
 * are archived, never deleted: their snapshots and runs stay. What a person made by hand is left alone unless a plan has its name.
 *
 * @param now milliseconds since 1970
 */
export async function ensureRepositories(tx: Tx, plans: readonly RepositoryPlan[], now: number): Promise<void> {
  const rows = await tx.repository.findMany()
  for (const plan of plans) {
    const columns = {
      type: plan.type,
      location: plan.location,
      secretSource: JSON.stringify(plan.secretSource),
      settings: JSON.stringify({ origin: 'document', ...plan.settings }),
      archivedAt: null,
    }
    const row = rows.find(({ name }) => name === plan.name)
    if (!row) {
      await tx.repository.create({ data: { name: plan.name, ...columns, createdAt: dateOf(now) } })
      continue
    }
    const keys = Object.keys(columns) as (keyof typeof columns)[]
    if (keys.every((key) => row[key] === columns[key])) continue
    // Elsewhere there may be another repository: what is known of it has to be found out anew.
    const elsewhere =
      row.location === plan.location ? {} : { engineId: null, verifyState: 'unknown', lastVerifiedAt: null }
    await tx.repository.update({ where: { id: row.id }, data: { ...columns, ...elsewhere } })
  }
  const planned = new Set(plans.map(({ name }) => name))
  for (const row of rows) {
    if (row.archivedAt !== null || planned.has(row.name) || settingsOf(row).origin !== 'document') continue
    await tx.repository.update({ where: { id: row.id }, data: { archivedAt: dateOf(now) } })
  }
}
