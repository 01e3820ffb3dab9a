// The thread that lists the folders in a folder.
import { parentPort, workerData } from 'node:worker_threads'
import { codeOf, HoldfastError, messageOf } from '../../contract/errors.ts'
import { type FolderAnswer, type FolderTask, listFolders } from './folders.ts'

const port = parentPort
if (!port) throw new HoldfastError('internal', 'This file is the entry of a worker thread')

const say = (answer: FolderAnswer): void => port.postMessage(answer)

try {
  say({ listed: listFolders(workerData as FolderTask) })
} catch (error) {
  say({ error: { code: codeOf(error), message: messageOf(error) } })
}
