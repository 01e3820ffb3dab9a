// The memory of a process and all its descendants, read from /proc.
import { readdirSync, readFileSync } from 'node:fs'

/** Peaks in KiB. `sum` is the most that the tree held at one sampled moment; `single` the most that one process ever held. */
export type Peak = { readonly sum: number; readonly single: number }

/**
 * Samples the resident memory of a process tree. Pages that two processes share count in each, as in every sum of RSS.
 * A descendant stays in the tree once it was seen, even when its parent ended before it.
 */
export class TreeSampler {
  private readonly known: Set<number>
  private sum = 0
  private single = 0

  constructor(rootPid: number) {
    this.known = new Set([rootPid])
  }

  /** Takes one sample and returns the tree's resident memory in KiB (0 when it has ended). */
  sample(): number {
    let total = 0
    for (const pid of this.known) {
      const memory = memoryOf(pid)
      if (!memory) {
        this.known.delete(pid)
        continue
      }
      total += memory.now
      this.single = Math.max(this.single, memory.peak)
      for (const child of childrenOf(pid)) this.known.add(child)
    }
    this.sum = Math.max(this.sum, total)
    return total
  }

  /** What the samples so far have shown; `single` comes from the kernel's own high-water mark. */
  peak(): Peak {
    return { sum: Math.max(this.sum, this.single), single: this.single }
  }
}

/** VmRSS and VmHWM in KiB; undefined for a process that has ended (a zombie has no memory lines). */
function memoryOf(pid: number): { now: number; peak: number } | undefined {
  const status = readIfThere(`/proc/${pid}/status`)
  const now = /^VmRSS:\s+(\d+)/m.exec(status)?.[1]
  const peak = /^VmHWM:\s+(\d+)/m.exec(status)?.[1]
  return now && peak ? { now: Number(now), peak: Number(peak) } : undefined
}

/** Children of any thread of the process: the kernel lists them by the thread that started them. */
function childrenOf(pid: number): number[] {
  return tasksOf(pid).flatMap((task) =>
    readIfThere(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean).map(Number),
  )
}

function tasksOf(pid: number): string[] {
  return ifThere(() => readdirSync(`/proc/${pid}/task`), [])
}

const readIfThere = (path: string): string => ifThere(() => readFileSync(path, 'latin1'), '')

/** A process may end between two reads: then its files are gone (ENOENT) or say so (ESRCH), and `otherwise` stands in. */
function ifThere<T>(read: () => T, otherwise: T): T {
  try {
    return read()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ESRCH') return otherwise
    throw error
  }
}
