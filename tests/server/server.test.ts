// The whole server as a person and a program meet it: first start, first administrator, first backup, first restored file; killed and started again.
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { HoldfastClient } from '../../client/index.ts'
import { openCatalog } from '../../server/db/index.ts'
import { systemClock } from '../../server/lib/clock.ts'
import { runEnded, ServerBox } from './process.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

const box = new ServerBox({ document: { schedules: {} } })
const source = path.join(box.home, 'source')
let client: HoldfastClient
let repositoryId: string

beforeAll(async () => {
  fs.mkdirSync(path.join(source, 'folder'), { recursive: true })
  fs.writeFileSync(path.join(source, 'folder/precious.txt'), 'what was lost')
  for (let i = 0; i < 200; i++) fs.writeFileSync(path.join(source, `file-${i}`), `${i} `.repeat(i))
  await box.start()
  client = box.client()
  const { items } = await client.repositories.list.query({})
  repositoryId = items[0]?.id ?? ''
})
afterAll(() => box[Symbol.asyncDispose]())

const mode = (name: string): string => (fs.statSync(path.join(box.data, name)).mode & 0o777).toString(8)

describe('a first start', () => {
  it('makes a key, a repository and a kit that only their owner may read', () => {
    for (const name of ['keys/backup.key', 'server.secret', 'recovery-kit.txt', 'catalog.db'])
      expect(mode(name)).toBe('600')
    expect(mode('.')).toBe('700')
    expect(fs.existsSync(path.join(box.data, 'repository/config'))).toBe(true)
    expect(fs.readFileSync(path.join(box.data, 'recovery-kit.txt'), 'utf8')).toContain(
      fs.readFileSync(path.join(box.data, 'keys/backup.key'), 'utf8').trim(),
    )
    expect(box.output).toContain(path.join(box.data, 'recovery-kit.txt'))
  })

  it('prints a link that makes the first administrator, once', async () => {
    const token = /set-up#(\S+)/.exec(box.output)?.[1] ?? ''
    const redeem = (email: string): Promise<Response> =>
      fetch(`${box.consoleUrl}/set-up`, {
        method: 'POST',
        redirect: 'manual',
        headers: { Origin: new URL(box.consoleUrl).origin },
        body: new URLSearchParams({ token, email, name: 'Ada', password: 'tide lamp ochre fennel' }),
      })
    const first = await redeem('ada@example.com')
    expect(first.status, await first.text()).toBeLessThan(400)
    const second = await redeem('eve@example.com')
    expect(second.status).toBeGreaterThanOrEqual(400)
  })

  it('leads whoever opens the console at another name of this machine to the one where sign-in works', async () => {
    const { host, origin, port } = new URL(box.consoleUrl)
    const asked = http.get(`${box.consoleUrl}/sign-in`, { headers: { host: `localhost:${port}` } })
    const [answer] = (await once(asked, 'response')) as [http.IncomingMessage]
    answer.resume()
    expect(host).toBe(`127.0.0.1:${port}`)
    expect([answer.statusCode, answer.headers.location]).toEqual([307, `${origin}/backups/sign-in`])
  })

  it('says nothing to strangers', async () => {
    expect((await fetch(`${box.consoleUrl}`, { redirect: 'manual' })).headers.get('location')).toContain('/sign-in')
    const health = await fetch(new URL('/healthz', box.consoleUrl))
    expect(health.status).toBe(200)
    const refused = await fetch(`${box.consoleUrl}/api/trpc/runs.list?input=${encodeURIComponent('{}')}`)
    expect(refused.status).toBe(401)
  })
})

describe('a backup and a restore', () => {
  it('run as processes of their own, and bring the file back', async () => {
    const { id } = await client.runs.start.mutate({ kind: 'backup', repositoryId, type: 'full', paths: [source] })
    const run = await runEnded(client, id)
    expect(run, JSON.stringify(run)).toMatchObject({ state: 'succeeded', kind: 'backup' })
    const { items } = await client.snapshots.list.query({ repositoryId })
    expect(items).toHaveLength(1)
    const target = path.join(box.home, 'back')
    const restore = await client.restores.start.mutate({
      snapshot: items[0]?.id ?? '',
      target,
      include: ['precious.txt'],
    })
    expect(await runEnded(client, restore.runId)).toMatchObject({ state: 'succeeded' })
    expect(fs.readFileSync(path.join(target, source, 'folder/precious.txt'), 'utf8')).toBe('what was lost')
    expect(fs.existsSync(path.join(target, source, 'file-7'))).toBe(false)

    const file = path.join(target, source, 'folder/precious.txt')
    fs.writeFileSync(file, 'written since')
    const again = async (overwrite?: 'if-changed') => {
      const what = { snapshot: items[0]?.id ?? '', target, include: ['precious.txt'], overwrite }
      const { runId } = await client.restores.start.mutate(what)
      expect(await runEnded(client, runId)).toMatchObject({ state: 'succeeded' })
      return fs.readFileSync(file, 'utf8')
    }
    expect(await again(), 'what is there stays unless somebody says otherwise').toBe('written since')
    expect(await again('if-changed')).toBe('what was lost')
  })
})

describe('a backup that fails', () => {
  it('is told of by itself, once', async () => {
    const { id } = await client.runs.start.mutate({
      kind: 'backup',
      repositoryId,
      type: 'full',
      paths: [path.join(source, 'not-there')],
    })
    expect(await runEnded(client, id)).toMatchObject({ state: 'failed' })
    const catalog = await openCatalog({ url: `file:${path.join(box.data, 'catalog.db')}`, clock: systemClock })
    onTestFinished(() => catalog.close())
    const told = await catalog.db.notification.findMany({ where: { link: `/runs/${id}` } })
    expect(told).toMatchObject([{ kind: 'run.failed', severity: 'critical', title: 'A backup to local failed' }])
  })
})

describe('a server that is killed with its jobs', () => {
  it('leaves no run behind that says it is running, and does the work again', async () => {
    fs.writeFileSync(path.join(source, 'big'), Buffer.alloc(400 << 20, 'not so random '))
    const { id } = await client.runs.start.mutate({ kind: 'backup', repositoryId, type: 'full', paths: [source] })
    while ((await client.runs.get.query({ id })).state === 'queued') await sleep(20)
    const jobs = box.jobPids()
    for (const pid of jobs) process.kill(pid, 'SIGKILL')
    await box.end('SIGKILL')
    await box.start()
    const run = await runEnded(client, id)
    // It may have been done before the signal came; killed, it is marked and done again by a run that follows it.
    expect(['orphaned', 'succeeded']).toContain(run.state)
    const { items } = await client.runs.list.query({ kind: 'backup' })
    const last = await runEnded(client, items[0]?.id ?? '')
    expect(last.state, JSON.stringify(last)).toBe('succeeded')
    const verify = await client.runs.start.mutate({ kind: 'verify', repositoryId, readData: true })
    expect(await runEnded(client, verify.id)).toMatchObject({ state: 'succeeded' })
  })
})

describe('a server that is asked to end', () => {
  it('ends with status 0, and its audit trail is whole', async () => {
    expect(await box.end('SIGTERM')).toBe(0)
    const program = path.join(import.meta.dirname, '../../bin/holdfast')
    const env = {
      PATH: process.env.PATH,
      HOME: box.home,
      HOLDFAST_DATA_DIR: box.data,
    }
    const out = JSON.parse(execFileSync(program, ['audit', 'verify', '--json'], { env, encoding: 'utf8' }))
    expect(out).toMatchObject({ problems: [], omitted: 0, anchor: { seq: out.events } })
    expect(out.events).toBeGreaterThan(5)
  })
})
