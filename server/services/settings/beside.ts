// What is known here beside a document that is checked: the engine's patterns, the repositories of the catalog, and the environment.
import type { Beside } from '../../contract/config/check.ts'
import { patternProblems } from './patterns.ts'
import type { SettingsDeps } from './types.ts'

/** A schedule may name a repository that was added by hand, which the document says nothing of. */
export async function besideOf({ catalog: { db }, env }: Pick<SettingsDeps, 'catalog' | 'env'>): Promise<Beside> {
  const repositories = await db.repository.findMany({ where: { archivedAt: null }, select: { name: true } })
  return {
    further: [patternProblems],
    repositories: repositories.map(({ name }) => name),
    overrides: env.overrides,
  }
}
