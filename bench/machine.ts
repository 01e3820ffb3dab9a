// What the figures were measured on.
import { readFileSync, realpathSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'

export type Machine = {
  readonly processor: string
  readonly cores: number
  readonly memoryGiB: number
  readonly kernel: string
  readonly fileSystem: string
  /** Processes that wanted to run, averaged over the minute before: near 0 on a quiet machine. */
  readonly load: number
}

/** `folder` is where the repositories lie. */
export function describeMachine(folder: string): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    fileSystem: fileSystemOf(realpathSync(folder), readFileSync('/proc/self/mounts', 'utf8')),
    load: loadavg()[0] ?? 0,
  }
}

/** The type of the file system that holds `path`, from a table like /proc/self/mounts: the longest mount point wins. */
export function fileSystemOf(path: string, mounts: string): string {
  let found = { point: '', type: 'unknown' }
  for (const line of mounts.split('\n')) {
    const [, point = '', type = ''] = line.split(' ')
    const holds = path === point || path.startsWith(point === '/' ? '/' : `${point}/`)
    if (point !== '' && holds && point.length >= found.point.length) found = { point, type }
  }
  return found.type
}
