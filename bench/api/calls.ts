// What is asked: every list of the API, and what pages ask for all the time, each with different filters.

import type { Context } from '#server/api/context.ts'
import { appRouter } from '#server/api/root.ts'
import { isoTime } from '#server/lib/clock.ts'
import type { Seeded } from '../random.ts'
import {
  actions,
  metricNames,
  repositories,
  repositoryId,
  runId,
  type Sizes,
  SPAN,
  scheduleId,
  schedules,
  timeOf,
  userId,
  users,
} from './fill.ts'

export type Caller = ReturnType<typeof appRouter.createCaller>
type Page = { readonly items: readonly unknown[]; readonly nextCursor?: string | null }

/** Asks once, for the page after `cursor`; an input of its own each time. */
export type Variant = { readonly name: string; readonly ask: (cursor: string | undefined) => Promise<Page> }
export type Call = { readonly path: string; readonly variants: readonly Variant[] }

export const callerOf = (context: Context): Caller => appRouter.createCaller(context)

/** Paths of queries that give pages: all of them must be measured. */
export const listPaths = (): string[] =>
  Object.keys(appRouter._def.procedures)
    .filter((path) => /\.(list|sources|series|log)$/.test(path))
    .sort()

export function callsOf(caller: Caller, random: Seeded, sizes: Sizes): Call[] {
  const one = <T>(values: readonly T[]): T => values[random.below(values.length)]!
  const someTime = (): number => timeOf(random.below(1000), 1000)
  const span = (days: number): { from: string; until: string } => {
    const from = someTime()
    return { from: isoTime(from), until: isoTime(Math.min(from + days * 86_400_000, timeOf(0, 1) + SPAN)) }
  }
  const single = (value: Promise<unknown>): Promise<Page> => value.then((item) => ({ items: [item] }))
  type Audit = Parameters<Caller['audit']['list']>[0]
  const audit = (name: string, input: () => Audit): Variant => ({
    name,
    ask: (cursor) => caller.audit.list({ limit: 50, ...input(), cursor }),
  })
  type Runs = Parameters<Caller['runs']['list']>[0]
  const runs = (name: string, input: () => Runs): Variant => ({
    name,
    ask: (cursor) => caller.runs.list({ ...input(), cursor }),
  })
  type Snapshots = Parameters<Caller['snapshots']['list']>[0]
  const snapshots = (name: string, input: () => Snapshots): Variant => ({
    name,
    ask: (cursor) => caller.snapshots.list({ ...input(), cursor }),
  })
  const schedule = (): number => random.below(schedules)
  const scheduleName = (): string => `schedule-${String(schedule()).padStart(2, '0')}`
  const repository = (): string => repositoryId(random.below(repositories))
  return [
    {
      path: 'audit.list',
      variants: [
        audit('newest', () => ({})),
        audit('200 at once', () => ({ limit: 200 })),
        audit('an actor', () => ({ actorId: userId(random.below(12)) })),
        audit('a rare actor', () => ({ actorId: userId(users - 1) })),
        audit('an action', () => ({ action: one(actions) })),
        audit('an area', () => ({ action: 'schedule.' })),
        audit('beginning of areas', () => ({ action: 's' })),
        audit('beginning of an action', () => ({ action: 'run.s' })),
        audit('a target', () => ({ targetKind: 'run', targetId: `run-${random.below(900)}` })),
        audit('a kind of target', () => ({ targetKind: one(['run', 'user', 'audit']) })),
        audit('refusals', () => ({ result: 'denied' })),
        audit('a week', () => span(7)),
        audit('a year', () => span(365)),
        audit('actor, result', () => ({ actorId: userId(random.below(12)), result: 'failure' })),
        audit('area, actor, a month', () => ({ action: 'user.', actorId: userId(random.below(12)), ...span(30) })),
        audit('never together', () => ({ actorId: userId(1), action: 'audit.export', targetKind: 'run' })),
      ],
    },
    {
      path: 'audit.get',
      variants: [{ name: '', ask: () => single(caller.audit.get({ seq: 1 + random.below(sizes.events) })) }],
    },
    {
      path: 'runs.list',
      variants: [
        runs('newest', () => ({})),
        runs('a kind', () => ({ kind: one(['backup', 'restore', 'verify'] as const) })),
        runs('failed', () => ({ states: ['failed'] })),
        runs('not well', () => ({ states: ['failed', 'missed', 'warning', 'orphaned'] })),
        runs('at work', () => ({ states: ['running', 'queued'] })),
        runs('a schedule', () => ({ scheduleId: scheduleId(schedule()) })),
        runs('a schedule, failed', () => ({ scheduleId: scheduleId(schedule()), states: ['failed'] })),
        runs('a repository', () => ({ repositoryId: repository(), limit: 200 })),
        runs('a repository, a kind', () => ({ repositoryId: repository(), kind: 'verify' })),
        runs('a month', () => {
          const { from, until } = span(30)
          return { from, to: until }
        }),
      ],
    },
    {
      path: 'runs.get',
      variants: [{ name: '', ask: () => single(caller.runs.get({ id: runId(random.below(sizes.runs)) })) }],
    },
    {
      path: 'runs.log',
      variants: [
        { name: 'short', ask: (cursor) => caller.runs.log({ id: runId(sizes.runs - 2 - random.below(100)), cursor }) },
        { name: 'long', ask: (cursor) => caller.runs.log({ id: runId(sizes.runs - 1), limit: 1000, cursor }) },
      ],
    },
    {
      path: 'snapshots.list',
      variants: [
        snapshots('newest', () => ({})),
        snapshots('200 at once', () => ({ limit: 200 })),
        snapshots('a repository', () => ({ repositoryId: repository() })),
        snapshots('a schedule', () => ({ scheduleName: scheduleName() })),
        snapshots('a host', () => ({ host: `host-${random.below(5)}` })),
        snapshots('no such host', () => ({ host: 'nowhere' })),
        snapshots('a path', () => ({ path: '/srv/data/a' })),
        snapshots('a rare tag', () => ({ tag: 'kept' })),
        snapshots('a month', () => span(30)),
      ],
    },
    { path: 'snapshots.sources', variants: [{ name: '', ask: (cursor) => caller.snapshots.sources({ cursor }) }] },
    {
      path: 'restores.list',
      variants: [
        { name: 'newest', ask: (cursor) => caller.restores.list({ cursor }) },
        { name: 'failed', ask: (cursor) => caller.restores.list({ cursor, state: 'failed' }) },
        { name: 'dry runs', ask: (cursor) => caller.restores.list({ cursor, dryRun: true }) },
      ],
    },
    { path: 'schedules.list', variants: [{ name: '', ask: (cursor) => caller.schedules.list({ cursor }) }] },
    { path: 'repositories.list', variants: [{ name: '', ask: (cursor) => caller.repositories.list({ cursor }) }] },
    { path: 'policies.list', variants: [{ name: '', ask: () => caller.policies.list() }] },
    { path: 'settings.list', variants: [{ name: '', ask: (cursor) => caller.settings.list({ cursor }) }] },
    {
      path: 'users.list',
      variants: [
        { name: 'all', ask: (cursor) => caller.users.list({ cursor }) },
        { name: 'search', ask: (cursor) => caller.users.list({ search: `user ${random.below(users)}`, cursor }) },
      ],
    },
    {
      path: 'sessions.list',
      variants: [
        { name: 'all', ask: (cursor) => caller.sessions.list({ cursor }) },
        { name: 'a user', ask: (cursor) => caller.sessions.list({ userId: userId(random.below(users)), cursor }) },
      ],
    },
    {
      path: 'apiKeys.list',
      variants: [
        { name: 'all', ask: (cursor) => caller.apiKeys.list({ cursor }) },
        { name: 'a user', ask: (cursor) => caller.apiKeys.list({ userId: userId(random.below(users)), cursor }) },
      ],
    },
    {
      path: 'notifications.list',
      variants: [
        { name: 'all', ask: (cursor) => caller.notifications.list({ cursor }) },
        { name: 'unread', ask: (cursor) => caller.notifications.list({ unread: true, cursor }) },
      ],
    },
    { path: 'notifications.unread', variants: [{ name: '', ask: () => single(caller.notifications.unread()) }] },
    {
      path: 'metrics.series',
      variants: [
        { name: 'all', ask: (cursor) => caller.metrics.series({ name: one(metricNames), cursor }) },
        {
          name: 'a month',
          ask: (cursor) =>
            caller.metrics.series({ name: one(metricNames), label: scheduleName(), ...span(30), cursor }),
        },
      ],
    },
    { path: 'overview.get', variants: [{ name: '', ask: () => single(caller.overview.get()) }] },
    { path: 'health.get', variants: [{ name: '', ask: () => single(caller.health.get()) }] },
  ]
}
