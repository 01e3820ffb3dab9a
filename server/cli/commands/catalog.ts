// holdfast catalog rebuild: makes what the catalog knows of snapshots anew, from the repositories alone.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { catalogUrl, dataPaths, defaultDocument } from '../../config/defaults.ts'
import { effective } from '../../config/effective.ts'
import { type Environment, readEnvironment } from '../../config/environment.ts'
import { parseDocument, readConfigFile } from '../../config/read.ts'
import type { ConfigDocument } from '../../contract/config/document.ts'
import { HoldfastError, messageOf } from '../../contract/errors.ts'
import type { Catalog } from '../../db/index.ts'
import { createLogger } from '../../lib/logger.ts'
import type { RebuildOutcome } from '../../services/snapshots/index.ts'
import { needText, quote } from '../bytes.ts'
import { catalogAddress } from '../catalog-address.ts'
import { type Context, defineCommand, exit } from '../command.ts'
import { plural } from '../format.ts'
import { suggestion } from '../nearest.ts'

const actions = ['rebuild']

export const command = defineCommand({
  name: 'catalog',
  summary: "make the catalog's snapshots anew from the repositories",
  usage: ['rebuild [--catalog URL] [--config FILE]'],
  words: { min: 1, max: 1 },
  options: {
    catalog: {
      kind: 'value',
      value: 'URL',
      help: 'the catalog: a path, or postgresql://... (default: the one that the server uses); made when it is not there',
    },
    config: {
      kind: 'value',
      value: 'FILE',
      help: 'the configuration that names the repositories (default: the newest in the catalog, else HOLDFAST_CONFIG, else that of a first start)',
    },
  },
  notes: [
    'For a catalog that was lost or damaged: move it away, put a copy back if there is one, then run this. Every repository that the configuration names is opened with its key, and each snapshot gets its row; rows of snapshots that are gone go.',
    'Runs, users, the audit trail and earlier versions of the configuration are in no repository: only a copy of the catalog brings them back. It may run beside the server.',
    'Exit status 3: a repository could not be read, or a snapshot is damaged.',
  ],
  async run({ options, words: [action = ''], context }) {
    if (!actions.includes(action)) {
      const near = suggestion(action, actions, (each) => `"${each}"`)
      throw new HoldfastError('usage', `"holdfast catalog" has no ${quote(action)}; ${near}`)
    }
    const environment = readEnvironment({ home: fileURLToPath(new URL('../../../', import.meta.url)) })
    const given = options.catalog === undefined ? undefined : needText(options.catalog, '--catalog')
    const config = options.config === undefined ? undefined : needText(options.config, '--config')
    const url = given === undefined ? catalogUrl(environment) : catalogAddress(given)
    const { openCatalog } = await import('../../db/index.ts')
    const catalog = await openCatalog({ url, clock: context.clock })
    try {
      return print(context, await rebuild(catalog, environment, config, context))
    } finally {
      await catalog.close()
    }
  },
})

/** The document that names the repositories, with the environment's values over it. */
async function documentFor(
  { db }: Catalog,
  environment: Environment,
  file: string | undefined,
): Promise<ConfigDocument> {
  if (file !== undefined) return parseDocument(readConfigFile(file), file).document
  const newest = await db.configVersion.findFirst({ orderBy: { version: 'desc' }, select: { document: true } })
  if (newest) return parseDocument(newest.document, "the catalog's newest configuration").document
  const { configFile, dataDir } = environment
  if (configFile === undefined) return defaultDocument({ dataDir })
  if (!existsSync(configFile)) throw new HoldfastError('not_found', `There is no configuration file ${configFile}`)
  return parseDocument(readConfigFile(configFile), configFile).document
}

async function rebuild(
  catalog: Catalog,
  environment: Environment,
  file: string | undefined,
  { out, clock }: Context,
): Promise<readonly RebuildOutcome[]> {
  const [{ systemActor }, { createAudit }, { createRepositoriesService, plansOf }, { createSnapshotsService }] =
    await Promise.all([
      import('../../auth/actor.ts'),
      import('../../services/audit/audit.ts'),
      import('../../services/repositories/index.ts'),
      import('../../services/snapshots/index.ts'),
    ])
  const audit = createAudit(catalog, clock)
  const log = createLogger({ level: 'error', clock, fallback: (line) => out.detail(line) })
  const deps = { catalog, clock, audit, log }
  const repositories = createRepositoriesService({ ...deps, variable: environment.secret })
  try {
    const { document } = effective(await documentFor(catalog, environment, file), environment)
    const { repository, keyFile } = dataPaths(environment.dataDir)
    const plans = plansOf(document, { defaultStorage: repository, defaultKey: keyFile })
    await catalog.transaction((tx) => repositories.ensureFromDocument(tx, plans))
    const outcomes = await createSnapshotsService({ ...deps, repositories }).rebuild()
    await audit.record({
      actor: systemActor('holdfast catalog rebuild'),
      action: 'catalog.rebuild',
      result: outcomes.every(({ error }) => error === undefined) ? 'success' : 'failure',
      details: outcomes.map(documentOf),
    })
    return outcomes
  } finally {
    await repositories.close()
  }
}

const documentOf = ({ name, outcome, error }: RebuildOutcome) => ({
  repository: name,
  added: outcome?.added.length ?? 0,
  removed: outcome?.removed ?? 0,
  damaged: outcome?.damaged ?? [],
  error: error === undefined ? null : messageOf(error),
})

function print({ out }: Context, outcomes: readonly RebuildOutcome[]): number {
  for (const { name, outcome, error } of outcomes) {
    if (!outcome) {
      out.error(`${name}: ${messageOf(error)}`)
      continue
    }
    out.line(`${name}: ${plural(outcome.added.length, 'snapshot')} added, ${outcome.removed} removed`)
    for (const { snapshotId, message } of outcome.damaged) out.error(`${name}: snapshot ${snapshotId}: ${message}`)
  }
  out.document({ repositories: outcomes.map(documentOf) })
  const whole = outcomes.every(({ outcome }) => outcome?.damaged.length === 0)
  return whole ? exit.done : exit.partly
}
