// Runs: everything that the server did, does and is about to do.
import type { z } from 'zod'
import { createRunCommands, type RunCommandDeps, runCommands } from './commands.ts'
import { createRunQueries, runQueries } from './queries.ts'

export { createJobHandlers, type HandlerDeps } from './handlers.ts'
export type { LogItem, RunDetails, RunItem } from './mapping.ts'
export type { LogPage, RunPage } from './queries.ts'
export { createRunStore } from './store.ts'
export { createVerdicts } from './verdicts.ts'

export const runInputs = { ...runQueries, ...runCommands }
export type RunInput = { [K in keyof typeof runInputs]: z.output<(typeof runInputs)[K]> }

export type RunsService = ReturnType<typeof createRunsService>

export const createRunsService = (deps: RunCommandDeps) => ({ ...createRunQueries(deps), ...createRunCommands(deps) })
