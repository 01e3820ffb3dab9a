// Names of one file: the first that is restored becomes the file, the others links to it as soon as it is complete.
import { constants } from 'node:fs'
import { closeFd, linkAt, O_PATH } from '../posix/at.ts'
import { openBeneath } from '../posix/open.ts'
import { Stat, statAt } from '../posix/stat.ts'
import type { Entry } from '../tree/entry.ts'
import type { TargetDirectory } from './directory.ts'
import { inPlace } from './write.ts'

export type Link = {
  readonly directory: TargetDirectory
  readonly entry: Entry
  readonly replace: boolean
  /** The file that it waited for. */
  readonly group?: Group
}
/** `left`: names that are still to be made. */
type Group = {
  state: 'pending' | 'complete' | 'failed'
  readonly directory: string
  readonly name: string
  /** Which file it is, when it was there and was kept; otherwise it is a new one. */
  readonly kept: string | undefined
  left: number
  waiting: Link[]
}

/** Names of one inode that tell different stories (it changed, or was used again, between two looks) are files of their own. */
const keyOf = (entry: Entry): string =>
  `${entry.devMajor}:${entry.devMinor}:${entry.inoHigh}:${entry.inoLow}:${entry.type}:${entry.size}:${entry.mtimeSec}:${entry.mtimeNsec}`

const stat = new Stat()

/** Which file a name of the target leads to. */
function identity({ directory, entry }: Pick<Link, 'directory' | 'entry'>): string | undefined {
  const dirfd = directory.probe()
  if (dirfd === undefined || statAt(dirfd, entry.name, stat) !== 0) return undefined
  return `${stat.devMajor}:${stat.devMinor}:${stat.inoHi}:${stat.inoLo}`
}

/** Remembers a file only until all its names have been seen. */
export class HardLinks {
  readonly #groups = new Map<string, Group>()

  /** True when the entry is another name of a file that was met before: `add` it instead of restoring it. */
  isLink(entry: Entry): boolean {
    return entry.nlink > 1 && this.#groups.has(keyOf(entry))
  }

  /** The entry is restored as a file of its own, or was there and is `kept`; links will wait for it. */
  begin(directory: TargetDirectory, entry: Entry, kept: boolean): void {
    if (entry.nlink < 2) return
    this.#groups.set(keyOf(entry), {
      state: 'pending',
      directory: directory.path,
      name: entry.name,
      kept: kept ? identity({ directory, entry }) : undefined,
      left: entry.nlink - 1,
      waiting: [],
    })
  }

  /** Whether the link is there already. */
  isMade(link: Link): boolean {
    const kept = this.#groups.get(keyOf(link.entry))?.kept
    return kept !== undefined && kept === identity(link)
  }

  /** @returns the links that can be made now (or, with `failed`, can't) */
  settle(entry: Entry, state: 'complete' | 'failed'): Link[] {
    const group = entry.nlink > 1 ? this.#groups.get(keyOf(entry)) : undefined
    if (!group) return []
    group.state = state
    const waiting = group.waiting
    group.waiting = []
    return waiting
  }

  /** @returns 'wait' when the link will come out of `settle` */
  add(link: Link): 'now' | 'wait' | 'failed' {
    const group = this.#groups.get(keyOf(link.entry))!
    if (group.state === 'failed') return 'failed'
    if (group.state === 'complete') return 'now'
    group.waiting.push({ ...link, group })
    return 'wait'
  }

  /** Makes the link; `rootfd` is the target. */
  make(rootfd: number, { directory, entry, replace, ...link }: Link): void {
    // There may be more names than the inode had when the first was looked at.
    const group = link.group ?? this.#groups.get(keyOf(entry))!
    if (--group.left === 0) this.#groups.delete(keyOf(entry))
    const from = openBeneath(rootfd, group.directory.slice(1) || '.', O_PATH | constants.O_DIRECTORY)
    try {
      inPlace(directory.fd, entry, replace, (name) => linkAt(from, group.name, directory.fd, name))
    } finally {
      closeFd(from)
    }
  }
}
