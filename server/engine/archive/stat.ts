// From what statx filled in to the words of a tree entry.
import { Stat } from '../posix/stat.ts'
import type { EntryStat, EntryType } from '../tree/entry.ts'

/** By the upper four bits of the mode; a number that no kernel gives counts as a file. */
const types = Array.from({ length: 16 }, (): EntryType => 'file')
types[0o04] = 'directory'
types[0o12] = 'symlink'
types[0o01] = 'fifo'
types[0o14] = 'socket'
types[0o02] = 'character'
types[0o06] = 'block'

/** A Stat seen as an EntryStat, without an object for each file. */
export class StatView implements EntryStat {
  readonly stat = new Stat()

  get type(): EntryType {
    return types[this.stat.mode >> 12]!
  }
  get mode(): number {
    return this.stat.mode & 0o7777
  }
  get uid(): number {
    return this.stat.uid
  }
  get gid(): number {
    return this.stat.gid
  }
  get mtimeSec(): number {
    return this.stat.mtimeSec
  }
  get mtimeNsec(): number {
    return this.stat.mtimeNsec
  }
  get ctimeSec(): number {
    return this.stat.ctimeSec
  }
  get ctimeNsec(): number {
    return this.stat.ctimeNsec
  }
  get inoLow(): number {
    return this.stat.inoLo
  }
  get inoHigh(): number {
    return this.stat.inoHi
  }
  /** The device only tells hard links apart, and its number may change with every boot: kept where there are links to tell. */
  get devMajor(): number {
    return this.#linked ? this.stat.devMajor : 0
  }
  get devMinor(): number {
    return this.#linked ? this.stat.devMinor : 0
  }
  /** Of a directory it counts what is in there, in ways that file systems differ in. */
  get nlink(): number {
    return this.type === 'directory' ? 1 : this.stat.nlink
  }
  get size(): number {
    return this.type === 'file' ? this.stat.size : 0
  }

  get #linked(): boolean {
    return this.nlink > 1
  }

  /** A copy that stays when the view is used again. */
  snapshot(): EntryStat {
    const { type, mode, uid, gid, mtimeSec, mtimeNsec, ctimeSec, ctimeNsec } = this
    const { inoLow, inoHigh, devMajor, devMinor, nlink, size } = this
    return {
      type,
      mode,
      uid,
      gid,
      mtimeSec,
      mtimeNsec,
      ctimeSec,
      ctimeNsec,
      inoLow,
      inoHigh,
      devMajor,
      devMinor,
      nlink,
      size,
    }
  }
}

/** What changes when a file does. */
export type Version = Pick<
  EntryStat,
  'size' | 'mtimeSec' | 'mtimeNsec' | 'ctimeSec' | 'ctimeNsec' | 'inoLow' | 'inoHigh'
>

/** Versions as plain numbers, to send many of them to a lane. */
export const VERSION_NUMBERS = 7

export function pushVersion(numbers: number[], v: Version): void {
  numbers.push(v.size, v.mtimeSec, v.mtimeNsec, v.ctimeSec, v.ctimeNsec, v.inoLow, v.inoHigh)
}

/** Whether `numbers` hold, at place `index`, the version of a file that `view` shows. */
export function isVersion(numbers: Float64Array, index: number, view: Version): boolean {
  const at = index * VERSION_NUMBERS
  return (
    numbers[at] === view.size &&
    numbers[at + 1] === view.mtimeSec &&
    numbers[at + 2] === view.mtimeNsec &&
    numbers[at + 3] === view.ctimeSec &&
    numbers[at + 4] === view.ctimeNsec &&
    numbers[at + 5] === view.inoLow &&
    numbers[at + 6] === view.inoHigh
  )
}

/** Whether a file was left alone between two looks at it. */
export const sameVersion = (a: Version, b: Version): boolean =>
  a.size === b.size &&
  a.mtimeSec === b.mtimeSec &&
  a.mtimeNsec === b.mtimeNsec &&
  a.ctimeSec === b.ctimeSec &&
  a.ctimeNsec === b.ctimeNsec &&
  a.inoLow === b.inoLow &&
  a.inoHigh === b.inoHigh
