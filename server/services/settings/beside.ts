// What is known here beside a document that is checked: the engine's patterns, and the repositories of the catalog.
import type { Beside } from '../../contract/config/check.ts'
import type { Db } from '../../db/index.ts'
import { patternProblems } from './patterns.ts'

/** A schedule may name a repository that was added by hand, which the document says nothing of. */
export async function besideOf(db: Db): Promise<Beside> {
  const repositories = await db.repository.findMany({ where: { archivedAt: null }, select: { name: true } })
  return { further: [patternProblems], repositories: repositories.map(({ name }) => name) }
}
