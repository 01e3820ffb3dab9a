// A server without listeners as a process of its own, to be killed: node server-main.ts FOLDER SOURCE EPOCH SPEED.
// Its clock goes SPEED times as fast as the real one since EPOCH, so that a schedule of every minute comes every few seconds, across restarts too.
import * as fs from 'node:fs'
import * as path from 'node:path'
import { type Clock, systemClock } from '#server/lib/clock.ts'
import { createLogger } from '#server/lib/logger.ts'
import type { Ticker } from '#server/runtime/scheduler.ts'
import { openServer } from './server.ts'

const [folder = '', source = '', epoch = '', speed = ''] = process.argv.slice(2)
const start = Number(epoch)
const clock: Clock = { now: () => Math.floor(start + (systemClock.now() - start) * Number(speed)) }

const ticker: Ticker = (tick) => {
  const timer = setInterval(tick, 100)
  return async () => clearInterval(timer)
}

const server = await openServer({
  folder,
  schedules: { minutely: { type: 'incremental', cron_expression: '* * * * *', include_paths: [source] } },
  clock,
  log: createLogger({
    level: 'info',
    clock: systemClock,
    file: { path: path.join(folder, 'log'), maxBytes: 1 << 24, backups: 1 },
  }),
  runtime: {
    ticker,
    graceMs: 10_000,
    times: { leaseMs: 3_600_000 * Number(speed), renewEveryMs: 500, lookEveryMs: 200 },
  },
})

let signals = 0
process.on('SIGTERM', () => {
  if (++signals > 1) server.runtime.kill()
  else void server.close().then(() => process.exit(0))
})
await server.runtime.start()
fs.writeSync(1, 'ready\n')
