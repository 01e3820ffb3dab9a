// Reading versions of the configuration.
import { effective } from '../../config/effective.ts'
import { readDocument } from '../../config/read.ts'
import { checkDocument } from '../../contract/config/check.ts'
import { diffDocuments } from '../../contract/config/diff.ts'
import type { ConfigDocument } from '../../contract/config/document.ts'
import { HoldfastError } from '../../contract/errors.ts'
import type { Db, Tx } from '../../db/index.ts'
import { besideOf } from './beside.ts'
import { documentOf, fileText, summaryFields, summaryOf, versionOf } from './mapping.ts'
import type { CurrentSettings, SettingsDeps, SettingsService, Version } from './types.ts'

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 200

/** The newest row; undefined when there is none. */
export const newest = (tx: Tx | Db) => tx.configVersion.findFirst({ orderBy: { version: 'desc' } })

export function withEffective(version: Version, deps: Pick<SettingsDeps, 'env'>): CurrentSettings {
  const { document, overridden } = effective(version.document, deps.env)
  return { ...version, effective: document, overridden }
}

type Queries = Pick<SettingsService, 'current' | 'check' | 'export' | 'list' | 'get' | 'diff'>

export function createQueries(deps: SettingsDeps): Queries {
  const { db } = deps.catalog

  const current = async (): Promise<CurrentSettings> => {
    const row = await newest(db)
    if (!row) throw new HoldfastError('not_found', 'There is no configuration yet')
    return withEffective(versionOf(row), deps)
  }

  const row = async (version: number) => {
    const found = await db.configVersion.findUnique({ where: { version } })
    if (found) return found
    throw new HoldfastError('not_found', `The configuration has no version ${version}`)
  }

  const documentAt = async (version: number): Promise<ConfigDocument> =>
    version === 0 ? {} : documentOf(await row(version))

  return {
    current,
    get: async (_actor, { version }) => versionOf(await row(version)),

    async list(_actor, { limit = DEFAULT_LIMIT, cursor } = {}) {
      const take = Math.min(Math.max(1, limit), MAX_LIMIT)
      const rows = await db.configVersion.findMany({
        select: summaryFields,
        where: cursor === undefined ? {} : { version: { lt: versionOfCursor(cursor) } },
        orderBy: { version: 'desc' },
        take: take + 1,
      })
      const items = rows.slice(0, take).map(summaryOf)
      return { items, nextCursor: rows.length > take ? String(items.at(-1)?.version) : null }
    },

    async diff(_actor, { from, to }) {
      const [before, after] = await Promise.all([documentAt(from), documentAt(to)])
      return { from, to, differences: diffDocuments(before, after) }
    },

    async check(_actor, input) {
      const beside = await besideOf(deps)
      const { document, problems } =
        'text' in input ? readDocument(input.text, beside) : checkDocument(input.document, beside)
      const stored = document && (await newest(db))
      const differences = document ? diffDocuments(stored ? documentOf(stored) : {}, document) : []
      return { document: document ?? null, problems, differences }
    },

    async export(_actor, { version } = {}) {
      const stored = version === undefined ? await current() : versionOf(await row(version))
      return { version: stored.version, name: `backup_config-v${stored.version}.json`, text: fileText(stored.document) }
    },
  }
}

function versionOfCursor(cursor: string): number {
  if (/^[1-9]\d{0,8}$/.test(cursor)) return Number(cursor)
  throw new HoldfastError('usage', 'The cursor is not one that this list gave')
}
