// A PostgreSQL server for tests: Debian's, on 127.0.0.1 and a free port, in a temporary folder, gone when it is stopped.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import { createServer } from 'node:net'
import * as os from 'node:os'
import * as path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

const ROOT = '/usr/lib/postgresql'
const USER = 'test'
const PASSWORD = 'pw'
const isRoot = process.getuid?.() === 0

export type Postgres = AsyncDisposable & {
  /** A new, empty database. @returns its address */
  createDatabase(): Promise<string>
  /** Ends it; the folder stays. Connections are cut. */
  halt(): Promise<void>
  /** After `halt`: the same data at the same address. */
  resume(): Promise<void>
  stop(): Promise<void>
}

/** Debian's folder of the newest version; undefined when there is none. */
function programs(): string | undefined {
  const versions = fs.existsSync(ROOT) ? fs.readdirSync(ROOT) : []
  return versions
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => path.join(ROOT, version, 'bin'))
    .find((folder) => fs.existsSync(path.join(folder, 'initdb')))
}

/**
 * Why no server can be started here; undefined when one can.
 * @throws in CI, where it must be there
 */
export function whyNoPostgres(): string | undefined {
  if (programs() !== undefined) return undefined
  const why = `there is no PostgreSQL in ${ROOT} (Debian's package "postgresql")`
  if (process.env.CI === 'true') throw new Error(`PostgreSQL must be tested in CI, but ${why}`)
  return why
}

/** PostgreSQL refuses to run as root. It also ends when this process does, however that ends. */
function asUser(): string[] {
  const user = isRoot ? ['--reuid=postgres', '--regid=postgres', '--init-groups'] : []
  return ['setpriv', ...user, '--pdeathsig=INT']
}

function makeFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-postgres-'))
  if (isRoot) {
    const number = (flag: string): number => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout)
    fs.chownSync(folder, number('-u'), number('-g'))
  }
  return folder
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return address.port
}

function initialize(bin: string, folder: string): void {
  const password = path.join(folder, 'password')
  fs.writeFileSync(password, PASSWORD, { mode: 0o644 })
  const [command = '', ...args] = asUser()
  const { status, stderr } = spawnSync(
    command,
    [
      ...args,
      path.join(bin, 'initdb'),
      ...['-D', path.join(folder, 'data'), '-U', USER, '-A', 'scram-sha-256', `--pwfile=${password}`],
      // A language's order of text, as many servers are set up: the catalog must not depend on it.
      ...['-E', 'UTF8', '--locale=C.UTF-8', '--locale-provider=icu', '--icu-locale=en', '--no-sync'],
    ],
    { encoding: 'utf8', cwd: folder, env: { ...process.env, HOME: folder } },
  )
  if (status !== 0) throw new Error(`initdb failed: ${stderr}`)
}

function launch(bin: string, folder: string, port: number): ChildProcess {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: folder,
    fsync: 'off',
    full_page_writes: 'off',
    shared_buffers: '32MB',
    max_connections: 60,
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const [command = '', ...args] = asUser()
  const log = fs.openSync(path.join(folder, 'log'), 'a')
  try {
    return spawn(command, [...args, path.join(bin, 'postgres'), '-D', path.join(folder, 'data'), ...options], {
      cwd: folder,
      stdio: ['ignore', log, log],
      env: { ...process.env, HOME: folder },
    })
  } finally {
    fs.closeSync(log)
  }
}

const address = (port: number, database: string): string =>
  `postgresql://${USER}:${PASSWORD}@127.0.0.1:${port}/${database}`

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

async function answers(child: ChildProcess, folder: string, port: number): Promise<void> {
  for (;;) {
    try {
      return await run(address(port, 'postgres'), 'SELECT 1')
    } catch (error) {
      if (child.exitCode === null && child.signalCode === null) {
        await sleep(50)
        continue
      }
      throw new Error(`PostgreSQL ended: ${fs.readFileSync(path.join(folder, 'log'), 'utf8')}`, { cause: error })
    }
  }
}

/** Starts a server; a second or two. Ask `whyNoPostgres` first. */
export async function startPostgres(): Promise<Postgres> {
  const bin = programs()
  if (bin === undefined) throw new Error(whyNoPostgres())
  const folder = makeFolder()
  initialize(bin, folder)
  const port = await freePort()
  let running: { readonly child: ChildProcess; readonly ended: Promise<unknown> } | undefined
  const halt = async (): Promise<void> => {
    // Fast shutdown: connections that are open are cut.
    running?.child.kill('SIGINT')
    await running?.ended
    running = undefined
  }
  const resume = async (): Promise<void> => {
    const child = launch(bin, folder, port)
    running = { child, ended: once(child, 'exit') }
    await answers(child, folder, port)
  }
  const stop = async (): Promise<void> => {
    await halt()
    fs.rmSync(folder, { recursive: true, force: true })
  }
  try {
    await resume()
  } catch (error) {
    await stop()
    throw error
  }
  let made = 0
  return {
    async createDatabase() {
      const name = `test_${++made}`
      await run(address(port, 'postgres'), `CREATE DATABASE ${name}`)
      return address(port, name)
    },
    halt,
    resume,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
