// Which answers of the API a live event may change. Pure.
import type { LiveEvent } from '#server/contract/events.ts'

/** A router, or one procedure of it. */
type Touched = readonly string[]

/** What lies in a snapshot never changes: what happens touches which ones there are, and what is found among them. */
const fixed: ReadonlySet<string> = new Set([
  'snapshots.browse',
  'snapshots.entry',
  'snapshots.diff',
  'snapshots.preview',
])

const touched: Readonly<Record<Exclude<LiveEvent['kind'], 'resync'>, Touched>> = {
  run: [
    'runs',
    'overview',
    'schedules',
    'restores',
    'repositories',
    'snapshots.list',
    'snapshots.sources',
    'snapshots.get',
    'metrics',
    'setup',
  ],
  schedule: ['schedules', 'overview', 'policies', 'setup'],
  snapshot: [
    'snapshots.list',
    'snapshots.sources',
    'snapshots.get',
    'snapshots.find',
    'snapshots.versions',
    'repositories',
    'overview',
    'setup',
  ],
  // A change of health is told as a notification, and by nothing else.
  notification: ['notifications', 'overview', 'health'],
  config: ['settings', 'schedules', 'policies', 'repositories', 'overview', 'setup'],
}

/** Of these nothing changes without an event. Others are measured, or read and changed in ways that no event tells. */
const told: ReadonlySet<string> = new Set(['runs', 'schedules', 'restores', 'snapshots', 'policies', 'settings'])
/** But these say what lies on a disk, or depend on the time of day. */
const untold: ReadonlySet<string> = new Set(['schedules.folders', 'schedules.preview', 'restores.suggest'])

/** So many runs are remembered; to forget one costs a round of fetching. */
const REMEMBERED = 200

/**
 * Says what each event touches. Progress comes several times a second for each run: it touches nothing as long as the run's state is the one
 * of the event before.
 */
export function createTouches(): (event: Exclude<LiveEvent, { kind: 'resync' }>) => Touched {
  const states = new Map<string, string>()
  return (event) => {
    if (event.kind !== 'run') return touched[event.kind]
    const same = states.get(event.id) === event.state
    states.delete(event.id)
    states.set(event.id, event.state)
    for (const oldest of states.keys()) {
      if (states.size <= REMEMBERED) break
      states.delete(oldest)
    }
    return same && event.progress !== undefined ? [] : touched.run
  }
}

/** @param path of the procedure that a query asks, e.g. ['runs', 'list'] */
export const isTouched = (path: unknown, what: ReadonlySet<string>): boolean =>
  Array.isArray(path) && (what.has(path[0]) || what.has(`${path[0]}.${path[1]}`))

/** Whether an answer stays true for ever. */
export const isFixed = (path: unknown): boolean => Array.isArray(path) && fixed.has(`${path[0]}.${path[1]}`)

/** Whether events tell all that changes an answer: with a stream of them it needs no look at another time. */
export const isTold = (path: unknown): boolean =>
  Array.isArray(path) && told.has(path[0]) && !untold.has(`${path[0]}.${path[1]}`)
