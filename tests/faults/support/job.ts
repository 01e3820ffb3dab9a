// A job for the tests of the queue: behaves as its input says, well or badly. It speaks as server/jobs/host.ts does.
import type { FromJob, ToJob } from '../../../server/contract/runs.ts'

export type Behaviour =
  | { readonly does: 'succeed'; readonly logs?: number; readonly reports?: number }
  | { readonly does: 'fail'; readonly code: string }
  | { readonly does: 'crash' }
  | { readonly does: 'exhaust' }
  | { readonly does: 'flood'; readonly megabytes: number }
  | { readonly does: 'wait'; readonly path?: string; readonly logs?: number }
  | { readonly does: 'hang' }
  | { readonly does: 'vanish' }

const tell = (message: FromJob): Promise<void> =>
  new Promise((resolve) => process.send?.(message, undefined, undefined, () => resolve()))

const failed = (code: string, message: string): FromJob =>
  ({ type: 'end', end: { state: 'failed', error: { code, message } } }) as FromJob

async function finish(message: FromJob): Promise<never> {
  await tell(message)
  process.exit(0)
}

async function behave(behaviour: Behaviour): Promise<void> {
  if (behaviour.does === 'crash') process.kill(process.pid, 'SIGSEGV')
  if (behaviour.does === 'vanish') process.exit(7)
  if (behaviour.does === 'exhaust') {
    const kept: unknown[] = []
    for (;;) kept.push(Array.from({ length: 1000 }, (_, i) => ({ i })))
  }
  if (behaviour.does === 'flood') {
    const line = Buffer.from(`${'x'.repeat(1023)}\n`.repeat(1024))
    for (let i = 0; i < behaviour.megabytes; i++) await new Promise((resolve) => process.stdout.write(line, resolve))
  }
  if (behaviour.does === 'fail') await finish(failed(behaviour.code, 'it was told to fail'))
  if (behaviour.does === 'wait') {
    for (let i = 0; i < (behaviour.logs ?? 0); i++) await tell({ type: 'log', level: 'info', message: `line ${i}` })
    const at = behaviour.path === undefined ? {} : { path: behaviour.path }
    await tell({ type: 'progress', changed: { phase: 'waiting', ...at } })
    process.on('SIGTERM', () => void finish(failed('interrupted', 'it was asked to end')))
    setInterval(() => undefined, 1000)
    return
  }
  if (behaviour.does === 'hang') {
    await tell({ type: 'progress', changed: { phase: 'hanging' } })
    process.on('SIGTERM', () => undefined)
    setInterval(() => undefined, 1000)
    return
  }
  if (behaviour.does === 'succeed') {
    for (let i = 0; i < (behaviour.logs ?? 0); i++) await tell({ type: 'log', level: 'info', message: `line ${i}` })
    for (let i = 1; i <= (behaviour.reports ?? 0); i++) await tell({ type: 'progress', changed: { files: i } })
  }
  await finish({ type: 'end', end: { state: 'succeeded', statistics: { argv: process.argv.slice(2) }, filesRead: 3 } })
}

process.once('disconnect', () => process.exit(1))
process.on('message', (message: ToJob) => {
  if (message.type === 'start') void behave(message.input as Behaviour)
})
void tell({ type: 'ready' })
