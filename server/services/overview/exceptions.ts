// What is not as it should be, from the states of schedules, repositories and health checks. Pure: same states, same exceptions.
import { isPartial, REVERIFIED_WITHIN, sayUnproven } from '../../contract/verification.ts'
import { isoTime } from '../../lib/clock.ts'
import type { Health } from '../health/index.ts'
import type { HealthState } from '../health/types.ts'
import type { RepositoryState, ScheduleState, SnapshotState } from './queries.ts'
import { remedies, runRemedy } from './remedies.ts'

export const exceptionKinds = [
  'run_failed',
  'run_warning',
  'run_cancelled',
  'slot_missed',
  'slot_overdue',
  'never_run',
  'schedule_paused',
  'snapshot_unverified',
  'snapshot_damaged',
  'repository_damaged',
  'repository_unverified',
  'repository_verified_long_ago',
  'nothing_protected',
  'health',
  'check_switched_off',
] as const
export type ExceptionKind = (typeof exceptionKinds)[number]

export type Exception = {
  readonly kind: ExceptionKind
  readonly severity: Exclude<HealthState, 'ok'>
  readonly message: string
  /** What to do about it. */
  readonly remedy: string | null
  /** Since when, as far as it is known. */
  readonly since: string | null
  /** What it is about: a schedule, run, snapshot, repository or check. */
  readonly target: {
    readonly kind: string
    readonly id: string
    readonly name: string
    /** Of a snapshot: the one that it lies in. */
    readonly repository?: { readonly id: string; readonly name: string }
  } | null
  /** The run that failed, was missed or warns, which can be repeated. */
  readonly runId: string | null
}

/** The scheduler looks every minute; a slot that is past by this much was overlooked (ms). */
const OVERDUE = 10 * 60_000

export function scheduleExceptions(schedules: readonly ScheduleState[], now: number): Exception[] {
  if (schedules.length > 0) return schedules.flatMap((schedule) => [...ofSchedule(schedule, now)])
  const message = 'There is no schedule: nothing is backed up by itself'
  const remedy = remedies.nothingProtected
  return [{ kind: 'nothing_protected', severity: 'unknown', message, remedy, since: null, target: null, runId: null }]
}

function* ofSchedule(schedule: ScheduleState, now: number): Generator<Exception> {
  const { id, name, enabled, pausedAt, nextSlot, createdAt, last } = schedule
  const about = { target: { kind: 'schedule', id, name }, runId: null }
  if (!enabled || pausedAt !== null) yield { ...stopped(schedule), ...about }
  else if (nextSlot !== null && now - nextSlot > OVERDUE) {
    const since = isoTime(nextSlot)
    const message = `${name} should have run at ${since}, and nothing was done about it`
    yield { kind: 'slot_overdue', severity: 'failed', message, remedy: remedies.slotOverdue, since, ...about }
  }
  if (last) yield* ofLastRun(schedule, last)
  else if (enabled) {
    const message = `${name} has not run yet`
    const since = isoTime(createdAt)
    yield { kind: 'never_run', severity: 'unknown', message, remedy: remedies.neverRun, since, ...about }
  }
}

function stopped({ name, enabled, pausedAt, pausedBy }: ScheduleState): Omit<Exception, 'target' | 'runId'> {
  const by = pausedBy === null ? '' : ` by ${pausedBy}`
  const how = enabled ? `is paused${by}` : 'is switched off in the configuration'
  return {
    kind: 'schedule_paused',
    severity: 'warning',
    message: `${name} ${how}: it backs up nothing`,
    remedy: enabled ? remedies.paused : remedies.switchedOff,
    since: pausedAt === null ? null : isoTime(pausedAt),
  }
}

function* ofLastRun(schedule: ScheduleState, last: NonNullable<ScheduleState['last']>): Generator<Exception> {
  if (last.state === 'succeeded') return
  const { name, lastSuccess } = schedule
  const about = { since: isoTime(last.at), target: { kind: 'run', id: last.id, name }, runId: last.id }
  const why = last.errorMessage === null ? '' : `: ${last.errorMessage}`
  const before = lastSuccess ? `the last good backup is of ${isoTime(lastSuccess.at)}` : 'there is no good backup yet'
  const remedy = runRemedy(last.errorCode)
  if (last.state === 'warning') {
    const message = `The last run of ${name} ended with a warning${why}`
    yield { kind: 'run_warning', severity: 'warning', message, remedy, ...about }
  } else if (last.state === 'cancelled') {
    const message = `The last run of ${name} was cancelled, and made no snapshot; ${before}`
    yield { kind: 'run_cancelled', severity: 'warning', message, remedy: remedies.cancelled, ...about }
  } else if (last.state === 'missed') {
    const since = isoTime(last.slot ?? last.at)
    const message = `${name} missed its slot of ${since}; ${before}`
    yield { kind: 'slot_missed', severity: 'failed', message, remedy: remedies.slotMissed, ...about, since }
  } else {
    const message = `The last run of ${name} failed${why}; ${before}`
    yield { kind: 'run_failed', severity: 'failed', message, remedy, ...about }
  }
}

export const repositoryExceptions = (repositories: readonly RepositoryState[], now: number): Exception[] =>
  repositories.flatMap((repository) => [...ofRepository(repository, now)])

function* ofRepository(repository: RepositoryState, now: number): Generator<Exception> {
  const { id, name, verifyState, lastVerifiedAt, unverified, damaged } = repository
  const since = lastVerifiedAt === null ? null : isoTime(lastVerifiedAt)
  if (verifyState === 'damaged') {
    const message = `Damage was found in ${name}`
    const about = { since, target: { kind: 'repository', id, name }, runId: null }
    yield { kind: 'repository_damaged', severity: 'failed', message, remedy: remedies.repositoryDamaged, ...about }
  } else if (repository.hasSnapshots) yield* ofVerification(repository, now)
  if (damaged) {
    const message = `The snapshot of ${isoTime(damaged.time)} in ${name} is damaged`
    const remedy = remedies.snapshotDamaged
    yield { kind: 'snapshot_damaged', severity: 'failed', message, remedy, ...aboutSnapshot(repository, damaged) }
  }
  if (unverified) {
    const message = `The snapshot of ${isoTime(unverified.time)} in ${name} was never verified`
    const remedy = remedies.unverified
    yield {
      kind: 'snapshot_unverified',
      severity: 'warning',
      message,
      remedy,
      ...aboutSnapshot(repository, unverified),
    }
  }
}

const aboutSnapshot = ({ id: repositoryId, name }: RepositoryState, { id, snapshotId, time }: SnapshotState) => ({
  since: isoTime(time),
  target: { kind: 'snapshot', id, name: snapshotId, repository: { id: repositoryId, name } },
  runId: null,
})

function* ofVerification(
  { id, name, verifyState, lastVerifiedAt }: RepositoryState,
  now: number,
): Generator<Exception> {
  const about = { remedy: remedies.unverified, target: { kind: 'repository', id, name }, runId: null }
  if (verifyState !== 'ok' || lastVerifiedAt === null) {
    const depth = isPartial(verifyState) ? verifyState : undefined
    const since = depth === undefined || lastVerifiedAt === null ? null : isoTime(lastVerifiedAt)
    yield { kind: 'repository_unverified', severity: 'unknown', message: sayUnproven(name, depth), since, ...about }
  } else if (now - lastVerifiedAt > REVERIFIED_WITHIN) {
    const since = isoTime(lastVerifiedAt)
    const message = `${name} was verified last at ${since}, more than 30 days ago`
    yield { kind: 'repository_verified_long_ago', severity: 'warning', message, since, ...about }
  }
}

/** Somebody decided which checks are switched off; what they would say is then not known, which is told once for all of them. */
export function healthExceptions({ checks }: Health): Exception[] {
  const found: Exception[] = []
  const off = checks.filter(({ enabled }) => !enabled).map(({ name }) => name.replaceAll('_', ' '))
  if (off.length > 0) {
    const message = `The check of ${off.join(', ')} is switched off in the configuration`
    const remedy = remedies.checkSwitchedOff
    const about = { since: null, target: null, runId: null }
    found.push({ kind: 'check_switched_off', severity: 'unknown', message, remedy, ...about })
  }
  for (const { name, enabled, state, reason, remedy, checkedAt } of checks) {
    if (!enabled || state === 'ok') continue
    const message = `${name.replaceAll('_', ' ')}: ${reason}`
    const about = { since: checkedAt, target: { kind: 'check', id: name, name }, runId: null }
    found.push({ kind: 'health', severity: state, message, remedy, ...about })
  }
  return found
}
