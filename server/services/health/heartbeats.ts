// Signs of life of queue and scheduler: when they last asked their store and got an answer.
import type { Clock } from '../../lib/clock.ts'
import type { RunStore, ScheduleStore } from '../../runtime/types.ts'

export type Heartbeats = {
  /** Milliseconds since 1970; undefined before the first. */
  readonly queue: number | undefined
  readonly scheduler: number | undefined
  /** The same store; asking for runs through it is a sign of life of the queue. */
  watchRuns(store: RunStore): RunStore
  watchSchedules(store: ScheduleStore): ScheduleStore
}

export function createHeartbeats(clock: Clock): Heartbeats {
  let queue: number | undefined
  let scheduler: number | undefined
  return {
    get queue() {
      return queue
    },
    get scheduler() {
      return scheduler
    },
    watchRuns: (store) => ({
      ...store,
      async claim(...args) {
        const claimed = await store.claim(...args)
        queue = clock.now()
        return claimed
      },
      // Asked first of all, for runs that were lost with the server before.
      async running() {
        const running = await store.running()
        queue = clock.now()
        return running
      },
      async renew(...args) {
        const renewed = await store.renew(...args)
        queue = clock.now()
        return renewed
      },
    }),
    watchSchedules: (store) => ({
      ...store,
      async due(...args) {
        const due = await store.due(...args)
        scheduler = clock.now()
        return due
      },
    }),
  }
}
