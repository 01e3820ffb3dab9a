// Fills a catalog as years of use would: events that form a whole trail, runs, snapshots, and what else there are lists of.
import { createHash } from 'node:crypto'
import type { StorableEntry } from '#server/services/audit/audit.ts'
import { chainOf, testActor } from '#server/services/audit/testing.ts'
import { Seeded } from '../random.ts'
import type { Columns, Loader, Rows, Value } from './insert.ts'

export type Sizes = { readonly events: number; readonly runs: number; readonly snapshots: number }

/** Of the issue. */
export const fullSizes: Sizes = { events: 1_000_000, runs: 100_000, snapshots: 20_000 }

const DAY = 86_400_000
const USERS = 60
const SCHEDULES = 24
const REPOSITORIES = 3

/** 2023-05-04T03:00:00Z, and three years of use from there. */
const BEGIN = 1_683_169_200_000
export const SPAN = 3 * 365 * DAY
export const timeOf = (index: number, count: number): number => BEGIN + Math.floor((SPAN * index) / count)

export const userId = (n: number): string => idOf('user', n)
export const scheduleId = (n: number): string => idOf('schedule', n)
export const repositoryId = (n: number): string => idOf('repository', n)
export const runId = (n: number): string => idOf('run', n)
export const users = USERS
export const schedules = SCHEDULES
export const repositories = REPOSITORIES

/** The same id each time, spread as those of version 7 are: by time. */
const idOf = (noun: string, n: number): string => {
  const hex = createHash('sha256').update(`${noun} ${n}`).digest('hex')
  return `${n.toString(16).padStart(8, '0')}-${hex.slice(0, 4)}-7${hex.slice(4, 7)}-8${hex.slice(7, 10)}-${hex.slice(10, 22)}`
}

/** Fills everything. `say` is told how far it is. */
export async function fill(loader: Loader, sizes: Sizes, say: (line: string) => void): Promise<void> {
  for (const [table, columns, rows] of tables(sizes)) say(`  ${table}: ${await loader.insert(table, columns, rows)}`)
  await loader.analyze()
}

function* tables(sizes: Sizes): Generator<[table: string, columns: Columns, rows: Rows]> {
  const { runs, snapshots, events } = sizes
  yield ['User', { id: 'text', email: 'text', name: 'text', role: 'text', createdAt: 'time' }, make(USERS, userRow)]
  const session = {
    id: 'text',
    userId: 'text',
    method: 'text',
    createdAt: 'time',
    lastSeenAt: 'time',
    expiresAt: 'time',
    ip: 'text',
  } as const
  yield ['Session', session, make(5000, (n) => sessionRow(n, 5000))]
  const key = {
    id: 'text',
    userId: 'text',
    name: 'text',
    prefix: 'text',
    hash: 'text',
    permissions: 'text',
    createdAt: 'time',
    expiresAt: 'time',
  } as const
  yield ['ApiKey', key, make(400, keyRow)]
  const repository = {
    id: 'text',
    name: 'text',
    type: 'text',
    location: 'text',
    secretSource: 'text',
    settings: 'text',
    createdAt: 'time',
    verifyState: 'text',
    lastVerifiedAt: 'time',
    storedBytes: 'big',
  } as const
  yield ['Repository', repository, make(REPOSITORIES, repositoryRow)]
  const schedule = {
    id: 'text',
    name: 'text',
    type: 'text',
    cron: 'text',
    timezone: 'text',
    includePaths: 'text',
    repositoryId: 'text',
    nextSlot: 'time',
    createdAt: 'time',
    updatedAt: 'time',
    removedAt: 'time',
  } as const
  yield ['Schedule', schedule, make(SCHEDULES, scheduleRow)]
  yield ['Run', runColumns, make(runs, (n) => runRow(n, runs))]
  yield ['RunLog', { runId: 'text', at: 'time', level: 'text', message: 'text' }, logRows(runs)]
  yield ['Restore', restoreColumns, restoreRows(runs)]
  yield ['Snapshot', snapshotColumns, make(snapshots, (n) => snapshotRow(n, snapshots))]
  const notification = {
    id: 'text',
    userId: 'text',
    at: 'time',
    kind: 'text',
    severity: 'text',
    title: 'text',
    body: 'text',
    readAt: 'time',
  } as const
  yield ['Notification', notification, make(30_000, (n) => notificationRow(n, 30_000))]
  yield [
    'Metric',
    { at: 'time', name: 'text', label: 'text', value: 'float' },
    make(300_000, (n) => metricRow(n, 300_000)),
  ]
  yield ['AuditEvent', eventColumns, eventRows(events)]
}

function* make(
  count: number,
  row: (n: number) => Readonly<Record<string, Value>>,
): Generator<Readonly<Record<string, Value>>> {
  for (let n = 0; n < count; n++) yield row(n)
}

type Row = Readonly<Record<string, Value>>

const userRow = (n: number): Row => ({
  id: userId(n),
  email: `user${String(n).padStart(3, '0')}@example.org`,
  name: `User ${n}`,
  role: (['administrator', 'operator', 'auditor', 'requester'] as const)[n % 4]!,
  createdAt: BEGIN,
})

const sessionRow = (n: number, count: number): Row => {
  const at = timeOf(n, count)
  const ip = `192.0.2.${n % 250}`
  return {
    id: idOf('session', n),
    userId: userId(n % USERS),
    method: 'password',
    createdAt: at,
    lastSeenAt: at,
    expiresAt: at + DAY,
    ip,
  }
}

const keyRow = (n: number): Row => ({
  id: idOf('key', n),
  userId: userId(n % USERS),
  name: `key ${n}`,
  prefix: `hf_${n}`,
  hash: createHash('sha256').update(`key ${n}`).digest('hex'),
  permissions: '["runs.read"]',
  createdAt: timeOf(n, 400),
  expiresAt: timeOf(n, 400) + 90 * DAY,
})

const repositoryRow = (n: number): Row => ({
  id: repositoryId(n),
  name: `repository-${n}`,
  type: 'local',
  location: `/srv/backups/${n}`,
  secretSource: '{"kind":"environment","name":"BACKUP_KEY"}',
  settings: '{"origin":"manual"}',
  createdAt: BEGIN,
  verifyState: 'ok',
  lastVerifiedAt: BEGIN + SPAN,
  storedBytes: 1e12,
})

const scheduleRow = (n: number): Row => ({
  id: scheduleId(n),
  name: `schedule-${String(n).padStart(2, '0')}`,
  type: 'incremental',
  cron: '0 * * * *',
  timezone: 'UTC',
  includePaths: '["/srv/data"]',
  repositoryId: repositoryId(n % REPOSITORIES),
  nextSlot: BEGIN + SPAN + DAY,
  createdAt: BEGIN,
  updatedAt: BEGIN,
  removedAt: null,
})

const runColumns = {
  id: 'text',
  kind: 'text',
  state: 'text',
  trigger: 'text',
  scheduleId: 'text',
  repositoryId: 'text',
  slotKey: 'text',
  slot: 'time',
  payload: 'text',
  notBefore: 'time',
  queuedAt: 'time',
  startedAt: 'time',
  finishedAt: 'time',
  requestedById: 'text',
  requestedByName: 'text',
  statistics: 'text',
  snapshotId: 'text',
  filesRead: 'int',
  bytesRead: 'big',
  bytesStored: 'big',
  errorCode: 'text',
  errorMessage: 'text',
} as const

const kindOf = (n: number): string => (n % 20 === 7 ? 'restore' : n % 10 === 3 ? 'verify' : 'backup')

function runRow(n: number, count: number): Row {
  const at = timeOf(n, count)
  const random = new Seeded(`run ${n}`)
  const kind = kindOf(n)
  const scheduled = kind === 'backup' && n % 17 !== 0
  const state =
    random.below(200) === 0
      ? 'failed'
      : random.below(150) === 0
        ? 'missed'
        : random.below(60) === 0
          ? 'warning'
          : 'succeeded'
  const schedule = n % SCHEDULES
  return {
    id: runId(n),
    kind,
    state,
    trigger: scheduled ? 'schedule' : 'manual',
    scheduleId: scheduled ? scheduleId(schedule) : null,
    repositoryId: repositoryId(schedule % REPOSITORIES),
    slotKey: scheduled ? `${scheduleId(schedule)}@${at}` : null,
    slot: scheduled ? at : null,
    payload: '{"type":"incremental","paths":["/srv/data"],"excludes":["*.tmp"],"tags":[]}',
    notBefore: at,
    queuedAt: at,
    startedAt: at + 900,
    finishedAt: at + 90_000 + random.below(1_000_000),
    requestedById: scheduled ? null : userId(n % USERS),
    requestedByName: scheduled ? null : `User ${n % USERS}`,
    statistics: JSON.stringify({ filesNew: n % 1000, filesChanged: n % 100, bytes: n * 1000, seconds: n % 900 }),
    snapshotId: kind === 'backup' ? createHash('sha256').update(`snapshot ${n}`).digest('hex') : null,
    filesRead: n % 100_000,
    bytesRead: n * 100_000,
    bytesStored: n * 1000,
    errorCode: state === 'failed' ? 'no_space' : null,
    errorMessage: state === 'failed' ? 'No space left in the repository' : null,
  }
}

/** The newest runs have a log, the very last one a long one. */
function* logRows(runs: number): Generator<Row> {
  for (let n = Math.max(0, runs - 2000); n < runs; n++) {
    const lines = n === runs - 1 ? 20_000 : 40
    for (let line = 0; line < lines; line++)
      yield {
        runId: runId(n),
        at: timeOf(n, runs) + line,
        level: line % 9 === 8 ? 'warning' : 'info',
        message: `line ${line} of what happened`,
      }
  }
}

const restoreColumns = {
  id: 'text',
  runId: 'text',
  repositoryId: 'text',
  snapshotId: 'text',
  requestedById: 'text',
  requestedByName: 'text',
  path: 'text',
  target: 'text',
  overwrite: 'text',
  createdAt: 'time',
} as const

function* restoreRows(runs: number): Generator<Row> {
  for (let n = 0; n < runs; n++) {
    if (kindOf(n) !== 'restore') continue
    const requestedById = userId(n % USERS)
    const snapshotId = createHash('sha256').update(`snapshot ${n}`).digest('hex')
    yield {
      id: idOf('restore', n),
      runId: runId(n),
      repositoryId: repositoryId(n % 3),
      snapshotId,
      requestedById,
      requestedByName: `User ${n % USERS}`,
      path: '',
      target: '/srv/restored',
      overwrite: 'never',
      createdAt: timeOf(n, runs),
    }
  }
}

const snapshotColumns = {
  id: 'text',
  repositoryId: 'text',
  snapshotId: 'text',
  time: 'time',
  finished: 'time',
  host: 'text',
  paths: 'text',
  tags: 'text',
  type: 'text',
  treeId: 'text',
  program: 'text',
  files: 'int',
  directories: 'int',
  bytes: 'big',
  bytesStored: 'big',
  scheduleName: 'text',
  verifiedAt: 'time',
  verifyState: 'text',
} as const

function snapshotRow(n: number, count: number): Row {
  const time = timeOf(n, count)
  const schedule = `schedule-${String(n % SCHEDULES).padStart(2, '0')}`
  return {
    id: idOf('snapshot', n),
    repositoryId: repositoryId((n % SCHEDULES) % REPOSITORIES),
    snapshotId: createHash('sha256').update(`snapshot ${n}`).digest('hex'),
    time,
    finished: time + 60_000,
    host: `host-${n % 5}`,
    paths: '[{"path":"/srv/data"}]',
    tags: JSON.stringify([`schedule:${schedule}`, ...(n % 500 === 0 ? ['kept'] : [])]),
    type: 'incremental',
    treeId: createHash('sha256').update(`tree ${n}`).digest('hex'),
    program: 'holdfast 0.1.0',
    files: 80_000 + (n % 1000),
    directories: 6000,
    bytes: 2e9 + n,
    bytesStored: 2e6 + n,
    scheduleName: schedule,
    verifiedAt: time + DAY,
    verifyState: 'ok',
  }
}

const notificationRow = (n: number, count: number): Row => ({
  id: idOf('notification', n),
  userId: n % 3 === 0 ? null : userId(n % USERS),
  at: timeOf(n, count),
  kind: 'run.failed',
  severity: n % 5 === 0 ? 'critical' : 'info',
  title: 'A backup failed',
  body: 'No space left in the repository',
  readAt: n % 3 === 0 || n % 50 === 1 ? null : timeOf(n, count) + DAY,
})

export const metricNames = ['backup_duration', 'storage_utilization', 'compression_ratio'] as const
const metricRow = (n: number, count: number): Row => ({
  at: timeOf(n, count),
  name: metricNames[n % 3]!,
  label: n % 6 < 3 ? '' : `schedule-${String(n % SCHEDULES).padStart(2, '0')}`,
  value: n % 997,
})

export const eventColumns = {
  seq: 'int',
  at: 'time',
  actorKind: 'text',
  actorId: 'text',
  actorName: 'text',
  ip: 'text',
  action: 'text',
  targetKind: 'text',
  targetId: 'text',
  targetName: 'text',
  result: 'text',
  before: 'text',
  after: 'text',
  details: 'text',
  previousHash: 'text',
  hash: 'text',
} as const

export const actions = [
  'run.start',
  'run.retry',
  'schedule.update',
  'schedule.pause',
  'session.sign_in',
  'session.sign_out',
  'snapshot.browse',
  'snapshot.download',
  'restore.start',
  'settings.update',
  'api_key.create',
  'audit.export',
  'schedules.update',
  'users.create',
  'repository.test',
] as const

/** Most of what happens is done by few; somebody else appears a handful of times in all the years. */
function entryOf(n: number, count: number): Partial<StorableEntry> & { at: number } {
  const action = actions[n % 7 === 0 ? n % actions.length : n % 4]!
  const kind = action.slice(0, action.indexOf('.')).replace(/s$/, '')
  const who = n % 199_999 === 5 ? USERS - 1 : (n * 31) % 12
  return {
    at: timeOf(n, count),
    actor: { ...testActor, id: userId(who), userId: userId(who), name: `User ${who}` },
    action,
    result: n % 997 === 0 ? 'denied' : n % 503 === 0 ? 'failure' : 'success',
    target: { kind, id: `${kind}-${n % 900}`, name: `${kind} ${n % 900}` },
    ...(n % 3 === 0
      ? { before: { enabled: true, cron: '0 1 * * *' }, after: { enabled: true, cron: `0 ${n % 24} * * *` } }
      : {}),
    details: { number: n },
  }
}

function* eventRows(count: number): Generator<Row> {
  for (const row of chainOf(count, (n) => entryOf(n, count))) yield row
}
