// The process of one job: gets its work over IPC, does it with the engine, tells how far it is, and ends. It knows no catalog and no configuration.
import { codeOf, HoldfastError, messageOf } from '../contract/errors.ts'
import { namesBehind } from '../contract/names.ts'
import { type FromJob, type JobKind, jobKinds, type RunEnd, type ToJob } from '../contract/runs.ts'
import { systemClock } from '../lib/clock.ts'
import { kinds } from './kinds.ts'
import { createThrottle } from './progress.ts'
import type { JobContext } from './types.ts'

/** A job whose server is gone gets so long to reach a safe point. */
const ORPHAN_MS = 20_000

const abort = new AbortController()

/** Nobody listens any more once the server is gone. */
const tell = (message: FromJob): Promise<void> =>
  new Promise((resolve) => {
    if (process.connected && process.send) process.send(message, undefined, undefined, () => resolve())
    else resolve()
  })

async function work({ runId, kind, input }: Extract<ToJob, { type: 'start' }>): Promise<RunEnd> {
  const throttle = createThrottle(
    (changed) => void tell({ type: 'progress', changed }),
    () => performance.now(),
  )
  const context: JobContext = {
    runId,
    signal: abort.signal,
    clock: systemClock,
    log: (level, message) => void tell({ type: 'log', level, message }),
    progress: throttle.report,
  }
  try {
    if (!isKind(kind)) throw new HoldfastError('unsupported', `There is no job of kind "${kind}"`)
    const job = await kinds[kind]()
    // The kind says which input it is: both come from the same handler.
    const end = await job.run(context, input as never)
    throttle.flush()
    return end
  } catch (error) {
    return { state: 'failed', error: { code: codeOf(error), message: toldOf(error) } }
  }
}

/** What we say names files where `namesBehind` has them; what the system and libraries say may name one anywhere. */
const toldOf = (error: unknown): string =>
  codeOf(error) === 'internal' ? `The job failed.${namesBehind.cause}${messageOf(error)}` : messageOf(error)

const isKind = (kind: string): kind is JobKind => (jobKinds as readonly string[]).includes(kind)

async function start(message: Extract<ToJob, { type: 'start' }>): Promise<void> {
  await tell({ type: 'end', end: await work(message) })
  // What the engine left open must not keep a process that is done.
  process.exit(0)
}

function main(): void {
  if (!process.send) throw new HoldfastError('usage', 'This program is started by the server, not by hand')
  process.on('SIGTERM', () => abort.abort())
  // A terminal sends it to all processes at once; the server decides what it means.
  process.on('SIGINT', () => undefined)
  process.once('disconnect', () => {
    abort.abort()
    setTimeout(() => process.exit(1), ORPHAN_MS).unref()
  })
  process.on('message', (message: ToJob) => {
    if (message.type === 'cancel') abort.abort()
    else void start(message)
  })
  void tell({ type: 'ready' })
}

main()
