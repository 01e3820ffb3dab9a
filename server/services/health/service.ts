// backup_service_availability: queue and scheduler are at work, and nothing waits that should not.
import type { Catalog } from '../../db/index.ts'
import { type Clock, dateOf, isoTime } from '../../lib/clock.ts'
import type { Heartbeats } from './heartbeats.ts'
import { type Check, type Finding, failed, ok, starting, warning, worstOf } from './types.ts'

const MINUTE = 60_000
/** The queue asks every few seconds, the scheduler every minute. */
const QUEUE_SILENT_MS = MINUTE
const SCHEDULER_SILENT_MS = 3 * MINUTE
/** A run that is due should have begun by then, unless all lanes are busy. */
const WAITING_MS = 30 * MINUTE
/** A lease is renewed long before it ends; this long after its end somebody should have noticed. */
const LOST_MS = 5 * MINUTE

export function serviceCheck(catalog: Catalog, clock: Clock, heartbeats: Heartbeats): Check {
  const started = clock.now()
  return async () => {
    const now = clock.now()
    const pulse = (name: string, at: number | undefined, silent: number): Finding =>
      pulseOf(name, at, silent, started, now)
    return worstOf([
      pulse('queue', heartbeats.queue, QUEUE_SILENT_MS),
      pulse('scheduler', heartbeats.scheduler, SCHEDULER_SILENT_MS),
      ...(await stuckRuns(catalog, now)),
    ])
  }
}

function pulseOf(name: string, at: number | undefined, silent: number, started: number, now: number): Finding {
  const remedy = `Look in the log for what stops the ${name}, then restart the server`
  if (at === undefined)
    return now - started < silent
      ? starting(`The ${name} is starting; it is looked at again in a moment`)
      : failed(`The ${name} has not reported since the server started at ${isoTime(started)}`, remedy)
  if (now - at > silent) return failed(`The ${name} has not reported since ${isoTime(at)}`, remedy)
  return ok(`The ${name} is at work`)
}

async function stuckRuns(catalog: Catalog, now: number): Promise<Finding[]> {
  const [waiting, lost] = await Promise.all([
    catalog.db.run.findFirst({
      where: { state: 'queued', notBefore: { lt: dateOf(now - WAITING_MS) } },
      select: { id: true, notBefore: true },
    }),
    catalog.db.run.findFirst({
      where: { state: 'running', leaseUntil: { lt: dateOf(now - LOST_MS) } },
      select: { id: true, leaseUntil: true },
    }),
  ])
  const since = (at: Date | null): string => (at ? isoTime(at.getTime()) : 'some time')
  return [
    ...(waiting
      ? [
          warning(
            `Run ${waiting.id} has been waiting since ${since(waiting.notBefore)}`,
            'See what the running jobs are busy with; let more run at once, or cancel some',
          ),
        ]
      : []),
    ...(lost
      ? [
          warning(
            `Run ${lost.id} counts as running, but nobody has tended it since ${since(lost.leaseUntil)}`,
            'Restart the server: it finds such runs, and marks or repeats them',
          ),
        ]
      : []),
  ]
}
