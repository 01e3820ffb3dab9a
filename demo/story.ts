// What happens in the simulated company, and when: the ordinary days, and between them everything that a console has to tell of.
import type { Actor } from '#server/auth/actor.ts'
import type { Acts } from './acts.ts'
import { DAY, HOUR, MINUTE, nextTime } from './clock.ts'
import type { Company } from './company.ts'
import { ARCHIVE, HOURLY, hourly, LOCAL, type Places, WORKSHOP } from './document.ts'
import type { People } from './people.ts'
import type { Simulation } from './simulation.ts'

export type Cast = {
  readonly simulation: Simulation
  readonly company: Company
  readonly people: People
  readonly acts: Acts
  readonly places: Places
  readonly begin: number
  readonly days: number
}

/** Days between two rebuilds of the indexes. */
const TIDY_EVERY = 10

/** Plans everything; `simulation.run` then lets it happen. */
export function plan(cast: Cast): void {
  workingDays(cast)
  signIns(cast)
  verifications(cast)
  accidents(cast)
  restores(cast)
  administration(cast)
  lastDay(cast)
}

/** A time of the day in a part of all the days, from 0 to 1: the same story is told in five days and in ninety. */
const during = ({ begin, days }: Cast, share: number, time: string): number =>
  nextTime(begin + Math.floor(share * days) * DAY, time)

function workingDays(cast: Cast): void {
  const { simulation, company, acts, begin, days } = cast
  const lastNight = nextTime(begin + (days - 1) * DAY, '01:00')
  const busiest = Math.floor(days * 0.6)
  for (let day = 0; day < days; day++) {
    const at = nextTime(begin + day * DAY, '19:00')
    // The last backups of the nights are what there is in the end, so that whoever restores can compare.
    if (at > lastNight) break
    simulation.at(at, async () => company.day(at, day === busiest ? 9 : 1))
    if (day % TIDY_EVERY === TIDY_EVERY - 1) simulation.at(at + HOUR, () => acts.tidyIndexes())
  }
}

function signIns({ simulation, people, begin, days }: Cast): void {
  const every = { operator: 3, administrator: 8, auditor: 11, requester: 17 } as const
  for (const [role, step] of Object.entries(every) as [keyof typeof every, number][])
    for (let day = 1; day < days; day += step)
      simulation.at(nextTime(begin + day * DAY, '08:10'), async () => {
        if (day % 5 === 2) await people.mistype(role)
        simulation.clock.pass(20_000)
        const actor = await people.signIn(role)
        if (role === 'auditor') await simulation.app.services.audit.verify(actor)
        if (role === 'operator' && day % 2 === 0) await simulation.app.services.notifications.markAllRead(actor)
      })
}

function verifications(cast: Cast): void {
  const { simulation, acts, begin, days } = cast
  let robot: Actor | undefined
  simulation.at(during(cast, 0, '10:00'), async () => {
    robot = await newRobot(cast)
    await acts.backUpNow('company-weekly')
    simulation.clock.pass(5 * MINUTE)
    await acts.backUpNow('hr-weekly')
  })
  for (let day = 2; day < days; day += 7)
    simulation.at(nextTime(begin + day * DAY, '10:30'), async () => {
      if (!robot) return
      await acts.verify(robot, LOCAL)
      simulation.clock.pass(MINUTE)
      await acts.verify(robot, WORKSHOP)
    })
  for (const share of [0.05, 0.45, 0.75])
    simulation.at(during(cast, share, '11:40'), async () => {
      if (robot) await acts.verify(robot, ARCHIVE)
    })
}

/** The key that a pipeline starts verifications with; beside it one that expires and one that is revoked. */
async function newRobot({ simulation, people, days }: Cast): Promise<Actor> {
  const { app, clock } = simulation
  const administrator = await people.actor('administrator')
  const { apiKeys } = app.services
  const lasting = { name: 'ci-pipeline', permissions: ['runs.read', 'runs.start'] as const, days: 366 }
  const { key } = await apiKeys.create(administrator, lasting)
  clock.pass(MINUTE)
  const expires = Math.max(1, Math.floor(days / 3))
  await apiKeys.create(administrator, { name: 'monitoring (trial)', permissions: ['overview.read'], days: expires })
  clock.pass(MINUTE)
  const { item } = await apiKeys.create(administrator, { name: 'old laptop', permissions: ['runs.read'] })
  clock.pass(HOUR / 2)
  await apiKeys.revoke(administrator, { id: item.id })
  return app.access.actorOfKey(`Bearer ${key}`, '192.0.2.80')
}

function accidents(cast: Cast): void {
  const { simulation, acts, company, people, places } = cast
  const engineering = company.pathOf('engineering')

  const gone = during(cast, 0.18, '23:30')
  simulation.at(gone, async () => acts.take(engineering))
  simulation.at(nextTime(gone, '07:30'), async () => {
    acts.bringBack(engineering)
    await acts.retryFailed(gone)
  })

  const killed = during(cast, 0.28, '01:09')
  simulation.at(killed, () => simulation.killed(killed + 9 * MINUTE))

  const writing = during(cast, 0.3, '02:00')
  simulation.at(writing, () => acts.beginToWrite('mail'))
  simulation.at(nextTime(writing, '02:20'), () => acts.stopWriting('mail'))

  const rot = during(cast, 0.35, '13:10')
  let mend: (() => void) | undefined
  simulation.at(rot, async () => {
    mend = (await acts.damage(LOCAL)).mend
    await acts.verify(await people.actor('operator'), LOCAL)
  })
  simulation.at(rot + 3 * HOUR, async () => {
    mend?.()
    await acts.verify(await people.actor('operator'), LOCAL)
  })

  // Nobody is there until the morning.
  const powerCut = during(cast, 0.5, '22:00')
  simulation.at(powerCut, () => simulation.off(nextTime(powerCut, '07:40')))

  const unmounted = during(cast, 0.66, '00:55')
  simulation.at(unmounted, async () => acts.take(places.repositories))
  simulation.at(unmounted + HOUR, async () => acts.bringBack(places.repositories))
  simulation.at(nextTime(unmounted, '08:20'), () => acts.retryFailed(unmounted))

  simulation.at(during(cast, 0.77, '14:05'), () => acts.cancelOne('engineering-nightly'))
}

function restores(cast: Cast): void {
  const { simulation, acts, company } = cast
  const one = (share: number, source: string, number: number): void =>
    simulation.at(during(cast, share, '11:15'), () =>
      acts.restore(`${source}-nightly`, source, { file: company.some(source, number), to: `ticket-${4000 + number}` }),
    )
  one(0.22, 'finance', 7)
  one(0.4, 'engineering', 40)
  one(0.62, 'mail', 3)
  one(0.83, 'webshop', 12)
  simulation.at(during(cast, 0.56, '09:40'), async () => {
    const what = { to: 'engineering-rehearsal' }
    await acts.restore('engineering-nightly', 'engineering', { ...what, plan: true })
    simulation.clock.pass(6 * MINUTE)
    await acts.restore('engineering-nightly', 'engineering', what)
  })
  simulation.at(during(cast, 0.81, '15:20'), async () => {
    await acts.restore('finance-nightly', 'finance', { to: 'finance-audit' })
    simulation.clock.pass(40 * MINUTE)
    acts.obstruct('finance-audit')
    await acts.restore('finance-nightly', 'finance', { to: 'finance-audit', overwrite: 'always' })
  })
}

function administration(cast: Cast): void {
  const { simulation, people, places } = cast
  const at = (share: number, time: string, what: (actor: Actor) => Promise<void>): void =>
    simulation.at(during(cast, share, time), async () => what(await people.actor('administrator')))
  at(0.2, '09:20', async (actor) => {
    const { settings } = simulation.app.services
    const { document, version } = await settings.current()
    const monitoring = { ...document.monitoring, logging: { ...document.monitoring?.logging, level: 'WARNING' } }
    await settings.update(actor, {
      document: { ...document, monitoring },
      reason: 'Less to read',
      expectedVersion: version,
    })
  })
  simulation.at(nextTime(during(cast, 0.2, '09:20'), '16:00'), async () => {
    const reason = 'The log is needed after all'
    await simulation.app.services.settings.rollback(await people.actor('administrator'), { version: 1, reason })
  })
  at(0.42, '09:50', async (actor) => {
    const { users } = simulation.app.services
    const { items } = await users.list(actor, { limit: 100 })
    const left = items.find(({ email }) => email.startsWith('devika'))
    if (left) await users.disable(actor, { id: left.id })
  })
  at(0.7, '10:10', async (actor) => {
    const { schedules } = simulation.app.services
    const { items } = await schedules.list(actor, { limit: 100, removed: false })
    const legacy = items.find(({ name }) => name === 'legacy-weekly')
    if (legacy) await schedules.pause(actor, { id: legacy.id })
  })
  at(0.92, '07:50', async (actor) => {
    const reason = 'Templates change all day before the season'
    await simulation.app.services.schedules.create(actor, { name: HOURLY, settings: hourly(places), reason })
  })
}

/** What nobody has put right yet: the overview tells of it. */
function lastDay(cast: Cast): void {
  const { simulation, acts, people, begin, days } = cast
  const last = begin + (days - 1) * DAY
  simulation.at(nextTime(last, '10:50'), async () => {
    await acts.damage(ARCHIVE)
    await acts.verify(await people.actor('operator'), ARCHIVE)
  })
  const night = nextTime(last, '02:00')
  simulation.at(night, () => acts.beginToWrite('mail'))
  simulation.at(night + 20 * MINUTE, () => acts.stopWriting('mail'))
  simulation.at(nextTime(last, '04:40'), async () => acts.empty('databases'))
}
