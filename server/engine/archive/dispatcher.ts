// Gives tasks to the lanes and takes their results in, one after the other: whatever builds trees never overlaps.
import { HoldfastError } from '../../contract/errors.ts'
import type { Pool } from '../workers/pool.ts'
import type { ArchiveResult, ArchiveTask } from './tasks.ts'

/** Tasks that wait in each lane, so that it never idles while the walk goes on. */
const LANE_QUEUE = 3

export class Dispatcher {
  readonly #pool: Pool<ArchiveTask, ArchiveResult>
  readonly #grow: () => void
  readonly #ready: (() => Promise<void>)[] = []
  #wake: (() => void) | undefined
  #inFlight = 0
  #failure: unknown

  /** `grow` is called before each task: it makes room in the chunk table. */
  constructor(pool: Pool<ArchiveTask, ArchiveResult>, grow: () => void) {
    this.#pool = pool
    this.#grow = grow
  }

  /** Whether a lane could use another task. */
  get hasRoom(): boolean {
    return this.#pool.load < LANE_QUEUE
  }

  /** Gives a task to a lane; `done` runs in its turn when the answer is there. */
  give(task: ArchiveTask, done: (result: ArchiveResult) => Promise<void>): void {
    this.#grow()
    this.#inFlight++
    this.#pool
      .run(task)
      .then((result) => this.later(() => done(result)))
      .catch((error: unknown) => {
        this.#failure ??= error
      })
      .finally(() => {
        this.#inFlight--
        this.#wake?.()
      })
  }

  /** Work that is to be done in its turn. */
  later(work: () => Promise<void>): void {
    this.#ready.push(work)
  }

  /** The work whose turn it is. @throws what a lane threw */
  next(): (() => Promise<void>) | undefined {
    if (this.#failure !== undefined) throw this.#failure
    // Trees are claimed without any task: a source may have nothing but directories and links.
    this.#grow()
    return this.#ready.shift()
  }

  /** Until a lane answers. */
  async wait(): Promise<void> {
    if (this.#inFlight === 0) throw new HoldfastError('internal', 'The backup has nothing to wait for')
    await new Promise<void>((resolve) => {
      this.#wake = resolve
    })
  }
}
