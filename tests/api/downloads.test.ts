// Downloads as a browser makes them, from real repositories: what arrives is what was backed up, or visibly not whole.
import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import fs from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { type Role, roles } from '#server/contract/permissions.ts'
import { MIN_ITERATIONS } from '#server/engine/repository/slots.ts'
import { backUp } from '#server/engine/testing.ts'
import { createDownload, dispositionOf } from '#server/listeners/download.ts'
import { zipPieces } from '#server/listeners/download-zip.ts'
import { defaultLimits } from '#server/listeners/limits.ts'
import type { Browser } from '../access/testing.ts'
import { type ApiLab, openApiLab } from './lab.ts'

const wild = 'caf\xe9 \n'
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')

/** Another place of the same bytes, by path relative to `folder`. */
function write(folder: string, name: string, content: string | Buffer, mode = 0o644): void {
  const file = latin1(`${folder}/${name}`)
  fs.mkdirSync(path.dirname(file.toString('latin1')), { recursive: true })
  fs.writeFileSync(file, content)
  fs.chmodSync(file, mode)
  fs.utimesSync(file, 1_600_000_000, 1_600_000_001)
}

async function saved(lab: ApiLab, fill: (source: string) => void, skip: readonly string[] = []) {
  const source = path.join(lab.folder, 'source')
  fs.mkdirSync(source)
  fill(source)
  const keyFile = path.join(lab.folder, 'backup.key')
  fs.writeFileSync(keyFile, 'a key of the tests', { mode: 0o600 })
  const admin = await lab.person('administrator', 'maker@example.com')
  const location = path.join(lab.folder, 'repository')
  const { id: repositoryId } = await lab.services.repositories.create(admin, {
    name: 'local',
    type: 'local',
    location,
    secretSource: { kind: 'key_file', path: keyFile },
    settings: { iterations: MIN_ITERATIONS },
    expect: 'new',
  })
  const repository = await lab.services.repositories.open(repositoryId)
  await backUp(repository, source, { excludes: skip })
  await repository.storage.close()
  await lab.services.snapshots.sync(repositoryId)
  const { id } = await lab.catalog.db.snapshot.findFirstOrThrow()
  return { source, location, id }
}

const query = (kind: string, fields: Record<string, string>): string =>
  `/backups/api/download/${kind}?${new URLSearchParams(fields)}`

/** As a browser does, with all bytes. */
async function get(lab: ApiLab, browser: Browser, to: string, headers: Record<string, string> = {}) {
  const cookie = [...browser.cookies(lab.consoleUrl)].map(([name, value]) => `${name}=${value}`).join('; ')
  const answer = await fetch(`${lab.consoleUrl}${to}`, { headers: { cookie, ...headers } })
  return { answer, body: () => answer.arrayBuffer().then((bytes) => Buffer.from(bytes)) }
}

/** Type, mode, time, content and target of everything below, by path as a byte string. */
function treeOf(folder: string, at = ''): Record<string, unknown> {
  const names = fs.readdirSync(latin1(`${folder}${at}`), { encoding: 'latin1' })
  return Object.assign(
    {},
    ...names.map((name) => {
      const place = `${at}/${name}`
      const file = latin1(`${folder}${place}`)
      const stat = fs.lstatSync(file)
      const seen = { mode: stat.mode.toString(8), time: stat.isDirectory() ? 0 : Math.floor(stat.mtimeMs / 1000) }
      if (stat.isSymbolicLink()) return { [place]: { target: fs.readlinkSync(file, { encoding: 'latin1' }) } }
      if (stat.isDirectory()) return { [place]: seen, ...treeOf(folder, place) }
      return { [place]: { ...seen, hash: createHash('sha256').update(fs.readFileSync(file)).digest('hex') } }
    }),
  )
}

const long = `${'long '.repeat(20)}/${'name '.repeat(20)}.txt`

function manyKinds(source: string): void {
  write(source, 'docs/one.txt', 'one')
  write(source, 'docs/run.sh', '#!/bin/sh\n', 0o750)
  write(source, 'docs/empty', '')
  write(source, `docs/${wild}`, 'bytes')
  write(source, `docs/${long}`, 'far')
  write(source, Buffer.from('docs/Grüße.txt').toString('latin1'), 'text')
  write(source, 'docs/back\\slash', 'slash')
  write(source, 'docs/big.bin', randomBytes(3 << 20))
  fs.mkdirSync(path.join(source, 'docs/nothing'), { mode: 0o700 })
  fs.symlinkSync('../one.txt', path.join(source, 'docs/link'))
}

const pathIn = (source: string, name: string): string => `${source}/${name}`

test('a file comes with its length and its name, whatever the name is', async () => {
  await using lab = await openApiLab()
  const { source, id } = await saved(lab, manyKinds)
  const browser = await lab.signedIn('operator')
  const plain = await get(lab, browser, query('file', { snapshot: id, path: pathIn(source, 'docs/big.bin') }))
  expect(await plain.body()).toEqual(fs.readFileSync(pathIn(source, 'docs/big.bin')))
  expect(Object.fromEntries(plain.answer.headers)).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-length': String(3 << 20),
    'content-disposition': `attachment; filename="big.bin"; filename*=UTF-8''big.bin`,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  })
  const pathBytes = latin1(pathIn(source, `docs/${wild}`)).toString('base64')
  const odd = await get(lab, browser, query('file', { snapshot: id, pathBytes }))
  expect((await odd.body()).toString()).toBe('bytes')
  expect(odd.answer.headers.get('content-disposition')).toContain("UTF-8''caf_xe9%20_n")
  const empty = await get(lab, browser, query('file', { snapshot: id, path: pathIn(source, 'docs/empty') }))
  expect([empty.answer.status, (await empty.body()).length]).toEqual([200, 0])
  const [event] = await lab.events('snapshot.download')
  expect(event).toMatchObject({ actorName: browser.actor.name, targetId: id, result: 'success' })
  expect(JSON.parse(event?.details ?? '')).toEqual({ path: pathIn(source, 'docs/big.bin'), bytes: 3 << 20 })
})

test('a tar gives the folder back, with every byte of every name', async () => {
  await using lab = await openApiLab()
  const { source, id } = await saved(lab, manyKinds)
  const browser = await lab.signedIn('administrator')
  const tar = await get(lab, browser, query('folder', { snapshot: id, path: pathIn(source, 'docs'), format: 'tar' }))
  expect(tar.answer.headers.get('content-disposition')).toContain('filename="docs.tar"')
  const back = path.join(lab.folder, 'back')
  fs.mkdirSync(back)
  execFileSync('tar', ['-xpf', '-', '-C', back], { input: await tar.body() })
  expect(treeOf(back)).toEqual(treeOf(source))
  const [event] = await lab.events('snapshot.download')
  expect(JSON.parse(event?.details ?? '')).toMatchObject({ format: 'tar', files: 8 })
  const all = await get(lab, browser, query('folder', { snapshot: id, format: 'tar' }))
  const names = execFileSync('tar', ['-tf', '-'], { input: await all.body(), encoding: 'utf8' })
  expect(names).toContain(`${source}/docs/one.txt\n`)
})

/** What Python's zipfile finds: it checks every CRC, too. */
function zipContents(file: string): Record<string, { mode: string; time: number[]; hash: string }> {
  const script = [
    'import zipfile, sys, json, hashlib',
    'z = zipfile.ZipFile(sys.argv[1])',
    'assert z.testzip() is None',
    'print(json.dumps({i.filename: {"mode": oct(i.external_attr >> 16)[2:], "time": list(i.date_time),',
    '  "hash": hashlib.sha256(z.read(i)).hexdigest(), "size": i.file_size} for i in z.infolist()}))',
  ].join('\n')
  return JSON.parse(execFileSync('python3', ['-c', script, file], { encoding: 'utf8', maxBuffer: 1 << 28 }))
}

test('a zip holds the folder: content, modes, times, links, and names that are no text in %XX', async () => {
  await using lab = await openApiLab()
  const { source, id } = await saved(lab, manyKinds)
  const browser = await lab.signedIn('operator')
  const zip = await get(lab, browser, query('folder', { snapshot: id, path: pathIn(source, 'docs'), format: 'zip' }))
  const file = path.join(lab.folder, 'docs.zip')
  fs.writeFileSync(file, await zip.body())
  const found = zipContents(file)
  const hash = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex')
  expect(found).toMatchObject({
    'docs/': { mode: fs.statSync(pathIn(source, 'docs')).mode.toString(8) },
    'docs/one.txt': { mode: '100644', hash: hash('one'), time: [2020, 9, 13, 12, 26, 40] },
    'docs/run.sh': { mode: '100750' },
    'docs/empty': { hash: hash('') },
    'docs/caf%E9 %0A': { hash: hash('bytes') },
    'docs/back%5Cslash': { hash: hash('slash') },
    'docs/Grüße.txt': { hash: hash('text') },
    [`docs/${long}`]: { hash: hash('far') },
    'docs/nothing/': { mode: '40700' },
    'docs/link': { mode: '120777', hash: hash('../one.txt') },
    'docs/big.bin': { hash: hash(fs.readFileSync(pathIn(source, 'docs/big.bin'))) },
  })
  expect(Object.keys(found)).toHaveLength(12)
})

test('a folder of 5,000 files, both ways', async () => {
  await using lab = await openApiLab()
  const { source, id } = await saved(lab, (folder) => {
    for (let i = 0; i < 5000; i++) write(folder, `many/${i % 50}/${i}`, `content ${i}`)
  })
  const browser = await lab.signedIn('operator')
  const where = { snapshot: id, path: pathIn(source, 'many') }
  const file = path.join(lab.folder, 'many.zip')
  fs.writeFileSync(file, await (await get(lab, browser, query('folder', { ...where, format: 'zip' }))).body())
  const found = zipContents(file)
  expect(Object.keys(found)).toHaveLength(5051)
  expect(found['many/49/4999']?.hash).toBe(createHash('sha256').update('content 4999').digest('hex'))
  const tar = await (await get(lab, browser, query('folder', { ...where, format: 'tar' }))).body()
  const back = path.join(lab.folder, 'back')
  fs.mkdirSync(back)
  execFileSync('tar', ['-xpf', '-', '-C', back], { input: tar })
  expect(treeOf(back)).toEqual(treeOf(source))
})

test('a zip of more entries than the old format counts', async () => {
  await using lab = await openApiLab()
  const about = {
    mode: 0o600,
    uid: 0,
    gid: 0,
    user: '',
    group: '',
    mtimeSec: -1,
    target: '',
    deviceMajor: 0,
    deviceMinor: 0,
  }
  async function* items() {
    for (let i = 0; i < 66_000; i++)
      yield { ...about, path: `e/${i}`, type: 'file', size: 0, content: () => Readable.from([]) } as const
  }
  const file = path.join(lab.folder, 'large.zip')
  const out = fs.createWriteStream(file)
  for await (const bytes of zipPieces(items())) if (!out.write(bytes)) await once(out, 'drain')
  out.end()
  await once(out, 'close')
  const count = 'import zipfile, sys; print(len(zipfile.ZipFile(sys.argv[1]).namelist()))'
  expect(execFileSync('python3', ['-c', count, file], { encoding: 'utf8' })).toBe('66000\n')
})

test('only those who may read content get any, and refusals are audited', async () => {
  await using lab = await openApiLab()
  const { source, id } = await saved(lab, manyKinds)
  const to = query('file', { snapshot: id, path: pathIn(source, 'docs/one.txt') })
  const expected: Record<Role, number> = { administrator: 200, operator: 200, auditor: 403, requester: 403 }
  for (const role of roles) {
    const { answer, body } = await get(lab, await lab.signedIn(role), to)
    expect([role, answer.status]).toEqual([role, expected[role]])
    if (answer.status !== 200) expect((await body()).toString()).toContain('has no permission')
  }
  expect((await get(lab, lab.browser(), to)).answer.status).toBe(401)
  const denied = await lab.events('snapshots.download')
  expect(denied.map(({ result }) => result)).toEqual(['denied', 'denied', 'denied'])
})

test('requests that are wrong, or come from elsewhere, get nothing', async () => {
  await using lab = await openApiLab()
  const { source, id } = await saved(lab, manyKinds)
  const browser = await lab.signedIn('operator')
  const good = query('file', { snapshot: id, path: pathIn(source, 'docs/one.txt') })
  const status = async (to: string, headers?: Record<string, string>): Promise<number> =>
    (await get(lab, browser, to, headers)).answer.status
  expect(await status(good, { 'sec-fetch-site': 'none' })).toBe(200)
  expect(await status(good, { 'sec-fetch-site': 'same-origin' })).toBe(200)
  expect(await status(good, { 'sec-fetch-site': 'cross-site' })).toBe(403)
  expect(await status(good, { 'sec-fetch-site': 'same-site' })).toBe(403)
  expect(await status(query('file', { snapshot: id, path: `${source}/docs/../docs/one.txt` }))).toBe(400)
  expect(await status(query('file', { snapshot: id, path: '/etc/passwd' }))).toBe(404)
  expect(await status(query('file', { snapshot: 'none', path: '/a' }))).toBe(404)
  expect(await status(query('file', { snapshot: id, path: pathIn(source, 'docs') }))).toBe(400)
  expect(await status(query('folder', { snapshot: id, path: pathIn(source, 'docs/one.txt'), format: 'zip' }))).toBe(400)
  expect(await status(query('folder', { snapshot: id, path: source }))).toBe(400)
  expect(await status(query('folder', { snapshot: id, path: source, format: 'exe' }))).toBe(400)
  expect(await status(query('file', { snapshot: id, path: source, more: 'x' }))).toBe(400)
  expect(await status(`${good}&path=/etc`)).toBe(400)
  expect(await status(query('other', {}))).toBe(404)
  expect((await browser.request(good, { method: 'POST' })).status).toBe(400)
})

test('what is damaged ends as a broken connection, never as a shorter file', async () => {
  await using lab = await openApiLab()
  const { source, location, id } = await saved(lab, (folder) => write(folder, 'big.bin', randomBytes(12 << 20)))
  const packs = fs
    .readdirSync(location, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.parentPath.includes('packs'))
    .map((entry) => path.join(entry.parentPath, entry.name))
  const largest = packs.sort((a, b) => fs.statSync(b).size - fs.statSync(a).size)[0] ?? ''
  const bytes = fs.readFileSync(largest)
  const middle = Math.floor(bytes.length * 0.6)
  for (let i = 0; i < 64; i++) bytes[middle + i] = (bytes[middle + i] ?? 0) ^ 0xff
  fs.chmodSync(largest, 0o600)
  fs.writeFileSync(largest, bytes)
  const browser = await lab.signedIn('operator')
  const file = await get(lab, browser, query('file', { snapshot: id, path: pathIn(source, 'big.bin') }))
  expect(file.answer.status).toBe(200)
  await expect(file.body()).rejects.toThrow()
  for (const format of ['zip', 'tar']) {
    const folder = await get(lab, browser, query('folder', { snapshot: id, path: source, format }))
    await expect(folder.body(), format).rejects.toThrow()
  }
  expect(lab.lines.filter((line) => line.includes('A download broke off'))).toHaveLength(3)
})

/** The handler alone on a socket of its own, which tells how much was taken from the repository and whether all was given back. */
async function watched(lab: ApiLab) {
  const pulled = { bytes: 0, closed: false }
  const { snapshots } = lab.services
  async function* counted(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      for await (const bytes of stream) {
        pulled.bytes += bytes.length
        yield bytes
      }
    } finally {
      pulled.closed = true
    }
  }
  const content: typeof snapshots.content = async (...given) => {
    const found = await snapshots.content(...given)
    return { ...found, stream: counted(found.stream) }
  }
  const { clock, log } = lab
  const refusals = { record: async () => undefined }
  const services = { ...lab.services, snapshots: { ...snapshots, content } }
  const download = createDownload({ services, refusals, clock, log, limits: defaultLimits })
  const caller = { actor: await lab.person('operator', 'slow@example.com'), address: '', stillValid: async () => true }
  const server = http.createServer((request, response) => {
    void download(request, response, (request.url ?? '').split('?')[0] ?? '', caller)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return { pulled, server, port: (server.address() as AddressInfo).port }
}

test('a client that does not read fills no memory, and one that leaves leaves nothing behind', async () => {
  await using lab = await openApiLab()
  const size = 48 << 20
  const { source, id } = await saved(lab, (folder) => write(folder, 'big.bin', randomBytes(size)))
  const { pulled, server, port } = await watched(lab)
  const request = http.get({
    port,
    host: '127.0.0.1',
    path: query('file', { snapshot: id, path: `${source}/big.bin` }),
  })
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  response.pause()
  for (let before = -1; before !== pulled.bytes; await sleep(300)) before = pulled.bytes
  expect(pulled.bytes).toBeGreaterThan(0)
  expect(pulled.bytes).toBeLessThan(size / 2)
  expect(pulled.closed).toBe(false)
  response.once('error', () => undefined)
  request.destroy()
  while (!pulled.closed) await sleep(10)
  expect(pulled.bytes).toBeLessThan(size / 2)
  server.close()
})

test('no name can get out of its header', () => {
  const hostile = [
    'a"; filename="b',
    'a\r\nSet-Cookie: x=1',
    '../../etc/passwd',
    'C:\\x',
    '\u202Etxt.exe',
    '%00',
    '',
    ' ',
    '\ud800',
  ]
  for (const name of hostile) {
    const line = dispositionOf(name)
    expect(line).toMatch(/^attachment; filename="[ -~]+"; filename\*=UTF-8''[A-Za-z0-9%._~-]+$/)
    expect(line.slice(22).split('"')[0]).not.toMatch(/[/\\%]/)
  }
  expect(dispositionOf('Grüße.zip')).toBe(`attachment; filename="Gru__e.zip"; filename*=UTF-8''Gr%C3%BC%C3%9Fe.zip`)
})
