// storage_connectivity: every repository's storage takes, gives back, lists and deletes a small object, and has room left.
import { statfsSync } from 'node:fs'
import { hasCode } from '../../contract/errors.ts'
import type { Catalog } from '../../db/index.ts'
import type { Clock } from '../../lib/clock.ts'
import { probe } from '../repositories/probe.ts'
import { type Check, type Finding, failed, ok, unknown, warning, worstOf } from './types.ts'

/** More than so many are not looked at; nobody has them. */
const MAX_REPOSITORIES = 200
const LOW_SHARE = 0.05
const LOW_BYTES = 2 ** 30
const GIB = 2 ** 30

export type RepositoryRow = {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly location: string
}

/** The repositories in use. */
export const repositoriesOf = (catalog: Catalog): Promise<RepositoryRow[]> =>
  catalog.db.repository.findMany({
    where: { archivedAt: null },
    orderBy: { name: 'asc' },
    take: MAX_REPOSITORIES,
    select: { id: true, name: true, type: true, location: true },
  })

export const noRepository = unknown(
  'There is no repository yet',
  'Add a repository, then a schedule that backs up to it',
)

export function storageCheck(catalog: Catalog, clock: Clock): Check {
  return async () => {
    const repositories = await repositoriesOf(catalog)
    if (repositories.length === 0) return noRepository
    const findings = await Promise.all(repositories.map((repository) => look(repository, clock)))
    const worst = worstOf(findings.flat())
    return worst.state === 'ok' ? ok(`All storages answer (${repositories.length})`) : worst
  }
}

async function look({ name, type, location }: RepositoryRow, clock: Clock): Promise<Finding[]> {
  const { ok: works, steps } = await probe(location, clock)
  if (works) return [ok(`${name} answers`), ...(type === 'local' ? roomAt(name, location) : [])]
  const broken = steps.find((step) => !step.ok)
  const full = broken?.error && hasCode(broken.error, 'no_space')
  return [
    failed(
      `${name}: "${broken?.step}" failed: ${broken?.error?.message}`,
      full
        ? `Free space where ${name} lies, or make the file system larger`
        : `See that ${location} is there (mounted, switched on, reachable) and that Holdfast's user may read and write it`,
    ),
  ]
}

function roomAt(name: string, location: string): Finding[] {
  const { bavail, blocks, bsize } = statfsSync(location)
  const free = bavail * bsize
  const share = blocks === 0 ? 1 : bavail / blocks
  if (share >= LOW_SHARE && free >= LOW_BYTES) return []
  const left = `${(free / GIB).toFixed(1)} GiB (${Math.round(share * 100)} %)`
  return [
    warning(`${name}: only ${left} left`, `Free space where ${name} lies, or shorten how long snapshots are kept`),
  ]
}
