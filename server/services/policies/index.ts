// Retention policies: they live in the configuration document, and their rows follow it.
import type { Actor } from '../../auth/actor.ts'
import type { ConfigDocument } from '../../contract/config/document.ts'
import { HoldfastError } from '../../contract/errors.ts'
import type { Catalog, Tx } from '../../db/index.ts'
import { isoTime } from '../../lib/clock.ts'

export type PolicyItem = {
  readonly name: string
  /** As in the document. */
  readonly settings: Readonly<Record<string, unknown>>
  /** How many schedules name it. */
  readonly schedules: number
  /** ISO 8601. */
  readonly updatedAt: string
}

export type PoliciesService = ReturnType<typeof createPoliciesService>

export function createPoliciesService({ catalog: { db } }: { readonly catalog: Catalog }) {
  const itemsOf = async (name?: string): Promise<PolicyItem[]> => {
    const rows = await db.policy.findMany({
      where: { removedAt: null, ...(name === undefined ? {} : { name }) },
      orderBy: { name: 'asc' },
    })
    const used = await db.schedule.groupBy({ by: ['policyName'], where: { removedAt: null }, _count: { _all: true } })
    const counts = new Map(used.map(({ policyName, _count }) => [policyName, _count._all]))
    return rows.map((row) => ({
      name: row.name,
      settings: JSON.parse(row.settings) as Record<string, unknown>,
      schedules: counts.get(row.name) ?? 0,
      updatedAt: isoTime(row.updatedAt.getTime()),
    }))
  }
  return {
    /** All of them, by name: a document holds no more than a person can oversee. */
    list: async (_actor: Actor): Promise<{ items: PolicyItem[] }> => ({ items: await itemsOf() }),

    /** @throws `not_found` */
    async get(_actor: Actor, { name }: { readonly name: string }): Promise<PolicyItem> {
      const [item] = await itemsOf(name)
      if (item) return item
      throw new HoldfastError('not_found', `There is no retention policy "${name}"`)
    },
  }
}

/** Brings the rows in line with the document, inside the transaction that stores it. `now`: a Date for the rows that leave. */
export async function applyPolicies(tx: Tx, document: ConfigDocument, now: Date): Promise<void> {
  const wanted = new Map(
    Object.entries(document.retention_policies ?? {}).map(([name, settings]) => [name, JSON.stringify(settings)]),
  )
  for (const row of await tx.policy.findMany()) {
    const settings = wanted.get(row.name)
    wanted.delete(row.name)
    if (settings === undefined) {
      if (row.removedAt === null) await tx.policy.update({ where: { id: row.id }, data: { removedAt: now } })
    } else if (row.settings !== settings || row.removedAt !== null) {
      await tx.policy.update({ where: { id: row.id }, data: { settings, removedAt: null } })
    }
  }
  for (const [name, settings] of wanted) await tx.policy.create({ data: { name, settings } })
}
