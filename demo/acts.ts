// What people and accidents do in the simulated company. Every act is real: files go, packs rot, services are asked.
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { Actor } from '#server/auth/actor.ts'
import { HoldfastError } from '#server/contract/errors.ts'
import { DATA } from '#server/engine/crypto/chunk-id.ts'
import { rebuildIndex } from '#server/engine/index/rebuild.ts'
import { packKey } from '#server/engine/pack/writer.ts'
import { dateOf } from '#server/lib/clock.ts'
import type { RestoreInput } from '#server/services/restores/index.ts'
import type { Company } from './company.ts'
import { type Places, type RepositoryName, repositoryNames } from './document.ts'
import type { People } from './people.ts'
import type { Simulation } from './simulation.ts'

/** Appends to a file until it is ended, as fast as it can. */
const WRITER = `
const { writeSync, openSync } = require('node:fs')
const { parentPort, workerData } = require('node:worker_threads')
const file = openSync(workerData, 'a')
writeSync(file, '.')
parentPort.postMessage('begun')
for (;;) writeSync(file, '.')
`

export class Acts {
  readonly #simulation: Simulation
  readonly #company: Company
  readonly #people: People
  readonly #places: Places
  #writer: Worker | undefined

  constructor(simulation: Simulation, company: Company, people: People, places: Places) {
    this.#simulation = simulation
    this.#company = company
    this.#people = people
    this.#places = places
  }

  get #services() {
    return this.#simulation.app.services
  }

  get #db() {
    return this.#simulation.app.catalog.db
  }

  /** Where a file system is taken away and comes back. */
  take(folder: string): void {
    fs.renameSync(folder, `${folder}.gone`)
  }

  bringBack(folder: string): void {
    fs.renameSync(`${folder}.gone`, folder)
  }

  /** A source that is there, and empty: what a mount leaves behind. */
  empty(source: string): void {
    this.take(this.#company.pathOf(source))
    fs.mkdirSync(this.#company.pathOf(source))
  }

  /** Some program writes to a large file of a source, and does not stop. */
  async beginToWrite(source: string): Promise<void> {
    const file = path.join(this.#company.pathOf(source), 'queue.log')
    fs.writeFileSync(file, 'accepted a message for delivery\n'.repeat(200_000))
    const writer = new Worker(WRITER, { eval: true, workerData: file })
    this.#writer = writer
    await new Promise((resolve) => writer.once('message', resolve))
  }

  async stopWriting(source: string): Promise<void> {
    await this.#writer?.terminate()
    fs.rmSync(path.join(this.#company.pathOf(source), 'queue.log'), { force: true })
  }

  /** Bytes of a pack rot. @returns what puts it right again */
  async damage(name: RepositoryName): Promise<{ readonly pack: string; mend(): void }> {
    const { id, location } = await this.#db.repository.findUniqueOrThrow({ where: { name } })
    const repository = await this.#services.repositories.open(id)
    try {
      await repository.loadIndexToRead()
      const pack = repository.packs.find(({ chunkClass }) => chunkClass === DATA)
      if (!pack) throw new HoldfastError('internal', `The repository "${name}" has no pack that could be damaged`)
      const file = path.join(location, packKey(pack.id))
      const whole = fs.readFileSync(file)
      const rotten = Buffer.from(whole)
      for (let at = Math.floor(whole.length / 2), end = at + 16; at < end; at++) rotten[at] = (rotten[at] ?? 0) ^ 0x5a
      replace(file, rotten)
      return { pack: pack.id, mend: () => replace(file, whole) }
    } finally {
      await repository.storage.close()
    }
  }

  /** Every backup adds to the index; as one piece it is read sooner. */
  async tidyIndexes(): Promise<void> {
    for (const name of repositoryNames) {
      const { id } = await this.#db.repository.findUniqueOrThrow({ where: { name } })
      const repository = await this.#services.repositories.open(id)
      try {
        await rebuildIndex(repository)
      } finally {
        await repository.storage.close()
      }
    }
  }

  async verify(actor: Actor, name: RepositoryName, sample?: number): Promise<void> {
    const { id } = await this.#db.repository.findUniqueOrThrow({ where: { name } })
    await this.#services.runs.start(actor, { kind: 'verify', repositoryId: id, readData: true, sample })
    await this.#simulation.settle()
  }

  async backUpNow(schedule: string, type?: 'full'): Promise<string> {
    const { id } = await this.#db.schedule.findUniqueOrThrow({ where: { name: schedule } })
    const operator = await this.#people.actor('operator')
    const run = await this.#services.schedules.runNow(operator, { id, type })
    await this.#simulation.settle()
    return run.id
  }

  /** Starts a backup, thinks better of it, and cancels it while it works. */
  async cancelOne(schedule: string): Promise<void> {
    const operator = await this.#people.actor('operator')
    this.#simulation.beforeNextJob(async (id) => {
      await this.#services.runs.cancel(operator, { id })
      // The signal has to be there before the job looks.
      await sleep(1)
    })
    await this.backUpNow(schedule, 'full')
  }

  /** Every scheduled backup that failed since then is started again. */
  async retryFailed(since: number): Promise<void> {
    const operator = await this.#people.actor('operator')
    const failed = await this.#db.run.findMany({
      where: { state: 'failed', kind: 'backup', finishedAt: { gte: dateOf(since) } },
      select: { id: true },
    })
    for (const { id } of failed) {
      await this.#services.runs.retry(operator, { id })
      await this.#simulation.settle()
    }
  }

  /** Restores from the newest snapshot of a schedule. `file`: below its source. */
  async restore(
    schedule: string,
    source: string,
    options: { readonly file?: string; readonly to: string; readonly plan?: boolean } & Partial<RestoreInput['start']>,
  ): Promise<void> {
    const { file = '', to, plan = false, ...rest } = options
    const snapshot = await this.#db.snapshot.findFirstOrThrow({
      where: { scheduleName: schedule },
      orderBy: { time: 'desc' },
      select: { id: true },
    })
    const operator = await this.#people.actor('operator')
    const target = path.join(this.#places.restored, to)
    fs.mkdirSync(target, { recursive: true })
    const asked = {
      snapshot: snapshot.id,
      path: path.join(this.#company.pathOf(source), file),
      include: [],
      target,
      overwrite: 'if-changed' as const,
      ...rest,
    }
    const { restores } = this.#services
    await (plan ? restores.plan(operator, asked) : restores.start(operator, asked))
    await this.#simulation.settle()
  }

  /** Puts a folder that is not empty where a restored file is, so that the next restore can't replace it. */
  obstruct(to: string): void {
    const top = path.join(this.#places.restored, to)
    const file = fs
      .readdirSync(top, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .sort()[0]
    if (file === undefined) throw new HoldfastError('internal', `Nothing was restored to ${top}`)
    fs.rmSync(file)
    fs.mkdirSync(file)
    fs.writeFileSync(path.join(file, 'notes of somebody.txt'), 'Please do not delete.\n')
  }
}

/** A new file in the place of one that nobody may write. */
function replace(file: string, content: Buffer): void {
  const { mode } = fs.statSync(file)
  fs.rmSync(file)
  fs.writeFileSync(file, content, { mode })
}
