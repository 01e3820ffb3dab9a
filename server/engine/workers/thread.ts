// Entry of a worker thread: opens the storage for itself, then serves tasks in the order they come.
import { parentPort, workerData } from 'node:worker_threads'
import { HoldfastError } from '../../contract/errors.ts'
import type { Storage, StorageRef } from '../../storage/types.ts'
import { handlers } from './handlers.ts'
import { type Handler, type LaneReply, type LaneRequest, packError } from './protocol.ts'

const port = parentPort
if (!port) throw new HoldfastError('internal', 'This file is the entry of a worker thread')
const { kind, init, storage } = workerData as { kind: string; init: never; storage: StorageRef }

const reply = (message: LaneReply, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer)

async function start(): Promise<Handler> {
  const [opener, module] = await Promise.all([
    import(storage.module) as Promise<{ open(options: unknown): Promise<Storage> }>,
    handlers[kind]!(),
  ])
  return module.start(init, await opener.open(storage.options), (event) => reply({ event }))
}

const handler = start()
// A start that fails is told to whoever sends the first task.
handler.catch(() => undefined).then(() => reply({ loaded: true }))
let last: Promise<void> = Promise.resolve()

async function serve(id: number, task: unknown): Promise<void> {
  try {
    const { result, transfer } = await (await handler).run(task)
    reply({ id, result }, transfer)
  } catch (error) {
    reply({ id, error: packError(error) })
  }
}

port.on('message', (request: LaneRequest) => {
  last = last.then(async () => {
    if ('attach' in request) (await handler).attach?.(request.attach)
    else await serve(request.id, request.task)
  })
})
