// The thread that looks through the file system for a preview: a slow disk or a dead mount holds up nobody but it.
import { parentPort, workerData } from 'node:worker_threads'
import { codeOf, HoldfastError, messageOf } from '../../contract/errors.ts'
import type { MatchTask, MatchUpdate } from './matches.ts'
import { countMatches, nothingFound } from './matching.ts'
import { leftOut, protectedOf, refuseRoots } from './own-files.ts'
import { folderOf, isWithin, rootsOf } from './roots.ts'

const port = parentPort
if (!port) throw new HoldfastError('internal', 'This file is the entry of a worker thread')

/** Milliseconds between two reports. */
const PACE = 250

const task = workerData as MatchTask
const say = (update: MatchUpdate): void => port.postMessage(update)

function look(): void {
  const started = performance.now()
  const roots = rootsOf(task.includePaths)
  const own = protectedOf(task.protectedPaths)
  refuseRoots(roots, own)
  const folder = task.repository === undefined ? undefined : folderOf(task.repository)
  if (folder !== undefined && roots.some((root) => isWithin(root, folder)))
    throw new HoldfastError('usage', 'One of the paths is the repository: it can’t be backed up into itself')
  const found = nothingFound()
  const skip = [...leftOut(roots, own), ...(folder === undefined ? [] : [folder])]
  let said = started
  const whole = countMatches({ roots, excludePatterns: task.excludePatterns, skip }, found, () => {
    const now = performance.now()
    if (now - said > PACE) {
      said = now
      say({ found, done: false, cut: false })
    }
    return now - started < task.lasts
  })
  say({ found, done: whole, cut: !whole })
}

try {
  look()
} catch (error) {
  say({ error: { code: codeOf(error), message: messageOf(error) } })
}
