// The real server as a process of its own, in a folder that goes away: what a person gets who types `npm start`.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createHoldfastClient, type HoldfastClient } from '../../client/index.ts'

const program = path.join(import.meta.dirname, '../../bin/holdfast')
/** What the server makes when it starts takes seconds, on a busy machine many. */
const START_MS = 120_000
/** Signals that a process sends itself by a mistake in native code. */
const CRASHES: ReadonlySet<string> = new Set(['SIGBUS', 'SIGSEGV', 'SIGABRT', 'SIGILL', 'SIGFPE'])

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

type Options = {
  /** More of the configuration document. */
  readonly document?: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, string>>
}

/** A folder for a server and for what it protects. `using` removes it. */
export class ServerBox {
  readonly home = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-server-'))
  readonly data = path.join(this.home, 'data')
  readonly configFile = path.join(this.home, 'holdfast.jsonc')
  readonly apiKey = `test-${'k'.repeat(40)}`
  /** More of the configuration document; what is changed counts at the next start. */
  document: Readonly<Record<string, unknown>>
  readonly #options: Options
  #ports: { console: number; api: number } | undefined
  child: ChildProcess | undefined
  output = ''

  constructor(options: Options = {}) {
    this.#options = options
    this.document = options.document ?? {}
  }

  get consoleUrl(): string {
    return `http://127.0.0.1:${this.#ports?.console}/backups`
  }

  /** With the key that the environment gives to programs, over TLS with the certificate that the server made. */
  client(): HoldfastClient {
    const ca = fs
      .readdirSync(path.join(this.data, 'tls'))
      .filter((name) => name.endsWith('.crt') || name.endsWith('.pem'))
      .map((name) => fs.readFileSync(path.join(this.data, 'tls', name), 'utf8'))
      .filter((text) => text.includes('BEGIN CERTIFICATE'))
    return createHoldfastClient({
      url: `https://127.0.0.1:${this.#ports?.api}`,
      apiKey: this.apiKey,
      ca: ca.join('\n'),
    })
  }

  /** Makes the first administrator with the link that was printed. */
  async setUp(email: string, password: string): Promise<void> {
    const token = /set-up#(\S+)/.exec(this.output)?.[1] ?? ''
    const body = new URLSearchParams({ token, email, name: 'Ada', password })
    const made = await this.#post('/set-up', body, [])
    if (made.status !== 303) throw new Error(`The administrator was not made: ${made.status} ${await made.text()}`)
  }

  /** Signs in as a browser does. @returns calls a procedure of the console's API that changes something */
  async signIn(email: string, password: string): Promise<(path: string, input: unknown) => Promise<Response>> {
    const page = await fetch(`${this.consoleUrl}/sign-in`)
    const first = cookiesOf(page)
    const csrfToken = /name="csrfToken" value="([^"]+)"/.exec(await page.text())?.[1] ?? ''
    const body = new URLSearchParams({ csrfToken, callbackUrl: '/backups', email, password })
    const signedIn = await this.#post('/api/auth/callback/password', body, first)
    const cookie = [...first, ...cookiesOf(signedIn)].join('; ')
    if (!cookie.includes('session')) throw new Error(`No sign-in: ${signedIn.headers.get('location')}`)
    const origin = new URL(this.consoleUrl).origin
    const headers = { cookie, Origin: origin, 'x-holdfast-console': '1', 'content-type': 'application/json' }
    return (path, input) =>
      fetch(`${this.consoleUrl}/api/trpc/${path}`, { method: 'POST', headers, body: JSON.stringify(input) })
  }

  #post(path: string, body: URLSearchParams, cookies: readonly string[]): Promise<Response> {
    const headers = { Origin: new URL(this.consoleUrl).origin, cookie: cookies.join('; ') }
    return fetch(`${this.consoleUrl}${path}`, { method: 'POST', redirect: 'manual', headers, body })
  }

  /** Starts it, and waits until it has greeted. @throws with all that it printed when it ends instead */
  async start(): Promise<void> {
    this.#ports ??= { console: await freePort(), api: await freePort() }
    this.#configure(this.#ports)
    this.output = ''
    const child = spawn(program, ['serve'], {
      cwd: this.home,
      env: {
        PATH: process.env.PATH,
        HOME: os.homedir(),
        HOLDFAST_DATA_DIR: this.data,
        HOLDFAST_CONFIG: this.configFile,
        BACKUP_API_KEY: this.apiKey,
        ...this.#options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.child = child
    const take = (text: Buffer): void => {
      this.output += text.toString()
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    const until = Date.now() + START_MS
    while (!/^Ready\./m.test(this.output)) {
      if (child.exitCode !== null || child.signalCode !== null || Date.now() > until)
        throw new Error(`The server did not start (${child.exitCode ?? child.signalCode}): ${this.output}`)
      await sleep(50)
    }
  }

  #configure({ console, api }: { console: number; api: number }): void {
    const document = {
      storage: { type: 'local', local: { path: path.join(this.data, 'repository') } },
      encryption: {
        enabled: true,
        key_derivation: { algorithm: 'PBKDF2', iterations: 100_000 },
        key_management: { source: 'file', file_path: path.join(this.data, 'keys/backup.key') },
      },
      console: { host: '127.0.0.1', port: console, public_url: this.consoleUrl },
      api: {
        host: '127.0.0.1',
        port: api,
        ssl: { enabled: true },
        authentication: { enabled: true, method: 'api_key', api_key_env_var: 'BACKUP_API_KEY' },
        rate_limiting: { enabled: true, requests_per_minute: 60_000, burst_capacity: 10_000 },
      },
      monitoring: { logging: { level: 'INFO', file_path: path.join(this.data, 'logs/holdfast.log') } },
      ...this.document,
    }
    fs.writeFileSync(this.configFile, JSON.stringify(document))
  }

  /** Sends a signal and waits for the end. @returns the exit status, or the signal that ended it */
  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | string | null> {
    const { child } = this
    if (!child) return null
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal)
      await once(child, 'exit')
    }
    return child.exitCode ?? child.signalCode
  }

  /** Processes of jobs that this server started, by their parent. */
  jobPids(): number[] {
    const pid = this.child?.pid
    const children = fs.readdirSync(`/proc/${pid}/task`).map((task) => `/proc/${pid}/task/${task}/children`)
    return children.flatMap((file) => fs.readFileSync(file, 'utf8').split(' ').filter(Boolean).map(Number))
  }

  /** @throws when the server crashed meanwhile: what failed for it says only that nobody answered */
  async [Symbol.asyncDispose](): Promise<void> {
    const signal = this.child?.signalCode
    await this.end('SIGKILL')
    fs.rmSync(this.home, { recursive: true, force: true })
    if (signal && CRASHES.has(signal)) throw new Error(`The server crashed with ${signal}: ${this.output}`)
  }
}

const cookiesOf = (response: Response): string[] =>
  response.headers.getSetCookie().map((each) => each.split(';', 1)[0] ?? '')

const ended = new Set(['succeeded', 'warning', 'failed', 'cancelled', 'missed', 'orphaned'])

/** Waits until a run has ended, and gives it. */
export async function runEnded(client: HoldfastClient, id: string) {
  for (;;) {
    const run = await client.runs.get.query({ id })
    if (ended.has(run.state)) return run
    await sleep(100)
  }
}
