// Entry of the scout's thread (scout.ts): places come one after the other.
import { parentPort, workerData } from 'node:worker_threads'
import { HoldfastError } from '../../contract/errors.ts'
import { type ScoutInit, Scouting, type ScoutTask } from './scouting.ts'

const port = parentPort
if (!port) throw new HoldfastError('internal', 'This file is the entry of a worker thread')
const scouting = new Scouting(workerData as ScoutInit)
port.on('message', (task: ScoutTask) => scouting.run(task))
port.postMessage('loaded')
