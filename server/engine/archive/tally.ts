// What a backup counts, and what it could not read.
import type { SourceError } from '../repository/snapshot.ts'

/** Counted as the walk goes; as in BackupStatistics where the names are the same. */
export type Counters = {
  filesNew: number
  filesChanged: number
  filesUnmodified: number
  directories: number
  others: number
  bytes: number
  bytesRead: number
  /** Bytes of files that are done with, read or not. */
  bytesDone: number
}

/** Errors that are listed; the others are counted. */
const LISTED = 1000

export class Tally {
  readonly counters: Counters = {
    filesNew: 0,
    filesChanged: 0,
    filesUnmodified: 0,
    directories: 0,
    others: 0,
    bytes: 0,
    bytesRead: 0,
    bytesDone: 0,
  }
  readonly errors: SourceError[] = []
  errorsOmitted = 0

  /** Something at this path (byte string) is not, or not reliably, in the snapshot. */
  report(path: string, error: string): void {
    if (this.errors.length < LISTED) this.errors.push({ path, error })
    else this.errorsOmitted++
  }

  reportChanged(path: string): void {
    this.report(path, 'changed while it was read; what was read is kept and flagged')
  }

  read(known: boolean): void {
    if (known) this.counters.filesChanged++
    else this.counters.filesNew++
  }

  unmodified(size: number): void {
    this.counters.filesUnmodified++
    this.counters.bytesDone += size
  }
}
