// A small demo: that its backups are real, its history is whole, and a real server shows what is open.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Catalog, openCatalog } from '#server/db/index.ts'
import { systemClock } from '#server/lib/clock.ts'
import { compareTrees } from '../scripts/compare.ts'
import { freePort } from '../tests/server/process.ts'
import { DAY } from './clock.ts'
import { placesOf } from './document.ts'
import { type Demo, makeDemo, readDemo } from './make.ts'

const MAKING = 600_000
const DAYS = 5
const SCALE = 3

const folder = path.join(fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-demo-'))), 'demo')
const places = placesOf(folder)
const program = path.join(import.meta.dirname, '../bin/holdfast')
let demo: Demo
let catalog: Catalog

beforeAll(async () => {
  const ports = { console: await freePort(), api: await freePort() }
  demo = await makeDemo(folder, { days: DAYS, scale: SCALE, ports })
  catalog = await openCatalog({ url: `file:${places.catalog}`, clock: systemClock })
}, MAKING)

afterAll(async () => {
  await catalog?.close()
  fs.rmSync(path.dirname(folder), { recursive: true, force: true })
})

function holdfast(...words: string[]) {
  const env = { PATH: process.env.PATH, HOME: os.homedir(), HOLDFAST_DATA_DIR: places.dataDir }
  return spawnSync(program, words, { env, encoding: 'utf8', maxBuffer: 1 << 28 })
}

const repository = (name: string): string[] => [
  '--repo',
  path.join(places.repositories, name),
  '--key-file',
  places.keyFile,
]

describe('a demo', () => {
  it('has runs of every kind of end, at times within its days', async () => {
    const runs = await catalog.db.run.findMany({ orderBy: { queuedAt: 'desc' } })
    const states = new Set(runs.map(({ kind, state }) => `${kind} ${state}`))
    for (const end of ['succeeded', 'warning', 'failed', 'cancelled', 'missed', 'orphaned'])
      expect(states).toContain(`backup ${end}`)
    for (const end of ['succeeded', 'warning']) expect(states).toContain(`restore ${end}`)
    for (const end of ['succeeded', 'failed']) expect(states).toContain(`verify ${end}`)
    const newest = runs[0]?.queuedAt.getTime() ?? 0
    expect(systemClock.now() - newest).toBeLessThan(DAY + MAKING)
    for (const { startedAt, finishedAt, state } of runs) {
      expect(finishedAt?.getTime()).toBeLessThan(systemClock.now())
      if (state !== 'missed') expect(finishedAt?.getTime()).toBeGreaterThan(startedAt?.getTime() ?? Infinity)
    }
  })

  it('has a run that was lost with its server, and one that did its work again', async () => {
    // Copies of it lie in former years.
    const lost = await catalog.db.run.findFirstOrThrow({ where: { state: 'orphaned' }, orderBy: { queuedAt: 'desc' } })
    expect(lost).toMatchObject({ kind: 'backup', trigger: 'schedule', snapshotId: null, errorCode: 'interrupted' })
    const { id, scheduleId, finishedAt } = lost
    const again = await catalog.db.run.findFirstOrThrow({
      where: { trigger: 'retry', scheduleId, queuedAt: finishedAt ?? '' },
    })
    expect(again).toMatchObject({ state: 'succeeded' })
    expect(JSON.parse(again.payload)).toMatchObject({ origin: id })
  })

  it('has failures with causes that the engine found', async () => {
    const failed = await catalog.db.run.findMany({ where: { state: { in: ['failed', 'warning', 'missed'] } } })
    const told = failed.map(({ errorMessage }) => errorMessage).join('\n')
    for (const cause of [
      "engineering can't be backed up: there is no such file or folder",
      'it was there before: is its file system mounted?',
      'changed while it was read',
      'is empty, but had',
      'The server was not running',
      'damaged or missing',
      'A directory is in the way',
    ])
      expect(told).toContain(cause)
  })

  it('detects what has not changed', async () => {
    const run = await catalog.db.run.findFirstOrThrow({
      where: { state: 'succeeded', trigger: 'schedule', schedule: { name: 'finance-nightly' } },
      orderBy: { queuedAt: 'desc' },
    })
    const { filesNew, filesUnmodified } = JSON.parse(run.statistics ?? '{}') as Record<string, number>
    expect(filesUnmodified).toBeGreaterThan(50)
    expect(filesNew).toBeLessThan(50)
  })

  it('can be restored, odd names included', () => {
    for (const [name, source] of [
      ['local', 'finance'],
      ['workshop', 'engineering'],
    ] as const) {
      const target = path.join(folder, 'compared', source)
      const listed = JSON.parse(holdfast('snapshots', ...repository(name), '--json').stdout)
      const snapshots = (Array.isArray(listed) ? listed : listed.snapshots) as { id: string; paths: string[] }[]
      const from = path.join(places.files, source)
      const last = snapshots.findLast(({ paths }) => JSON.stringify(paths).includes(from))
      const restored = holdfast('restore', ...repository(name), last?.id ?? '', '--target', target)
      // An ordinary user may not set all metadata.
      expect([0, 3], restored.stderr).toContain(restored.status)
      const found = compareTrees(from, path.join(target, from), { owners: false })
      expect(found.differences).toEqual([])
      expect(found.files).toBeGreaterThan(100)
    }
  })

  it('has repositories that verify, but for the damage that was done on purpose', () => {
    expect(holdfast('verify', ...repository('local'), '--read-data').status).toBe(0)
    expect(holdfast('verify', ...repository('workshop'), '--read-data').status).toBe(0)
    const archive = holdfast('verify', ...repository('archive'), '--read-data', '--json')
    expect(archive.status).toBe(6)
    const packs = new Set(archive.stdout.match(/packs\/\w+\/\w+/g))
    expect(packs.size).toBe(1)
  })

  it('has an audit trail that is whole', async () => {
    expect(await catalog.db.auditEvent.count()).toBeGreaterThan(DAYS * SCALE * 10)
    const { status, stdout, stderr } = holdfast('audit', 'verify')
    expect(status, stdout + stderr).toBe(0)
  })

  it('is not made where something is', async () => {
    expect(readDemo(folder)).toEqual(demo)
    await expect(makeDemo(folder, { days: DAYS })).rejects.toMatchObject({ code: 'exists' })
    await expect(makeDemo(`${folder}-new`, { days: 1 })).rejects.toMatchObject({ code: 'usage' })
  })
})

describe('npm run demo', () => {
  it('starts a server that each role can sign in to, and whose overview tells what is open', {
    timeout: MAKING,
  }, async () => {
    const before = await catalog.db.snapshot.count()
    const child = spawn(process.execPath, [path.join(import.meta.dirname, 'main.ts'), '--data', folder, '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    try {
      const { url, accounts } = await greeting(child)
      expect(new URL(url).hostname).toBe('127.0.0.1')
      const cookies = await Promise.all(accounts.map((account) => signIn(url, account)))
      const answer = await fetch(`${url}/api/trpc/overview.get`, { headers: { cookie: cookies[0] ?? '' } })
      const overview = (await answer.json()) as { result: { data: { exceptions: { kind: string }[] } } }
      const kinds = overview.result.data.exceptions.map(({ kind }) => kind)
      // Not the warning: the server goes on with the schedules, and the next run of that one may be well.
      expect(kinds).toEqual(expect.arrayContaining(['repository_damaged', 'run_failed', 'schedule_paused']))
      expect(await catalog.db.snapshot.count()).toBe(before)
    } finally {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    }
    expect(child.exitCode).toBe(0)
  })
})

/** What it prints for programs, once the server is ready. @throws with all that it printed when it ends instead */
async function greeting(child: ChildProcess): Promise<Demo> {
  let errors = ''
  let output = ''
  child.stderr?.on('data', (text: Buffer) => {
    errors += text.toString()
  })
  return new Promise((resolve, reject) => {
    child.once('exit', (status) => reject(new Error(`It ended with ${status}: ${errors}`)))
    child.stdout?.on('data', (text: Buffer) => {
      output += text.toString()
      if (output.endsWith('\n')) resolve(JSON.parse(output) as Demo)
    })
  })
}

async function signIn(url: string, { email, password }: Demo['accounts'][number]): Promise<string> {
  const cookiesOf = (response: Response) => response.headers.getSetCookie().map((each) => each.split(';', 1)[0] ?? '')
  const csrf = await fetch(`${url}/api/auth/csrf`)
  const { csrfToken } = (await csrf.json()) as { csrfToken: string }
  const signedIn = await fetch(`${url}/api/auth/callback/password`, {
    method: 'POST',
    redirect: 'manual',
    headers: { Origin: new URL(url).origin, cookie: cookiesOf(csrf).join('; ') },
    body: new URLSearchParams({ csrfToken, callbackUrl: '/backups', email, password }),
  })
  const cookies = cookiesOf(signedIn)
  expect(cookies.join(), `${email}: ${signedIn.status}`).toContain('session')
  return cookies.join('; ')
}
