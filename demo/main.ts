// `npm run demo`: makes a company with ninety days of backups, if there is none yet, and starts a real server on it. For looking around, on this machine only.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { codeOf, errorCatalogue, HoldfastError, messageOf } from '#server/contract/errors.ts'
import { type Demo, demoPorts, makeDemo, readDemo } from './make.ts'

const root = path.join(import.meta.dirname, '..')

const HELP = `npm run demo -- [--data FOLDER] [--days N] [--scale N] [--port P] [--api-port P] [--only-make] [--json]

Makes a demo in a folder, if there is none in it (default data/demo), and starts its server on 127.0.0.1.

  --data FOLDER   where it is, or is made
  --days N        how many days have passed: 5 or more (default 90)
  --scale N       N times as many rows in the catalog, for measuring
  --port P        where the console listens (default ${demoPorts.console}); chosen when a demo is made
  --api-port P    where the API listens (default ${demoPorts.api}); the same
  --only-make     ends when it is made
  --json          prints one document for programs: where it is, and its accounts
`

type Options = {
  readonly folder: string
  readonly days: number
  readonly scale: number
  readonly ports: typeof demoPorts
  readonly onlyMake: boolean
  readonly json: boolean
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      days: { type: 'string', default: '90' },
      scale: { type: 'string', default: '1' },
      port: { type: 'string', default: String(demoPorts.console) },
      'api-port': { type: 'string', default: String(demoPorts.api) },
      'only-make': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(HELP)
    process.exit(0)
  }
  return {
    // npm changes to the root of the project; INIT_CWD is where the person was.
    folder:
      values.data === undefined ? path.join(root, 'data/demo') : path.resolve(process.env.INIT_CWD ?? '.', values.data),
    days: whole('--days', values.days, 5, 1000),
    scale: whole('--scale', values.scale, 1, 1000),
    ports: {
      console: whole('--port', values.port, 1, 65_535),
      api: whole('--api-port', values['api-port'], 1, 65_535),
    },
    onlyMake: values['only-make'],
    json: values.json,
  }
}

function whole(name: string, text: string, from: number, to: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= from && value <= to) return value
  throw new HoldfastError('usage', `${name} is "${text}"; a whole number from ${from} to ${to} is allowed`)
}

const say = (line: string): void => void process.stderr.write(`${line}\n`)

async function theDemo({ folder, days, scale, ports }: Options): Promise<Demo> {
  const there = readDemo(folder)
  if (there) return there
  say(`demo: ${days} days of backups are made in ${folder}; that takes some minutes`)
  return makeDemo(folder, { days, scale, ports, say: (line) => say(`demo: ${line}`) })
}

/** What a person has to know. */
function introduce({ url, accounts, days }: Demo, started: boolean): void {
  const lines = [
    '',
    `THIS IS A DEMO: a made-up company, ${days} days of small backups, passwords that are printed. Keep nothing in it.`,
    ...(started ? [`  console  ${url}  (reached from this machine only)`] : []),
    ...accounts.map(({ role, email, password }) => `  ${role.padEnd(14)} ${email.padEnd(28)} ${password}`),
    '',
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}

function tell(demo: Demo, { folder, json }: Options, started: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify({ demo: true, folder, started, ...demo })}\n`)
  else introduce(demo, started)
}

/** Runs the server until it ends; what it prints goes to stderr. @returns its exit status */
async function serve(demo: Demo, options: Options): Promise<number> {
  const { PATH = '', HOME = '' } = process.env
  // Nothing of this environment may change what the demo's own configuration says.
  const env = { PATH, HOME, HOLDFAST_DATA_DIR: demo.dataDir }
  const child = spawn(path.join(root, 'bin/holdfast'), ['serve'], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  let output = ''
  child.stdout.on('data', (text: Buffer) => {
    process.stderr.write(text)
    const ready = /^Ready\./m.test(output)
    output = ready ? output : output + text.toString()
    if (!ready && /^Ready\./m.test(output)) tell(demo, options, true)
  })
  const [status] = (await once(child, 'exit')) as [number | null]
  return status ?? 1
}

async function main(): Promise<number> {
  const options = readOptions()
  const demo = await theDemo(options)
  if (!options.onlyMake) return serve(demo, options)
  tell(demo, options, false)
  return 0
}

try {
  process.exitCode = await main()
} catch (error) {
  say(`demo: ${messageOf(error)}`)
  process.exitCode = errorCatalogue[codeOf(error)].exit
}
