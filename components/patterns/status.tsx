// The one vocabulary of states. A state has a word, a shape and a colour, in this order of weight: nobody has to tell colours apart.
import { AlertTriangle, Ban, Check, CircleDashed, CircleHelp, Clock, Info, LoaderCircle, Minus, X } from 'lucide-react'
import type { ComponentType } from 'react'
import { classNames } from '../ui/class-names.ts'

export type Status = 'ok' | 'warning' | 'failed' | 'missed' | 'running' | 'unknown' | 'waiting' | 'off'

type Look = {
  word: string
  icon: ComponentType<{ className?: string; 'aria-hidden'?: boolean }>
  text: string
  soft: string
  solid: string
}

const grey = { text: 'text-unknown', soft: 'bg-unknown-soft', solid: 'bg-unknown' }

export const statusLooks: Readonly<Record<Status, Look>> = {
  ok: { word: 'OK', icon: Check, text: 'text-ok', soft: 'bg-ok-soft', solid: 'bg-ok' },
  warning: { word: 'Warning', icon: AlertTriangle, text: 'text-warning', soft: 'bg-warning-soft', solid: 'bg-warning' },
  failed: { word: 'Failed', icon: X, text: 'text-failed', soft: 'bg-failed-soft', solid: 'bg-failed' },
  missed: { word: 'Missed', icon: CircleDashed, text: 'text-missed', soft: 'bg-missed-soft', solid: 'bg-missed' },
  running: { word: 'Running', icon: LoaderCircle, text: 'text-running', soft: 'bg-running-soft', solid: 'bg-running' },
  unknown: { word: 'Unknown', icon: CircleHelp, ...grey },
  waiting: { word: 'Waiting', icon: Clock, ...grey },
  off: { word: 'Off', icon: Minus, ...grey },
}

/** Words of the API -> the vocabulary. What is not in it is unknown: never green by mistake. */
const translations: Readonly<Record<string, Status>> = {
  ok: 'ok',
  succeeded: 'ok',
  success: 'ok',
  active: 'ok',
  healthy: 'ok',
  open: 'ok',
  warning: 'warning',
  degraded: 'warning',
  expired: 'warning',
  failed: 'failed',
  damaged: 'failed',
  orphaned: 'failed',
  failure: 'failed',
  denied: 'failed',
  critical: 'failed',
  error: 'failed',
  missed: 'missed',
  running: 'running',
  queued: 'waiting',
  cancelled: 'off',
  paused: 'off',
  disabled: 'off',
  revoked: 'off',
  none: 'off',
  info: 'off',
}
const special: Readonly<Record<string, { word?: string; icon?: Look['icon'] }>> = {
  cancelled: { word: 'Cancelled', icon: Ban },
  paused: { word: 'Paused' },
  disabled: { word: 'Disabled' },
  revoked: { word: 'Revoked' },
  queued: { word: 'Queued' },
  damaged: { word: 'Damaged' },
  orphaned: { word: 'Lost', icon: X },
  denied: { word: 'Denied', icon: Ban },
  expired: { word: 'Expired' },
  critical: { word: 'Critical' },
  info: { word: 'Info', icon: Info },
  succeeded: { word: 'Succeeded' },
  success: { word: 'Success' },
  active: { word: 'Active' },
  open: { word: 'Open' },
}

export const statusOf = (state: string): Status => translations[state] ?? 'unknown'
export const wordOf = (state: string): string => special[state]?.word ?? statusLooks[statusOf(state)].word

/** A badge. `state` is a word of the API; `word` says it in other words where that helps. */
export function StatusBadge({ state, word, quiet }: { state: string; word?: string; quiet?: boolean }) {
  const status = statusOf(state)
  const look = statusLooks[status]
  const Icon = special[state]?.icon ?? look.icon
  return (
    <span
      className={classNames(
        'inline-flex h-fit items-center gap-1 rounded-md text-sm font-medium whitespace-nowrap',
        look.text,
        !quiet && `${look.soft} px-1.5 py-0.5`,
      )}
    >
      <Icon aria-hidden className={classNames('size-3.5 shrink-0', status === 'running' && 'animate-spin')} />
      {word ?? wordOf(state)}
    </span>
  )
}

/** Only the shape, with the word for readers. */
export function StatusIcon({ state, className }: { state: string; className?: string }) {
  const status = statusOf(state)
  const Icon = special[state]?.icon ?? statusLooks[status].icon
  return (
    <span className={classNames('inline-flex', statusLooks[status].text)}>
      <Icon aria-hidden className={classNames('size-4', status === 'running' && 'animate-spin', className)} />
      <span className="sr-only">{wordOf(state)}</span>
    </span>
  )
}
