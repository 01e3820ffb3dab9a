// Health checks: what each says, and what all of them need.
import type { ConfigDocument } from '../../contract/config/document.ts'

export const healthChecks = [
  'storage_connectivity',
  'backup_service_availability',
  'encryption_functionality',
  'catalog_integrity',
] as const
export type HealthCheckName = (typeof healthChecks)[number]

export type HealthSwitches = Readonly<Partial<Record<HealthCheckName, boolean | undefined>>>

/** Which checks the configuration switches off; what it does not name is on. */
export const healthSwitches = ({ monitoring }: ConfigDocument): HealthSwitches =>
  monitoring?.enabled === false
    ? Object.fromEntries(healthChecks.map((name) => [name, false]))
    : (monitoring?.health_checks ?? {})

/** `unknown`: not looked at yet, too long ago, switched off, or it could not be found out. Never taken for ok. */
export const healthStates = ['ok', 'warning', 'failed', 'unknown'] as const
export type HealthState = (typeof healthStates)[number]

/** What a check found. */
export type Finding = {
  readonly state: HealthState
  /** What is the case, for people. */
  readonly reason: string
  /** What to do about it; null when there is nothing to do. */
  readonly remedy: string | null
  /** It was too early to look: it is looked at again within seconds. */
  readonly early?: true
}

export type HealthResult = Omit<Finding, 'early'> & {
  readonly name: HealthCheckName
  /** False: switched off in monitoring.health_checks. */
  readonly enabled: boolean
  /** ISO 8601; null before the first time, and while that was too early. */
  readonly checkedAt: string | null
}

/** @param deep also what takes long: on demand, and now and then */
export type Check = (signal: AbortSignal, deep: boolean) => Promise<Finding>

const worst: readonly HealthState[] = ['failed', 'warning', 'unknown', 'ok']

/** The worst of some states; `unknown` for none. */
export const worstState = (states: readonly HealthState[]): HealthState =>
  worst.find((state) => states.includes(state)) ?? 'unknown'

const MAX_NAMED = 5

/** Several findings as one: the worst state, and what those in that state say. */
export function worstOf(findings: readonly Finding[]): Finding {
  const state = worstState(findings.map((finding) => finding.state))
  const same = findings.filter((finding) => finding.state === state)
  const more = same.length > MAX_NAMED ? ` (and ${same.length - MAX_NAMED} more)` : ''
  const remedies = [...new Set(same.map(({ remedy }) => remedy).filter((remedy) => remedy !== null))]
  return {
    state,
    ...(state === 'unknown' && same.some(({ early }) => early) && { early: true as const }),
    reason: `${same
      .slice(0, MAX_NAMED)
      .map(({ reason }) => reason)
      .join('; ')}${more}`,
    remedy: remedies.length === 0 ? null : remedies.slice(0, MAX_NAMED).join('; '),
  }
}

export const ok = (reason: string): Finding => ({ state: 'ok', reason, remedy: null })
export const warning = (reason: string, remedy: string): Finding => ({ state: 'warning', reason, remedy })
export const failed = (reason: string, remedy: string): Finding => ({ state: 'failed', reason, remedy })
export const unknown = (reason: string, remedy: string | null = null): Finding => ({ state: 'unknown', reason, remedy })
export const starting = (reason: string): Finding => ({ ...unknown(reason), early: true })
