// Makes a demo: a company with its files, and a Holdfast that has protected them for ninety days. For the command, for tests and for screenshots.
import fs from 'node:fs'
import path from 'node:path'
import { HoldfastError } from '#server/contract/errors.ts'
import { systemClock } from '#server/lib/clock.ts'
import { Acts } from './acts.ts'
import { DAY, MINUTE } from './clock.ts'
import { Company } from './company.ts'
import { type Places, type Ports, placesOf } from './document.ts'
import { type Account, newAccounts, People } from './people.ts'
import { makeHistory, multiply } from './scale.ts'
import { Simulation } from './simulation.ts'
import { plan } from './story.ts'

export type DemoOptions = {
  /** How many days have passed; 90 unless said otherwise, 5 at least. */
  readonly days?: number | undefined
  /** So many times as many rows are in the catalog, for measuring; what is added has no files behind it. */
  readonly scale?: number | undefined
  /** When it ends: now, unless said otherwise (milliseconds since 1970). */
  readonly end?: number | undefined
  readonly seed?: string | undefined
  /** Where its server listens, on 127.0.0.1 only. */
  readonly ports?: Ports | undefined
  /** Is told how far it is. */
  readonly say?: ((line: string) => void) | undefined
}

/** What there is of a demo, kept in its folder. */
export type Demo = {
  /** The data folder for `holdfast serve`. */
  readonly dataDir: string
  readonly url: string
  readonly accounts: readonly Account[]
  readonly days: number
  readonly scale: number
}

export const demoPorts: Ports = { console: 3100, api: 8181 }
export const fewestDays = 5

/** The demo in a folder; undefined when there is none, or one that was not finished. */
export function readDemo(folder: string): Demo | undefined {
  const { accounts } = placesOf(path.resolve(folder))
  return fs.existsSync(accounts) ? (JSON.parse(fs.readFileSync(accounts, 'utf8')) as Demo) : undefined
}

/**
 * Makes a demo in a folder that is new or empty.
 * @throws `exists` when something is there, `usage` for too few days
 */
export async function makeDemo(folder: string, options: DemoOptions = {}): Promise<Demo> {
  const { days = 90, scale = 1, seed = 'holdfast', ports = demoPorts, say = () => undefined } = options
  if (days < fewestDays) throw new HoldfastError('usage', `A demo has ${fewestDays} days at least, not ${days}`)
  const places = placesOf(path.resolve(folder))
  if (fs.existsSync(places.folder) && fs.readdirSync(places.folder).length > 0)
    throw new HoldfastError('exists', `${places.folder} is not empty: a demo is made in a folder of its own`)
  fs.mkdirSync(places.folder, { recursive: true, mode: 0o700 })
  // A little before now, so that nothing of it lies in the future of the server that is started next.
  const end = (options.end ?? systemClock.now()) - MINUTE
  const begin = end - days * DAY
  if (scale > 1) await makeHistory(places, { days, scale, begin })
  const accounts = newAccounts()
  await simulate({ places, ports, seed, begin, end, days, accounts, say })
  if (scale > 1) say(`${await multiply(places, { days, scale })} rows were added, for a scale of ${scale}`)
  const url = `http://127.0.0.1:${ports.console}/backups`
  const demo: Demo = { dataDir: places.dataDir, url, accounts, days, scale }
  // Last, for its presence says that all of it is there.
  fs.writeFileSync(places.accounts, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 })
  return demo
}

type Making = {
  readonly places: Places
  readonly ports: Ports
  readonly seed: string
  readonly begin: number
  readonly end: number
  readonly days: number
  readonly accounts: readonly Account[]
  readonly say: (line: string) => void
}

async function simulate({ places, ports, seed, begin, end, days, accounts, say }: Making): Promise<void> {
  const simulation = new Simulation(places, ports, seed, begin)
  const { clock, secret, log } = simulation
  const company = Company.make(places.files, seed, begin)
  try {
    await simulation.start()
    const people = new People({ accounts, clock, app: () => simulation.app, secret, log })
    await people.settleIn()
    const acts = new Acts(simulation, company, people, places)
    plan({ simulation, company, people, acts, places, begin, days })
    for (let day = 10; day < days; day += 10) {
      await simulation.run(begin + day * DAY)
      say(`${day} of ${days} days`)
    }
    await simulation.run(end)
  } finally {
    await simulation.stop()
    log.close()
  }
}
