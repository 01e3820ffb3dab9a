// The verdict in words, and what can be done about an exception. Pure.
import { counted } from '../../patterns/format.ts'

type Severity = 'failed' | 'warning' | 'unknown'
export type Verdict = Severity | 'ok'

type Named = { readonly id: string; readonly name: string }

export type Exception = {
  readonly kind: string
  readonly severity: Severity
  readonly target:
    | (Named & {
        readonly kind: string
        /** Of a snapshot: the one that it lies in. */
        readonly repository?: Named | undefined
      })
    | null
  readonly runId: string | null
}

/** So old may the answer be before it says nothing about now (ms): it is asked for every minute. */
const FRESH = 3 * 60_000

/** @returns whether an answer stands for now: the server answers, it answered this question last, and not long ago */
export const isCurrent = (answer: { away: boolean; failed: boolean; at: number; now: number }): boolean =>
  !answer.away && !answer.failed && answer.now - answer.at < FRESH

/** One sentence. Well is only what is known to be well: an answer that may be old says nothing about now. */
export function sayVerdict(verdict: Verdict, exceptions: readonly Exception[], current: boolean): string {
  if (!current && verdict === 'ok') return 'All was well when the server answered last'
  if (verdict === 'ok') return 'All is well'
  const of = (severity: Severity): number => exceptions.filter((each) => each.severity === severity).length
  const failed = of('failed')
  const warning = of('warning')
  const unknown = of('unknown')
  const parts = [
    failed > 0 && counted(failed, 'failure'),
    warning > 0 && counted(warning, 'warning'),
    unknown > 0 && `${counted(unknown, 'thing')} not known`,
  ].filter((each) => each !== false)
  return parts.join(', ')
}

export const leadOf: Readonly<Record<Verdict, string>> = {
  ok: 'The last run of every schedule went well, every repository was verified with all data read, and every check found what it should.',
  failed: 'Something that should be protected is not, or may not come back. The worst stands first.',
  warning: 'Backups are made. These need a look before they become failures.',
  unknown: 'No failure is known. But some things could not be checked yet, so nobody can say that all is well.',
}

/** Of a verdict that is well: what came after the verifications is not proved by them. */
export const sayNewer = (snapshots: number): string | undefined =>
  snapshots === 0
    ? undefined
    : `${counted(snapshots, 'snapshot')} came after the last verification: the next one reads ${snapshots === 1 ? 'its' : 'their'} data.`

export type Fit =
  | { readonly kind: 'retry'; readonly runId: string }
  | { readonly kind: 'run'; readonly scheduleId: string }
  | { readonly kind: 'verify'; readonly repository: Named }
  | { readonly kind: 'check' }
  | { readonly kind: 'protect' }

/** What helps most; undefined where a look is all that can be offered. */
export function fitOf({ kind, target, runId }: Exception): Fit | undefined {
  if (runId !== null) return { kind: 'retry', runId }
  if ((kind === 'never_run' || kind === 'slot_overdue') && target) return { kind: 'run', scheduleId: target.id }
  const repository = repositoryOf(target)
  if (repository !== undefined) return { kind: 'verify', repository }
  if (kind === 'health') return { kind: 'check' }
  return kind === 'nothing_protected' ? { kind: 'protect' } : undefined
}

function repositoryOf(target: Exception['target']): Named | undefined {
  if (target?.kind !== 'repository') return target?.repository
  const { id, name } = target
  return { id, name }
}

const pages: Readonly<Record<string, string>> = {
  run: '/runs',
  schedule: '/schedules',
  repository: '/repositories',
  snapshot: '/snapshots',
}

/** The page of what an exception is about. */
export function hrefOf({ kind, target }: Exception): string | undefined {
  if (kind === 'check_switched_off') return '/settings'
  const page = target === null ? undefined : pages[target.kind]
  return page === undefined || target === null ? undefined : `${page}/${target.id}`
}

const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/

/** The instants in a message of the server, and the text around them: every second part is one. */
export const partsOf = (message: string): string[] => message.split(new RegExp(`(${INSTANT.source})`))
