// Which looks at names were recorded a short while ago: their later pages are no events of their own. The cursor can't tell,
// for whoever asks makes it up as they like.
import { createHash } from 'node:crypto'
import type { Clock } from '../../lib/clock.ts'
import type { AuditEntry } from '../audit/index.ts'

/** So many are remembered, each for so long (ms). */
const KEPT = 10_000
const LASTS = 10 * 60_000

export type Look = Pick<AuditEntry, 'actor' | 'action' | 'target' | 'details'>

export type Looks = {
  /** Whether the same look of the same actor was recorded lately. False when it was forgotten: it is recorded again then. */
  known(look: Look): boolean
  /** To be called once it is in the trail. */
  remember(look: Look): void
}

export function createLooks(clock: Clock): Looks {
  /** When each was recorded, oldest first. */
  const recorded = new Map<string, number>()
  return {
    known(look) {
      const at = recorded.get(nameOf(look))
      return at !== undefined && Math.abs(clock.now() - at) < LASTS
    },
    remember(look) {
      const name = nameOf(look)
      recorded.delete(name)
      recorded.set(name, clock.now())
      const [oldest] = recorded.keys()
      if (recorded.size > KEPT && oldest !== undefined) recorded.delete(oldest)
    },
  }
}

/** A digest, for paths and patterns are as long as the caller likes. */
function nameOf({ actor, action, target, details }: Look): string {
  const text = JSON.stringify([actor.kind, actor.id, action, target?.kind, target?.id, details])
  return createHash('sha256').update(text).digest('base64')
}
