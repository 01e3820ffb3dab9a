// The composition root: every service, the runtime and sign-in, made once and put together. Nothing here decides anything.
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Access, type AccessDeps, authUrlOf, createAccess, systemActor } from './auth/index.ts'
import { catalogUrl, dataPaths } from './config/defaults.ts'
import { effective } from './config/effective.ts'
import type { Environment } from './config/environment.ts'
import { announceAuthUrl } from './config/next-auth.ts'
import { ownPaths } from './config/own-paths.ts'
import type { ConfigDocument } from './contract/config/document.ts'
import { oidcPlan } from './contract/config/plans/access.ts'
import { listenerPlans } from './contract/config/plans/listeners.ts'
import { secretUses } from './contract/config/plans/secrets.ts'
import { loggingPlan } from './contract/config/plans/work.ts'
import { HoldfastError } from './contract/errors.ts'
import type { Catalog } from './db/index.ts'
import { openCatalog } from './db/index.ts'
import { type Clock, dateOf } from './lib/clock.ts'
import type { Logger } from './lib/logger.ts'
import { addressOfRequest } from './listeners/index.ts'
import type { StartJob } from './runtime/child.ts'
import { createEvents } from './runtime/events.ts'
import { createRuntime, type Runtime } from './runtime/lifecycle.ts'
import { createApiKeysService } from './services/api-keys/index.ts'
import { createAuditService } from './services/audit/index.ts'
import { createHealthService, createHeartbeats, healthSwitches } from './services/health/index.ts'
import { createMetricsService } from './services/metrics/index.ts'
import { createNotificationsService, createRunNotices } from './services/notifications/index.ts'
import { createOverviewService } from './services/overview/index.ts'
import { applyPolicies, createPoliciesService } from './services/policies/index.ts'
import { createProfileService } from './services/profile/index.ts'
import { createRecoveryKitService } from './services/recovery-kit/index.ts'
import { createRepositoriesService, plansOf } from './services/repositories/index.ts'
import { createRestoresService } from './services/restores/index.ts'
import { createJobHandlers, createRunStore, createRunsService, createVerdicts } from './services/runs/index.ts'
import { applyDocument, createScheduleStore, createSchedulesService } from './services/schedules/index.ts'
import { createSessionsService } from './services/sessions/index.ts'
import { createSettingsService } from './services/settings/index.ts'
import { createSetupService } from './services/setup/index.ts'
import { createSnapshotsService } from './services/snapshots/index.ts'
import { createUsersService } from './services/users/index.ts'

import { type GivenFile, takeOver } from './take-over.ts'

export type AppOptions = {
  readonly environment: Environment
  readonly clock: Clock
  readonly log: Logger
  /** At least 32 random bytes that are kept outside of the catalog. */
  readonly secret: Uint8Array
  /** What becomes version 1 of the configuration when the catalog has none. */
  readonly firstDocument: ConfigDocument
  /** A file whose configuration is taken over first, for all that follows is made from it. */
  readonly given?: GivenFile | undefined
  readonly version: string
  /** How jobs are started; absent: each as a process of its own. */
  readonly startJob?: StartJob | undefined
}

export type App = {
  readonly catalog: Catalog
  readonly services: Services
  readonly runtime: Runtime
  readonly access: Access
  readonly provider: { readonly label: string; readonly origin: string } | undefined
  /** The configuration that counts now. */
  document(): ConfigDocument
  /** Ends what runs, then closes the catalog. Resolves when all is closed. */
  close(): Promise<void>
}

export type Services = Awaited<ReturnType<typeof createServices>>

const starter = systemActor('server start')
const JOB_HOST = fileURLToPath(new URL('./jobs/host.ts', import.meta.url))

/**
 * Opens the catalog and puts everything together; nothing runs and nothing listens yet.
 * @throws what opening the catalog throws; `usage` for a configuration that is no longer allowed
 */
export async function createApp(options: AppOptions): Promise<App> {
  const { environment, clock, log } = options
  const catalog = await openCatalog({ url: catalogUrl(environment), clock })
  try {
    return await assemble(options, catalog)
  } catch (error) {
    await catalog.close()
    log.error('The server could not be put together', { error })
    throw error
  }
}

async function assemble(options: AppOptions, catalog: Catalog): Promise<App> {
  const { environment, log, secret } = options
  const services = await createServices(options, catalog)
  const { document, runtime, heartbeat: _, ...rest } = services
  const { publicUrl } = listenerPlans(document()).console
  announceAuthUrl(authUrlOf(publicUrl))
  const oidc = oidcPlan(document())
  const settings = oidc && { ...oidc, clientSecret: clientSecret(oidc.secretVariable, environment) }
  const key = systemKey(document(), environment)
  const deps: AccessDeps = {
    catalog,
    clock: options.clock,
    audit: rest.audit.trail,
    log,
    secret,
    publicUrl,
    ...(settings ? { oidc: settings } : {}),
    ...(key ? { systemKey: key } : {}),
  }
  return {
    catalog,
    services,
    runtime,
    access: createAccess(deps, addressOfRequest),
    provider: oidc && { label: oidc.name, origin: new URL(oidc.issuer).origin },
    document,
    async close() {
      await runtime.stop()
      await rest.health.close()
      await rest.repositories.close()
      await rest.audit.close()
      await catalog.close()
    },
  }
}

function clientSecret(variable: string | null, environment: Environment): string {
  if (variable === null) return ''
  const value = environment.secret(variable)
  if (value !== undefined) return value
  throw new HoldfastError('usage', `authentication.oidc needs its client's secret in the variable ${variable}`)
}

/** The API key that the configuration names, when the environment has it. */
function systemKey(document: ConfigDocument, environment: Environment): AccessDeps['systemKey'] {
  const { variable } = listenerPlans(document).api.apiKey
  const key = variable === null ? undefined : environment.secret(variable)
  return variable === null || key === undefined ? undefined : { key, name: variable }
}

/** The log as the configuration says; values of the variables that it names never appear in it, whatever they look like. */
function setUpLog(log: Logger, document: ConfigDocument, environment: Environment): void {
  log.configure(loggingPlan(document))
  for (const { variable } of secretUses(document)) log.hide(environment.secret(variable) ?? '')
}

async function createServices(options: AppOptions, catalog: Catalog) {
  const { environment, clock, log, secret, version } = options
  const { dataDir } = environment
  const paths = dataPaths(dataDir)
  const events = createEvents(clock)
  const audit = createAuditService({ catalog, clock, log, anchorPath: `${dataDir}/audit-anchor.json` })
  const common = { catalog, clock, log, audit: audit.trail }

  const settings = createSettingsService({ ...common, env: environment })
  const repositories = createRepositoriesService({ ...common, variable: environment.secret })
  const places = { defaultStorage: paths.repository, defaultKey: paths.keyFile }
  settings.project((tx, wanted) => repositories.ensureFromDocument(tx, plansOf(wanted, places)))
  settings.project((tx, wanted) => applyPolicies(tx, wanted, dateOf(clock.now())))
  settings.project((tx, wanted, actor) => applyDocument(tx, wanted, { actor, audit: audit.trail, now: clock.now() }))

  let current = effective(options.firstDocument, environment).document
  const document = (): ConfigDocument => current
  settings.onChange((change) => {
    current = change.effective
    setUpLog(log, current, environment)
    events.publish({ kind: 'config', id: String(change.version) })
  })
  const first = { document: options.firstDocument, reason: 'The first start', origin: 'initial' as const }
  current = (await settings.initialize(starter, first)).effective
  if (options.given) await takeOver(settings, starter, options.given, dataDir)
  setUpLog(log, current, environment)

  const snapshots = createSnapshotsService({ ...common, repositories })
  const heartbeat = createHeartbeats(clock)
  const notifications = createNotificationsService({ ...common, publish: events.publish })
  const notices = createRunNotices(notifications)
  const protectedPaths = (): string[] => ownPaths(dataDir, catalogUrl(environment), current)
  const runtime = createRuntime({
    runs: heartbeat.watchRuns(createRunStore(catalog, createVerdicts({ repositories, snapshots }), notices)),
    schedules: heartbeat.watchSchedules(createScheduleStore({ catalog, clock, document, notices })),
    handlers: createJobHandlers({
      catalog,
      clock,
      document,
      program: `holdfast ${version}`,
      protectedPaths,
      repositories,
      snapshots,
      publish: events.publish,
    }),
    host: { program: JOB_HOST, environment: environment.forJobs, start: options.startJob },
    clock,
    log,
    events,
  })
  const working = { ...common, queue: runtime.queue, publish: events.publish }
  const recoveryKit = createRecoveryKitService({ ...common, document, defaultKey: paths.keyFile, secret, version })
  const { publicUrl } = listenerPlans(current).console
  const health = createHealthService({
    ...common,
    catalogUrl: catalogUrl(environment),
    anchor: audit.anchor,
    heartbeats: heartbeat,
    openRepository: repositories.open,
    switches: () => healthSwitches(current),
    notify: notifications.create,
  })
  return {
    apiKeys: createApiKeysService(common),
    audit,
    document,
    events,
    health,
    heartbeat,
    metrics: createMetricsService({ catalog }),
    notifications,
    overview: createOverviewService({ catalog, clock, health }),
    policies: createPoliciesService({ catalog }),
    profile: createProfileService({ ...common, secret }),
    recoveryKit,
    repositories,
    restores: createRestoresService({ ...working, document, folder: join(dirname(dataDir), 'restores') }),
    runs: createRunsService(working),
    runtime,
    schedules: createSchedulesService({ ...working, settings, protectedPaths }),
    sessions: createSessionsService(common),
    settings,
    setup: createSetupService({ catalog, recoveryKit }),
    snapshots,
    users: createUsersService({ ...common, publicUrl }),
  }
}
