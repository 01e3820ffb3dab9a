// An example of the typed client: tells how it stands, runs a schedule now, and follows the run to its end.
//   HOLDFAST_URL=https://backup.acme.com:8081 HOLDFAST_API_KEY=hf_... HOLDFAST_CA=server.crt node client/example.ts nightly
import { readFileSync } from 'node:fs'
import { createHoldfastClient, failureOf, type HoldfastClient, type Outputs } from './index.ts'

const { HOLDFAST_URL: url = 'https://localhost:8081', HOLDFAST_API_KEY: apiKey, HOLDFAST_CA: ca } = process.env
const print = (line: string): void => void process.stdout.write(`${line}\n`)

const client = createHoldfastClient({ url, apiKey, ...(ca === undefined ? {} : { ca: readFileSync(ca) }) })
const [name] = process.argv.slice(2)
try {
  await report(client)
  if (name !== undefined) await runSchedule(client, name)
} catch (error) {
  // The server's words, and its code: "forbidden: ci has no permission ...".
  const failure = failureOf(error)
  if (failure === undefined) throw error
  print(`${failure.code}: ${failure.message}`)
  process.exitCode = 1
}

async function report({ overview, runs }: HoldfastClient): Promise<void> {
  // Both calls go out in one request.
  const [state, recent] = await Promise.all([overview.get.query(), runs.list.query({ limit: 5 })])
  print(`verdict: ${state.verdict}`)
  for (const { severity, message } of state.exceptions) print(`  ${severity}: ${message}`)
  for (const { kind, state, queuedAt } of recent.items) print(`${queuedAt} ${kind} ${state}`)
}

async function runSchedule(client: HoldfastClient, name: string): Promise<void> {
  const schedule = await findSchedule(client, name)
  if (schedule === undefined) return print(`there is no schedule ${name}`)
  const { id } = await client.schedules.runNow.mutate({ id: schedule.id })
  print(`run ${id} is queued`)
  const end = await endOf(client, id)
  print(`run ${id} has ${end}`)
}

/** Goes through the pages of a list. */
async function findSchedule(
  { schedules }: HoldfastClient,
  name: string,
): Promise<Outputs['schedules']['get'] | undefined> {
  let cursor: string | undefined
  do {
    const page = await schedules.list.query({ limit: 200, cursor })
    const found = page.items.find((item) => item.name === name)
    if (found !== undefined) return found
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return undefined
}

/** Events say that something changed; what it is now is asked for. After "resync" some events may be missing, so it is asked as well. */
function endOf({ events, runs }: HoldfastClient, id: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = async (): Promise<void> => {
      const { state } = await runs.get.query({ id })
      if (state === 'queued' || state === 'running') return
      subscription.unsubscribe()
      resolve(state)
    }
    const subscription = events.live.subscribe(undefined, {
      onData({ data: event }) {
        if (event.kind === 'run' && event.id === id && event.progress) print(JSON.stringify(event.progress))
        if (event.kind === 'resync' || event.id === id) look().catch(reject)
      },
      onError: reject,
    })
  })
}
