// Health: four checks that run now and then and on demand; what is not known to be well is not shown as well.
import type { Actor } from '../../auth/actor.ts'
import { messageOf } from '../../contract/errors.ts'
import type { Catalog } from '../../db/index.ts'
import { type Clock, isoTime } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import type { AnchorKeeper } from '../audit/anchor.ts'
import type { Audit } from '../audit/audit.ts'
import type { NewNotification } from '../notifications/index.ts'
import { catalogCheck } from './catalog.ts'
import { encryptionCheck, type OpenRepository } from './encryption.ts'
import type { Heartbeats } from './heartbeats.ts'
import { serviceCheck } from './service.ts'
import { storageCheck } from './storage.ts'
import {
  type Check,
  type Finding,
  failed,
  type HealthCheckName,
  type HealthResult,
  type HealthState,
  type HealthSwitches,
  healthChecks,
  starting,
  unknown,
  worstState,
} from './types.ts'

export { createHeartbeats, type Heartbeats } from './heartbeats.ts'
export {
  type HealthCheckName,
  type HealthResult,
  type HealthState,
  healthChecks,
  healthStates,
  healthSwitches,
} from './types.ts'

export type Health = {
  /** The worst of the checks that are switched on; `unknown` when all are off. */
  readonly verdict: HealthState
  readonly checks: readonly HealthResult[]
}

export type HealthService = {
  /** What the last looks found. */
  get(actor: Actor): Promise<Health>
  /** Looks now, at everything: the whole file of the catalog, the whole audit trail. */
  run(actor: Actor): Promise<Health>
  /** Looks now, then at every interval. */
  start(): void
  /** Resolves when a look that was going on is over. */
  close(): Promise<void>
}

export type HealthOptions = {
  readonly catalog: Catalog
  readonly catalogUrl: string
  readonly clock: Clock
  readonly log: Logger
  readonly audit: Audit
  readonly anchor: AnchorKeeper
  readonly heartbeats: Heartbeats
  readonly openRepository: OpenRepository
  /** monitoring.health_checks as it is now; what is absent is on. */
  readonly switches: () => HealthSwitches
  /** Told when a check fails, and when it is well again. */
  readonly notify?: ((notification: NewNotification) => Promise<unknown>) | undefined
  /** Milliseconds between looks; default 5 minutes. */
  readonly everyMs?: number | undefined
  /** What a check may take; default a minute, on demand ten. */
  readonly withinMs?: number | undefined
}

const MINUTE = 60_000
/** What was too early is looked at again after this. */
const SOON = 3_000
/** So many intervals without a new result make it `unknown`. */
const STALE = 3

type Known = { readonly finding: Finding; readonly at: number }

export function createHealthService(options: HealthOptions): HealthService {
  const { clock, log, audit, everyMs = 5 * MINUTE } = options
  const told = new Map<HealthCheckName, HealthState>()
  const known = new Map<HealthCheckName, Known>()
  const running = new Map<HealthCheckName, Promise<void>>()
  const ending = new AbortController()
  const checks = checksOf(options, ending.signal)
  let timer: NodeJS.Timeout | undefined
  let soon: NodeJS.Timeout | undefined

  const look = async (name: HealthCheckName, deep: boolean): Promise<void> => {
    const withinMs = options.withinMs ?? (deep ? 10 * MINUTE : MINUTE)
    const finding = await within(checks[name], withinMs, deep, ending.signal)
    if (ending.signal.aborted) return
    known.set(name, { finding, at: clock.now() })
    if (finding.early) soon = setTimeout(() => inBackground(lookOnce(name, false)), SOON).unref()
    await tell(options, name, told, finding)
  }
  /** Looks that overlap are one; one on demand waits for the plain one, and then looks itself. */
  const lookOnce = async (name: HealthCheckName, deep: boolean): Promise<void> => {
    const current = running.get(name)
    if (current) await current
    if (current && !deep) return
    const next = look(name, deep).finally(() => running.delete(name))
    running.set(name, next)
    await next
  }
  const lookAtAll = (deep: boolean): Promise<unknown> =>
    Promise.all(healthChecks.filter((name) => options.switches()[name] !== false).map((name) => lookOnce(name, deep)))
  const inBackground = (looking: Promise<unknown>): void => {
    looking.catch((error: unknown) => log.error('The health checks failed', { error }))
  }
  const lookInBackground = (): void => inBackground(lookAtAll(false))
  const result = (name: HealthCheckName): HealthResult => {
    const enabled = options.switches()[name] !== false
    const last = known.get(name)
    const checkedAt = last ? isoTime(last.at) : null
    const finding = enabled ? current(last, clock.now(), everyMs) : unknown('Switched off in monitoring.health_checks')
    const { early, ...found } = finding
    return { name, enabled, ...found, checkedAt: early ? null : checkedAt }
  }
  const get = (): Health => {
    const results = healthChecks.map(result)
    return { verdict: worstState(results.filter(({ enabled }) => enabled).map(({ state }) => state)), checks: results }
  }
  return {
    get: async () => get(),
    async run(actor) {
      await lookAtAll(true)
      const health = get()
      const details = Object.fromEntries(health.checks.map(({ name, state }) => [name, state]))
      try {
        await audit.record({ actor, action: 'health.run', result: 'success', details })
      } catch (error) {
        // A catalog that takes no writes is what somebody wants to read here.
        log.error('That the health checks were run could not be recorded', { error })
      }
      return health
    },
    start() {
      if (timer) return
      timer = setInterval(lookInBackground, everyMs)
      timer.unref()
      lookInBackground()
    },
    async close() {
      clearInterval(timer)
      clearTimeout(soon)
      ending.abort(new Error('The server is shutting down'))
      await Promise.allSettled(running.values())
    },
  }
}

const checksOf = (options: HealthOptions, ending: AbortSignal): Record<HealthCheckName, Check> => ({
  storage_connectivity: storageCheck(options.catalog, options.clock),
  backup_service_availability: serviceCheck(options.catalog, options.clock, options.heartbeats),
  encryption_functionality: encryptionCheck(options.catalog, options.openRepository),
  catalog_integrity: catalogCheck({ ...options, ending }),
})

function current(last: Known | undefined, now: number, everyMs: number): Finding {
  if (!last) return starting('It is being looked at')
  if (Math.abs(now - last.at) <= STALE * everyMs) return last.finding
  return unknown(
    `Not looked at since ${isoTime(last.at)}; then: ${last.finding.reason}`,
    'Look now; if it stays like this, look in the log for what holds the check up',
  )
}

/** A check that throws or takes too long has failed: it could not show that all is well. */
async function within(check: Check, ms: number, deep: boolean, ending: AbortSignal): Promise<Finding> {
  const timeout = AbortSignal.timeout(ms)
  const signal = AbortSignal.any([timeout, ending])
  const late = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  try {
    return await Promise.race([check(signal, deep), late])
  } catch (error) {
    if (timeout.aborted)
      return failed(
        `No answer within ${ms / 1000} s`,
        'See whether a disk, a network or a server hangs, and look in the log',
      )
    return failed(
      `The check itself failed: ${messageOf(error)}`,
      'Look in the log; report it if it is no fault of the machine',
    )
  }
}

/** Once when it begins, once when it ends; not again at every look, nor when it is not known how things are. */
async function tell(
  { log, notify }: HealthOptions,
  name: HealthCheckName,
  told: Map<HealthCheckName, HealthState>,
  { state, reason, remedy }: Finding,
): Promise<void> {
  if (state === 'unknown' || state === (told.get(name) ?? 'ok')) return
  told.set(name, state)
  const bad = state !== 'ok'
  const fields = { check: name, state, reason, remedy }
  if (bad) log.warn('A health check is not well', fields)
  else log.info('A health check is well again', fields)
  const words = name.replaceAll('_', ' ')
  try {
    await notify?.({
      kind: bad ? 'health.failed' : 'health.recovered',
      severity: state === 'failed' ? 'critical' : bad ? 'warning' : 'info',
      title: bad ? `Health: ${words}: ${state}` : `Health: ${words}: well again`,
      body: remedy === null ? reason : `${reason}. ${remedy}`,
      link: '/',
    })
  } catch (error) {
    log.error('A change of health could not be told', { error, ...fields })
  }
}
