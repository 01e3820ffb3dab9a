// The configuration of a running server and of one that starts again: which file counts when, what follows a change, and that people can still sign in.
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { freePort, runEnded, ServerBox } from './process.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

const box = new ServerBox()
const email = 'ada@example.com'
const password = 'tide lamp ochre fennel'
const schedule = { type: 'full', cron_expression: '0 2 * * *', include_paths: ['/etc/'] }

beforeAll(async () => {
  await box.start()
  await box.setUp(email, password)
})
afterAll(() => box[Symbol.asyncDispose]())

const scheduleNames = async (): Promise<string[]> =>
  (await box.client().schedules.list.query({})).items.map(({ name }) => name)

async function again(): Promise<void> {
  expect(await box.end('SIGTERM')).toBe(0)
  await box.start()
}

it('keeps what was changed in the console while the file stays as it is, and takes the file over once it changes', async () => {
  const call = await box.signIn(email, password)
  const made = await call('schedules.create', { name: 'by-hand', settings: schedule, reason: 'test' })
  expect(made.status, await made.text()).toBe(200)
  await again()
  expect(await scheduleNames()).toEqual(['by-hand'])
  box.document = { schedules: { 'from-file': schedule } }
  await again()
  expect(await scheduleNames()).toEqual(['from-file'])
})

it('lets a schedule use a repository that was added by hand, and no other name', async () => {
  const call = await box.signIn(email, password)
  const place = path.join(box.home, 'vault')
  const secret = { kind: 'key_file', path: path.join(box.data, 'keys/backup.key') }
  const vault = await call('repositories.create', {
    name: 'vault',
    type: 'local',
    location: place,
    secretSource: secret,
  })
  expect(vault.status, await vault.text()).toBe(200)
  const source = path.join(box.home, 'papers')
  fs.mkdirSync(source)
  fs.writeFileSync(path.join(source, 'paper.txt'), 'text')
  const settings = { ...schedule, include_paths: [source], repository: 'vault' }
  const wrong = await call('schedules.create', {
    name: 'to-vault',
    settings: { ...settings, repository: 'valt' },
    reason: 'test',
  })
  expect([wrong.status, await wrong.text()]).toEqual([400, expect.stringContaining('did you mean')])
  const made = await call('schedules.create', { name: 'to-vault', settings, reason: 'test' })
  expect(made.status, await made.text()).toBe(200)
  const { items } = await box.client().schedules.list.query({})
  const { id, repositoryName } = items.find(({ name }) => name === 'to-vault') ?? { id: '' }
  expect(repositoryName).toBe('vault')
  const run = await runEnded(box.client(), (await box.client().schedules.runNow.mutate({ id })).id)
  expect(run).toMatchObject({ state: 'succeeded', repositoryName: 'vault' })
})

it('makes a repository that a new configuration brings, and a new recovery kit at the next start', async () => {
  const place = path.join(box.home, 'second')
  const document = JSON.parse(fs.readFileSync(box.configFile, 'utf8'))
  const call = await box.signIn(email, password)
  const changed = { ...document, storage: { type: 'local', local: { path: place } } }
  const saved = await call('settings.update', { document: changed, reason: 'another place' })
  expect(saved.status, await saved.text()).toBe(200)
  for (let tries = 0; tries < 200 && !fs.existsSync(path.join(place, 'config')); tries++) await sleep(50)
  expect(fs.existsSync(path.join(place, 'config'))).toBe(true)
  const kit = path.join(box.data, 'recovery-kit.txt')
  expect(fs.readFileSync(kit, 'utf8')).not.toContain(place)
  await again()
  expect(fs.readFileSync(kit, 'utf8')).toContain(place)
  expect(fs.readFileSync(`${kit}.old`, 'utf8')).not.toContain(place)
  expect(box.output).toContain('NEW RECOVERY KIT')
})

it('stays where people can sign in when its address changes, until it starts again', async () => {
  const document = JSON.parse(fs.readFileSync(box.configFile, 'utf8'))
  const call = await box.signIn(email, password)
  const port = await freePort()
  const moved = { ...document, console: { host: '127.0.0.1', port, public_url: `http://127.0.0.1:${port}/backups` } }
  expect((await call('settings.update', { document: moved, reason: 'another port' })).status).toBe(200)
  await sleep(500)
  await box.signIn(email, password)
})
