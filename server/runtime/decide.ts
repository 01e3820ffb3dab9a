// What is done about the slots of a schedule that are due: at most one runs, what else came due is recorded as missed with the reason. Pure.
import { isoTime } from '../lib/clock.ts'
import { nextSlots, slotsBetween, type Timetable } from './slots.ts'
import type { Advance, CatchUp, SlotDecision } from './types.ts'

const MINUTE = 60_000
/** The scheduler looks once a minute: a slot that is found this late was not missed. */
export const ON_TIME_MS = 2 * MINUTE
/** A clock that was put back further than this is believed, and slots are counted from what it shows now. */
export const AHEAD_MS = 2 * MINUTE
/** Missed slots that get a run of their own to be seen by; of a long time down the newest ones. */
const RECORDED = 100

export type Situation = {
  readonly times: Timetable
  /** Up to here slots are dealt with; null for a new schedule, whose past is none of its business. */
  readonly handledUntil: number | null
  readonly now: number
  readonly catchUp: CatchUp
  readonly windowMs: number
  readonly paused: boolean
  /** Whether a run of the schedule waits or works. */
  readonly busy: 'queued' | 'running' | undefined
}

export function decide(situation: Situation): Advance {
  const { times, now, paused } = situation
  const [nextSlot = null] = nextSlots(times, now, 1)
  const decisions = paused ? [] : decisionsFor(situation, dueSlots(situation))
  return { decisions, handledUntil: now, nextSlot }
}

type Due = { readonly slots: readonly number[]; readonly unlisted: number }

/** The slots that came due since the last look, the newest ones of very many. */
function dueSlots({ times, handledUntil, now }: Situation): Due {
  const after = Math.min(handledUntil ?? now, now)
  const slots: number[] = []
  let count = 0
  for (const slot of slotsBetween(times, after, now)) {
    slots[count++ % RECORDED] = slot
  }
  return { slots: slots.sort((a, b) => a - b), unlisted: count - slots.length }
}

function decisionsFor(situation: Situation, { slots, unlisted }: Due): SlotDecision[] {
  const newest = slots.at(-1)
  if (newest === undefined) return []
  const last = decisionForNewest(newest, situation)
  const before = slots.slice(0, -1).map((slot, i): SlotDecision => {
    const more = i === 0 && unlisted > 0 ? `; ${unlisted} slots before it were missed as well` : ''
    return { slot, action: 'miss', reason: `${whyMissed(slot, last, situation)}${more}` }
  })
  return [...before, last]
}

function decisionForNewest(slot: number, { now, catchUp, windowMs, busy }: Situation): SlotDecision {
  const miss = (reason: string): SlotDecision => ({ slot, action: 'miss', reason })
  const late = now - slot
  const onTime = late <= ON_TIME_MS
  if (!onTime && catchUp === 'skip') return miss('The server was not running, and the schedule does not catch up')
  if (!onTime && catchUp === 'within_window' && late > windowMs) {
    const minutes = (ms: number): number => Math.round(ms / MINUTE)
    return miss(
      `The server was not running; ${minutes(late)} minutes are more than the ${minutes(windowMs)} within which the schedule catches up`,
    )
  }
  if (busy === 'running') return miss('The run before it was still at work')
  if (busy === 'queued') return miss('The run before it was still waiting')
  return { slot, action: 'run', trigger: onTime ? 'schedule' : 'catch_up' }
}

function whyMissed(slot: number, last: SlotDecision, { now }: Situation): string {
  const why = now - slot <= ON_TIME_MS ? 'The next slot had come already' : 'The server was not running'
  return last.action === 'run' ? `${why}; the run of ${isoTime(last.slot)} stands in for it` : why
}
