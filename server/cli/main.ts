// The entry of bin/holdfast. Nothing heavy is loaded before it is known what is to be done.
import { rawArguments } from './bytes.ts'
import { run } from './run.ts'

// Threads, timers or connections that something left open keep no finished command alive.
process.exit(await run(rawArguments(process.argv.slice(2))))
