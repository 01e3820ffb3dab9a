// The server's process: prepares the ground, puts the app together, listens, runs jobs, and ends in good order.
import fs from 'node:fs'
import path from 'node:path'
import { type App, createApp } from './app.ts'
import { systemActor } from './auth/actor.ts'
import { otherVariables, readEnvironment } from './config/environment.ts'
import { demandSecrets } from './config/secrets.ts'
import { overrides } from './contract/config/environment.ts'
import { listenerPlans } from './contract/config/plans/listeners.ts'
import { loggingPlan } from './contract/config/plans/work.ts'
import { codeOf, errorCatalogue, HoldfastError, messageOf } from './contract/errors.ts'
import { prepareGround, writePrivate } from './first-start.ts'
import { systemClock } from './lib/clock.ts'
import { createLogger, type Logger } from './lib/logger.ts'
import { createListeners, type Listeners } from './listeners/index.ts'
import { createNextRenderer, type PageRenderer } from './listeners/next.ts'
import { changeOf } from './services/recovery-kit/index.ts'

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
    for (const missing of demandSecrets(app.document(), environment)) log.warn('A variable is not set', { missing })
    await prepareRepositories(app, log)
    const dev = environment.consoleDev
    const renderer = await createNextRenderer(root, dev)
    ending.renderer = renderer
    const kit = await writeKit(app, ground.kitPath)
    ending.listeners = await createListeners({
      app: { services: app.services, access: app.access, provider: app.provider },
      config: {
        plans: () => listenerPlans(app.document()),
        onChange: (listener) => app.services.settings.onChange(() => listener()),
        tlsFolder: path.join(environment.dataDir, 'tls'),
      },
      pages: { renderer, version, dev },
      log,
      clock: systemClock,
    })
    app.services.settings.onChange(() => prepareNew(app, log))
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

/** A repository that can't be opened is no reason not to start: its backups fail and say so, and the health checks are red. */
async function prepareRepositories({ services }: App, log: Logger): Promise<void> {
  for (const { id, name } of await localRepositories(services)) {
    try {
      await services.repositories.makeReady(starter, { id })
      await services.snapshots.sync(id)
    } catch (error) {
      log.error(`The repository "${name}" is not ready`, { error })
      tell(`WARNING: the repository "${name}" is not ready: ${messageOf(error)}`)
    }
  }
}

/** One that a new configuration brings is made at once, not at the next start. */
async function prepareNew({ services }: App, log: Logger): Promise<void> {
  for (const { id, name, engineId } of await localRepositories(services)) {
    if (engineId !== null) continue
    await services.repositories
      .makeReady(starter, { id })
      .catch((error: unknown) => log.error(`The repository "${name}" is not ready`, { error }))
  }
}

async function localRepositories({ repositories }: App['services']) {
  const { items } = await repositories.list(starter, { limit: 200, archived: false })
  return items.filter(({ type }) => type === 'local')
}

/** @returns where the kit is; undefined where the key is no file, so that there is nothing to print */
async function writeKit({ services }: App, file: string): Promise<string | undefined> {
  const kit = await services.recoveryKit.text()
  if (kit === undefined) return undefined
  const old = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined
  const change = old === undefined ? undefined : changeOf(old, kit)
  if (change === 'none') return file
  if (old !== undefined && change === 'contents') {
    writePrivate(`${file}.old`, old)
    tell('NEW RECOVERY KIT: the key or the repositories changed. Print it again; the old one is kept beside it.')
  }
  writePrivate(file, kit)
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
  renderer: PageRenderer | undefined
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
    await this.renderer?.close()
    await this.#app.close()
    this.#log.info('The server ended')
    this.#log.close()
  }
}

function fail(error: unknown): never {
  process.stderr.write(`holdfast serve: ${messageOf(error)}\n`)
  process.exit(errorCatalogue[codeOf(error)].exit)
}

const variableLines = (lines: readonly (readonly [name: string, meaning: string])[]): string =>
  lines.map(([name, meaning]) => `  ${name.padEnd(36)}  ${meaning}`).join('\n')

const HELP = `holdfast serve [--help]

Runs the server: the console, the API, schedules and jobs. It ends in good order on SIGTERM or SIGINT; a second one ends running jobs at once.

Settings come from the configuration (docs/configuration.md) and these variables:
${variableLines(Object.entries(otherVariables))}

These count more than the configuration:
${variableLines(overrides.map(({ variable, allowed, keys }) => [variable, `${keys}: ${allowed}`]))}
`

const [word] = process.argv.slice(2)
if (word === '--help' || word === '-h') process.stdout.write(HELP)
else if (word !== undefined) fail(new HoldfastError('usage', `"${word}" is not known here; allowed is --help`))
else await main().catch(fail)
