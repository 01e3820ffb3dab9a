// The walker's side of the scout: what the thread ahead has opened, listed and looked at, handed out in order. Purely a cache: for what is not
// there the walker does it all itself.

import { constants } from 'node:fs'
import { MessageChannel, type MessagePort, receiveMessageOnPort, type Worker } from 'node:worker_threads'
import { endThread, startThread } from '../../lib/threads.ts'
import { closeFd, O_PATH, openAt } from '../posix/at.ts'
import { STAT_WORDS, type Stat } from '../posix/stat.ts'
import type { Xattr } from '../tree/entry.ts'
import type { Handle, Names } from './directory.ts'
import { type ScoutedDirectory, type ScoutInit, type ScoutReport, type ScoutTask, SHARED } from './scouting.ts'

/** In megabytes; it has few objects at a time. */
const YOUNG_GENERATION = 4

/** An open directory, and what was seen in it. */
export class Scouted {
  readonly fd: number
  readonly names: Names
  readonly xattrs: readonly Xattr[]
  readonly problem: string | undefined
  readonly #looks: Uint32Array
  readonly #from: number

  /** `from`: where the looks at its names begin in `looks`. */
  constructor({ fd, names, count, xattrs, problem }: ScoutedDirectory, looks: Uint32Array, from: number) {
    this.fd = fd
    this.names = count === 0 ? [] : names.split('/')
    this.xattrs = xattrs
    this.problem = problem
    this.#looks = looks
    this.#from = from
  }

  /** Fills in what lstat said of the name at `index`. @returns false when nobody has looked there */
  look(index: number, stat: Stat): boolean {
    const at = this.#from + index * STAT_WORDS
    if (this.#looks[at] === 0) return false
    stat.load(this.#looks, at)
    return true
  }
}

type Waiting = { readonly directory: ScoutedDirectory; readonly looks: Uint32Array; readonly from: number }

export class Scout {
  readonly #worker: Worker
  readonly #port: MessagePort
  readonly #shared = new Int32Array(new SharedArrayBuffer(Object.keys(SHARED).length * 4))
  readonly #queue: Waiting[] = []
  /** Places where it was begun and not yet ended. */
  #pending = 0
  #dead = false
  #closed = false
  #wake: (() => void) | undefined

  /** `excludes` and `skip` as for the walk. */
  constructor(excludes: readonly string[], skip: ReadonlySet<string>) {
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    const init: ScoutInit = { port: port2, shared: this.#shared, excludes, skip }
    this.#worker = startThread(new URL('./scout-thread.ts', import.meta.url), {
      workerData: init,
      transferList: [port2],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION },
      stdout: false,
    })
    this.#port.on('message', (report: ScoutReport) => this.#receive(report))
    // Whatever it was, the walker meets it too if it matters.
    this.#worker.on('error', () => this.#end())
    this.#worker.on('exit', () => this.#end())
  }

  /** Lets it run through the directory `name` of `up` and all below, of which `take` is going to be asked. */
  begin(up: Handle, name: string, place: Omit<ScoutTask, 'upFd' | 'place'>): void {
    if (this.#dead) return
    this.#pending++
    const upFd = openAt(up.fd, '.', O_PATH | constants.O_DIRECTORY)
    this.#worker.postMessage({ ...place, upFd, place: up.prefix + name } satisfies ScoutTask)
  }

  /** The directory of that path, whose descriptor is the caller's then. Must be asked in the order of a walk, with `begin` before. */
  async take(path: string): Promise<Scouted | undefined> {
    for (;;) {
      const head = this.#queue[0]
      if (head) {
        const order = comparePaths(head.directory.path, path)
        if (order > 0) return undefined
        this.#queue.shift()
        this.#passed(head)
        if (order === 0) return new Scouted(head.directory, head.looks, head.from)
        closeFd(head.directory.fd)
      } else if (!this.#poll()) {
        if (this.#pending === 0) return undefined
        await this.#report()
      }
    }
  }

  /** Ends it; what it has opened and nobody took is closed. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    Atomics.store(this.#shared, SHARED.stop, 1)
    Atomics.notify(this.#shared, SHARED.taken)
    while (this.#pending > 0) if (!this.#poll()) await this.#report()
    for (const { directory } of this.#queue.splice(0)) closeFd(directory.fd)
    this.#port.close()
    await endThread(this.#worker)
  }

  /** The walker is past these. To wake the scout once a report will do. */
  #passed({ directory, from }: Waiting): void {
    Atomics.add(this.#shared, SHARED.directories, 1)
    Atomics.add(this.#shared, SHARED.taken, directory.count)
    if (from === 0) Atomics.notify(this.#shared, SHARED.taken)
  }

  /** Takes in a report that is there. */
  #poll(): boolean {
    const received = receiveMessageOnPort(this.#port) as { message: ScoutReport } | undefined
    if (received) this.#receive(received.message)
    return received !== undefined
  }

  /** Until something is reported, or never will be. */
  async #report(): Promise<void> {
    if (this.#dead) return
    Atomics.store(this.#shared, SHARED.waiting, 1)
    await new Promise<void>((resolve) => {
      this.#wake = resolve
    })
    Atomics.store(this.#shared, SHARED.waiting, 0)
  }

  #receive({ directories, looks, ended }: ScoutReport): void {
    let from = 0
    for (const directory of directories) {
      this.#queue.push({ directory, looks, from })
      from += directory.count * STAT_WORDS
    }
    if (ended) this.#pending--
    this.#wake?.()
  }

  #end(): void {
    this.#dead = true
    this.#pending = 0
    this.#wake?.()
  }
}

/** As a walk meets them: a directory before what is in it, and all of that before what comes after. */
function comparePaths(a: string, b: string): number {
  if (a === b) return 0
  return a.replaceAll('/', '\0') < b.replaceAll('/', '\0') ? -1 : 1
}
