// A server whose days pass in moments: the real services, scheduler and queue on a simulated clock, which jumps from one thing to do to the next.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { type App, createApp } from '#server/app.ts'
import { systemActor } from '#server/auth/actor.ts'
import { type Environment, readEnvironment } from '#server/config/environment.ts'
import { loggingPlan } from '#server/contract/config/plans/work.ts'
import { HoldfastError } from '#server/contract/errors.ts'
import { type Ground, prepareGround } from '#server/first-start.ts'
import { dateOf } from '#server/lib/clock.ts'
import { createLogger, type Logger } from '#server/lib/logger.ts'
import { Seeded } from '../bench/random.ts'
import { SimulatedClock } from './clock.ts'
import { demoDocument, type Places, type Ports } from './document.ts'
import { SimulatedJobs } from './jobs.ts'
import type { Killed } from './killed.ts'

const { version } = JSON.parse(fs.readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string
}
const starter = systemActor('server start')
/** How often it is looked whether a job has ended (ms of the real clock). */
const LOOK_MS = 1
/** The scheduler looks within so much of a slot (ms). */
const LATE_MS = 900

/** Something that happens at an instant of the simulated time. */
export type Beat = { readonly at: number; readonly what: () => Promise<void> }

export class Simulation {
  readonly clock: SimulatedClock
  readonly secret: Uint8Array
  readonly log: Logger
  readonly #environment: Environment
  readonly #ground: Ground
  readonly #jobs: SimulatedJobs
  readonly #random: Seeded
  readonly #killed: Omit<Killed, 'at'>
  readonly #beats: Beat[] = []
  #app: App | undefined

  /** Nothing runs yet: `start` is next. */
  constructor(places: Places, ports: Ports, seed: string, begin: number) {
    const { PATH = '' } = process.env
    this.clock = new SimulatedClock(begin)
    this.#killed = { folder: places.folder, ports, seed }
    this.#environment = readEnvironment({
      home: places.folder,
      variables: { HOLDFAST_DATA_DIR: places.dataDir, PATH },
    })
    this.#ground = { ...prepareGround(this.#environment), firstDocument: demoDocument(places, ports) }
    this.secret = this.#ground.secret
    this.log = createLogger({ ...loggingPlan(this.#ground.firstDocument), clock: this.clock })
    this.#random = new Seeded(`${seed} simulation`)
    this.#jobs = new SimulatedJobs(this.clock, seed)
    this.#jobs.recorded = async (id) => {
      while (this.#app?.runtime.queue.live(id)) await sleep(LOOK_MS)
    }
  }

  get app(): App {
    if (this.#app) return this.#app
    throw new HoldfastError('internal', 'The simulated server is off')
  }

  /** As main.ts does, but that nothing listens. */
  async start(): Promise<void> {
    const { clock, log } = this
    const options = { environment: this.#environment, clock, log, version, ...this.#ground }
    this.#app = await createApp({ ...options, startJob: this.#jobs.start })
    const { repositories, snapshots, audit } = this.#app.services
    for (const { id } of (await repositories.list(starter, { limit: 200, archived: false })).items) {
      await repositories.makeReady(starter, { id })
      await snapshots.sync(id)
    }
    await audit.trail.record({ actor: starter, action: 'server.start', result: 'success', details: { version } })
    await this.#app.runtime.queue.recover()
  }

  async stop(): Promise<void> {
    await this.#app?.close()
    this.#app = undefined
  }

  /** The server is off from now until then. */
  async off(until: number): Promise<void> {
    await this.stop()
    this.clock.to(until)
    await this.start()
  }

  /** The server is killed in the middle of the backup that comes next, in some moments, and is started again then. */
  async killed(until: number): Promise<void> {
    await this.stop()
    const what: Killed = { ...this.#killed, at: this.clock.now() }
    const program = new URL('./killed.ts', import.meta.url).pathname
    const { PATH = '' } = process.env
    const server = spawn(process.execPath, [program, JSON.stringify(what)], {
      env: { PATH },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const [[, signal], errors] = await Promise.all([once(server, 'close'), text(server.stderr)])
    if (signal !== 'SIGKILL') throw new HoldfastError('internal', `The server was to be killed, and ended: ${errors}`)
    this.clock.to(until)
    await this.start()
  }

  /** Has it done when its time comes. */
  at(at: number, what: () => Promise<void>): void {
    this.#beats.push({ at, what })
    this.#beats.sort((a, b) => a.at - b.at)
  }

  /** Has something done just before the next job begins to work. */
  beforeNextJob(what: (runId: string) => Promise<void>): void {
    this.#jobs.onNext = what
  }

  /** Has something done as soon as a backup has stored everything, before it writes its snapshot. */
  beforeNextSnapshot(what: () => void): void {
    this.#jobs.beforeSnapshot = what
  }

  /** Lets time pass: what the schedules want, what waits in the queue and what was planned is done in the order of its time. */
  async run(until: number): Promise<void> {
    for (;;) {
      const next = Math.min(await this.#nextSlot(), await this.#nextQueued(), this.#beats[0]?.at ?? Infinity)
      if (next > until) break
      this.clock.to(next)
      this.clock.pass(this.#random.below(LATE_MS))
      while ((this.#beats[0]?.at ?? Infinity) <= this.clock.now()) await this.#beats.shift()?.what()
      await this.app.runtime.scheduler.look()
      await this.settle()
    }
    this.clock.to(until)
  }

  /** Resolves when everything that waits has been done. */
  async settle(): Promise<void> {
    const { catalog, runtime } = this.app
    for (;;) {
      if (!this.#isBusy()) {
        const due = { state: 'queued', notBefore: { lte: dateOf(this.clock.now()) } }
        const waiting = await catalog.db.run.findFirst({
          where: { OR: [{ state: 'running' }, due] },
          select: { id: true },
        })
        if (!waiting) break
        runtime.queue.wake()
      }
      await sleep(LOOK_MS)
    }
  }

  #isBusy(): boolean {
    const { started } = this.#jobs
    for (const id of started) {
      if (this.app.runtime.queue.live(id)) return true
      started.delete(id)
    }
    return false
  }

  async #nextSlot(): Promise<number> {
    const row = await this.app.catalog.db.schedule.findFirst({
      where: { removedAt: null, enabled: true, nextSlot: { not: null } },
      orderBy: { nextSlot: 'asc' },
      select: { nextSlot: true },
    })
    return row?.nextSlot?.getTime() ?? Infinity
  }

  async #nextQueued(): Promise<number> {
    const row = await this.app.catalog.db.run.findFirst({
      where: { state: 'queued' },
      orderBy: { notBefore: 'asc' },
      select: { notBefore: true },
    })
    return row?.notBefore.getTime() ?? Infinity
  }
}
