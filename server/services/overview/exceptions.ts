// What is not as it should be, from the states of schedules, repositories and health checks. Pure: same states, same exceptions.
import { isoTime } from '../../lib/clock.ts'
import type { Health } from '../health/index.ts'
import type { HealthState } from '../health/types.ts'
import type { RepositoryState, ScheduleState } from './queries.ts'

export const exceptionKinds = [
  'run_failed',
  'run_warning',
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
  /** Since when, as far as it is known. */
  readonly since: string | null
  /** What it is about: a schedule, run, snapshot, repository or check. */
  readonly target: { readonly kind: string; readonly id: string; readonly name: string } | null
}

/** The scheduler looks every minute; a slot that is past by this much was overlooked (ms). */
const OVERDUE = 10 * 60_000
/** A repository is verified at least so often (ms). */
const REVERIFIED_WITHIN = 30 * 86_400_000

export function scheduleExceptions(schedules: readonly ScheduleState[], now: number): Exception[] {
  if (schedules.length > 0) return schedules.flatMap((schedule) => [...ofSchedule(schedule, now)])
  const message = 'There is no schedule: nothing is backed up by itself'
  return [{ kind: 'nothing_protected', severity: 'unknown', message, since: null, target: null }]
}

function* ofSchedule(schedule: ScheduleState, now: number): Generator<Exception> {
  const { id, name, enabled, pausedAt, pausedBy, createdAt, nextSlot, last } = schedule
  const target = { kind: 'schedule', id, name }
  if (!enabled || pausedAt !== null) {
    const how = enabled
      ? `is paused${pausedBy === null ? '' : ` by ${pausedBy}`}`
      : 'is switched off in the configuration'
    const since = pausedAt === null ? null : isoTime(pausedAt)
    yield {
      kind: 'schedule_paused',
      severity: 'warning',
      message: `${name} ${how}: it backs up nothing`,
      since,
      target,
    }
  } else if (nextSlot !== null && now - nextSlot > OVERDUE) {
    const message = `${name} should have run at ${isoTime(nextSlot)}, and nothing was done about it`
    yield { kind: 'slot_overdue', severity: 'failed', message, since: isoTime(nextSlot), target }
  }
  if (last) yield* ofLastRun(schedule, last)
  else if (enabled) {
    const message = `${name} has not run yet`
    yield { kind: 'never_run', severity: 'unknown', message, since: isoTime(createdAt), target }
  }
}

function* ofLastRun(schedule: ScheduleState, last: NonNullable<ScheduleState['last']>): Generator<Exception> {
  if (last.state === 'succeeded') return
  const { name, lastSuccess } = schedule
  const since = isoTime(last.at)
  const target = { kind: 'run', id: last.id, name }
  const why = last.errorMessage === null ? '' : `: ${last.errorMessage}`
  const before = lastSuccess ? `the last good backup is of ${isoTime(lastSuccess.at)}` : 'there is no good backup yet'
  if (last.state === 'warning')
    yield {
      kind: 'run_warning',
      severity: 'warning',
      message: `The last run of ${name} ended with a warning${why}`,
      since,
      target,
    }
  else if (last.state === 'missed') {
    const slot = isoTime(last.slot ?? last.at)
    yield {
      kind: 'slot_missed',
      severity: 'failed',
      message: `${name} missed its slot of ${slot}; ${before}`,
      since: slot,
      target,
    }
  } else
    yield {
      kind: 'run_failed',
      severity: 'failed',
      message: `The last run of ${name} failed${why}; ${before}`,
      since,
      target,
    }
}

export const repositoryExceptions = (repositories: readonly RepositoryState[], now: number): Exception[] =>
  repositories.flatMap((repository) => [...ofRepository(repository, now)])

function* ofRepository(repository: RepositoryState, now: number): Generator<Exception> {
  const { id, name, verifyState, lastVerifiedAt, unverified, damaged } = repository
  const since = lastVerifiedAt === null ? null : isoTime(lastVerifiedAt)
  if (verifyState === 'damaged') {
    const message = `The last verification of ${name} found damage`
    yield { kind: 'repository_damaged', severity: 'failed', message, since, target: { kind: 'repository', id, name } }
  } else if (repository.hasSnapshots) yield* ofVerification(repository, now)
  if (damaged) {
    const message = `The snapshot of ${isoTime(damaged.time)} in ${name} is damaged`
    const target = { kind: 'snapshot', id: damaged.id, name: damaged.snapshotId }
    yield { kind: 'snapshot_damaged', severity: 'failed', message, since: isoTime(damaged.time), target }
  }
  if (unverified) {
    const message = `The snapshot of ${isoTime(unverified.time)} in ${name} was never verified`
    const target = { kind: 'snapshot', id: unverified.id, name: unverified.snapshotId }
    yield { kind: 'snapshot_unverified', severity: 'warning', message, since: isoTime(unverified.time), target }
  }
}

function* ofVerification(
  { id, name, verifyState, lastVerifiedAt }: RepositoryState,
  now: number,
): Generator<Exception> {
  const target = { kind: 'repository', id, name }
  if (verifyState !== 'ok' || lastVerifiedAt === null) {
    const message = `${name} was never verified as a whole: whether its backups can be restored is not known`
    yield { kind: 'repository_unverified', severity: 'unknown', message, since: null, target }
  } else if (now - lastVerifiedAt > REVERIFIED_WITHIN) {
    const since = isoTime(lastVerifiedAt)
    const message = `${name} was verified last at ${since}, more than 30 days ago`
    yield { kind: 'repository_verified_long_ago', severity: 'warning', message, since, target }
  }
}

/** Somebody decided which checks are switched off; what they would say is then not known, which is told once for all of them. */
export function healthExceptions({ checks }: Health): Exception[] {
  const found: Exception[] = []
  const off = checks.filter(({ enabled }) => !enabled).map(({ name }) => name.replaceAll('_', ' '))
  if (off.length > 0) {
    const message = `The check of ${off.join(', ')} is switched off in the configuration`
    found.push({ kind: 'check_switched_off', severity: 'unknown', message, since: null, target: null })
  }
  for (const { name, enabled, state, reason, remedy, checkedAt } of checks) {
    if (!enabled || state === 'ok') continue
    const message = `${name.replaceAll('_', ' ')}: ${reason}${remedy === null ? '' : `. ${remedy}`}`
    found.push({
      kind: 'health',
      severity: state,
      message,
      since: checkedAt,
      target: { kind: 'check', id: name, name },
    })
  }
  return found
}
