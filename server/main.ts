// The server's process: prepares the ground, puts the app together, listens, runs jobs, and ends in good order.
import fs from 'node:fs'
import path from 'node:path'
import { type App, createApp } from './app.ts'
import { systemActor } from './auth/actor.ts'
import { dataPaths } from './config/defaults.ts'
import { type Environment, readEnvironment } from './config/environment.ts'
import { demandSecrets } from './config/secrets.ts'
import { listenerPlans } from './contract/config/plans/listeners.ts'
import { loggingPlan } from './contract/config/plans/work.ts'
import { codeOf, errorCatalogue, messageOf } from './contract/errors.ts'
import { prepareGround, writePrivate } from './first-start.ts'
import { isoTime, systemClock } from './lib/clock.ts'
import { createLogger, type Logger } from './lib/logger.ts'
import { createListeners, type Listeners } from './listeners/index.ts'
import { keyLine, recoveryKit } from './services/recovery-kit/kit.ts'

const root = path.join(import.meta.dirname, '..')
const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string }
const starter = systemActor('server start')

/** For whoever started it; everything else goes to the log. */
const tell = (line: string): void => void process.stdout.write(`${line}\n`)

async function main(): Promise<void> {
  const environment = readEnvironment({ home: root })
  const ground = prepareGround(environment)
  const log = createLogger({ ...loggingPlan(ground.firstDocument), clock: systemClock })
  const app = await createApp({ environment, clock: systemClock, log, version, ...ground })
  const ending = new Ending(app, log)
  try {
    await takeOver(app, ground.given)
    for (const missing of demandSecrets(app.document(), environment)) log.warn('A variable is not set', { missing })
    await prepareRepositories(app, log)
    const kit = await writeKit(app, environment, ground.kitPath)
    ending.listeners = await createListeners({
      app: { services: app.services, access: app.access, provider: app.provider },
      config: {
        plans: () => listenerPlans(app.document()),
        onChange: (listener) => app.services.settings.onChange(() => listener()),
        tlsFolder: path.join(environment.dataDir, 'tls'),
      },
      log,
      clock: systemClock,
    })
    await app.runtime.start()
    app.services.health.start()
    await app.services.audit.trail.record({
      actor: starter,
      action: 'server.start',
      result: 'success',
      details: { version },
    })
    await greet(app, ending.listeners, kit)
  } catch (error) {
    log.error('The server could not start', { error })
    await ending.end()
    throw error
  }
}

/** Takes over a configuration file that says something else than what was taken over last. */
async function takeOver(app: App, given: { path: string; text: string } | undefined): Promise<void> {
  if (!given) return
  const { settings } = app.services
  const { items } = await settings.list(starter, { limit: 200 })
  const last = items.find(({ origin }) => origin === 'import' || origin === 'initial')
  const { differences } = await settings.check(starter, { text: given.text })
  const same = last && (await settings.get(starter, { version: last.version })).document
  if (differences.length === 0 || (same && (await saysTheSame(app, given.text, same)))) return
  await settings.import(starter, { text: given.text, name: given.path, reason: `The file ${given.path} changed` })
}

async function saysTheSame({ services: { settings } }: App, text: string, document: unknown): Promise<boolean> {
  const checked = await settings.check(starter, { text })
  return JSON.stringify(checked.document) === JSON.stringify(document)
}

/** A repository that can't be opened is no reason not to start: its backups fail and say so, and the health checks are red. */
async function prepareRepositories({ services }: App, log: Logger): Promise<void> {
  const { items } = await services.repositories.list(starter, { limit: 200, archived: false })
  for (const { id, name, type } of items) {
    if (type !== 'local') continue
    try {
      await services.repositories.makeReady(starter, { id })
      await services.snapshots.sync(id)
    } catch (error) {
      log.error(`The repository "${name}" is not ready`, { error })
      tell(`WARNING: the repository "${name}" is not ready: ${messageOf(error)}`)
    }
  }
}

/** @returns where the kit is; undefined where the key is no file, so that there is nothing to print */
async function writeKit(
  { services, document }: App,
  { dataDir }: Environment,
  file: string,
): Promise<string | undefined> {
  const management = document().encryption?.key_management
  const keyFile = management?.file_path ?? dataPaths(dataDir).keyFile
  if ((management?.source ?? 'file') !== 'file' || !fs.existsSync(keyFile)) return undefined
  if (fs.existsSync(file)) return file
  const { items } = await services.repositories.list(starter, { limit: 200, archived: false })
  const key = { path: keyFile, line: keyLine(fs.readFileSync(keyFile)) }
  writePrivate(file, recoveryKit({ madeAt: isoTime(systemClock.now()), version, repositories: items, key }))
  return file
}

async function greet({ services, document }: App, listeners: Listeners, kit: string | undefined): Promise<void> {
  const { publicUrl } = listenerPlans(document()).console
  tell(`Holdfast ${version}`)
  tell(`  console       ${publicUrl}  (listens on ${listeners.console.host}:${listeners.console.port})`)
  if (listeners.api) tell(`  API           ${listeners.api.host}:${listeners.api.port}/api/trpc`)
  if (kit) {
    tell(`  recovery kit  ${kit}`)
    tell('                Print it or copy it to a safe place: without the key nobody can restore.')
  }
  const link = await services.users.createSetupLink()
  if (link) {
    tell('  There is no administrator yet. This link makes the first one; it works once, for a day:')
    tell(`    ${link.url}`)
  }
  tell('Ready. Ctrl-C (SIGINT) ends it in good order.')
}

/** SIGTERM and SIGINT: the first lets jobs reach a safe point, the second ends them. SIGHUP reads certificates anew. */
class Ending {
  listeners: Listeners | undefined
  readonly #app: App
  readonly #log: Logger
  #asked = false

  constructor(app: App, log: Logger) {
    this.#app = app
    this.#log = log
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => this.#ask(signal))
    process.on('SIGHUP', () => void this.listeners?.reload())
  }

  #ask(signal: string): void {
    if (this.#asked) {
      this.#app.runtime.kill()
      return
    }
    this.#asked = true
    tell(`${signal}: jobs go on to a safe point; once more ends them at once`)
    this.end().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    )
  }

  async end(): Promise<void> {
    await this.listeners?.close()
    await this.#app.close()
    this.#log.info('The server ended')
    this.#log.close()
  }
}

function fail(error: unknown): never {
  process.stderr.write(`holdfast serve: ${messageOf(error)}\n`)
  process.exit(errorCatalogue[codeOf(error)].exit)
}

await main().catch(fail)
