// What a restore has to tell: counters, steps, and everything that is not as it should be.
import { codeOf, HoldfastError, messageOf } from '../../contract/errors.ts'
import { namesBehind } from '../../contract/names.ts'
import { EXHAUSTED, systemCode } from '../posix/errors.ts'
import type { Entry } from '../tree/entry.ts'
import type { Decision } from './decide.ts'
import type { TargetDirectory } from './directory.ts'

export type RestoreStep = { readonly path: string; readonly type: Entry['type']; readonly size: number } & (
  | Decision
  | { readonly action: 'link'; readonly reason: string }
)

export type RestoreCounters = {
  files: number
  directories: number
  links: number
  others: number
  /** Left as they were. */
  kept: number
  /** Bytes of files written, or kept. */
  bytes: number
  /** Those of `bytes` that were not written: of what was left as it was. */
  bytesKept: number
  /** Files read back and found right. */
  verified: number
  bytesTotal: number
}

/** Something that is not as it should be, at a path (byte string) below the target. */
export type RestoreProblem = { readonly path: string; readonly message: string }

export type RestoreOutcome = {
  readonly counters: Readonly<RestoreCounters>
  /** Not restored, or wrong. `damaged`: at least one is not what was backed up. */
  readonly failures: readonly RestoreProblem[]
  readonly damaged: boolean
  /** At least one because of the repository, not of the target. */
  readonly damageMet: boolean
  /** Restored, but for metadata that could not be set. */
  readonly differences: readonly RestoreProblem[]
  readonly omitted: number
}

type StepDecision = Decision | { readonly action: 'link'; readonly reason: string }

/** Problems that are listed; the others are counted. */
const LISTED = 1000

/** Of a file that was written from whole data, and read back is something else: the target or somebody there changed it. */
export const UNLIKE = 'unlike'

export class Report {
  readonly counters: RestoreCounters = {
    files: 0,
    directories: 0,
    links: 0,
    others: 0,
    kept: 0,
    bytes: 0,
    bytesKept: 0,
    verified: 0,
    bytesTotal: 0,
  }
  /** Ends everything: a full disk fails for every file alike. */
  fatal: unknown
  readonly #onStep: ((step: RestoreStep) => void) | undefined
  readonly #failures: RestoreProblem[] = []
  readonly #differences: RestoreProblem[] = []
  #omitted = 0
  #damaged = false
  #damageMet = false

  constructor(onStep: ((step: RestoreStep) => void) | undefined) {
    this.#onStep = onStep
  }

  /** What is there was left as it was. */
  keeps({ size }: Entry): void {
    this.counters.kept++
    this.counters.bytes += size
    this.counters.bytesKept += size
  }

  get outcome(): RestoreOutcome {
    return {
      counters: this.counters,
      failures: this.#failures,
      damaged: this.#damaged,
      damageMet: this.#damageMet,
      differences: this.#differences,
      omitted: this.#omitted,
    }
  }

  /** Something at this place is wrong or missing. */
  fails(path: string, code: string, message: string): void {
    if (code === 'damaged' || code === 'not_found') this.#damageMet = true
    this.#damaged ||= this.#damageMet || code === UNLIKE
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      const advice = 'Free some space and run the same again: what is complete is kept'
      this.fatal ??= new HoldfastError('no_space', `The target is full. ${advice}.${namesBehind.cause}${message}`)
    }
    if (EXHAUSTED.includes(code)) {
      const advice = 'Raise the limit (ulimit -n) and run the same again: what is complete is kept'
      this.fatal ??= new HoldfastError(
        'unavailable',
        `The restore ran out of open files or memory. ${advice}.${namesBehind.cause}${message}`,
      )
    }
    this.#list(this.#failures, { path, message })
  }

  failsWith(path: string, error: unknown): void {
    this.fails(path, systemCode(error) ?? codeOf(error), messageOf(error))
  }

  /** Restored, but not all of its metadata. */
  differs(path: string, message: string): void {
    this.#list(this.#differences, { path, message })
  }

  /** Tells whoever listens what is done about an entry of a directory. */
  step(directory: TargetDirectory, { name, type, size }: Entry, decision: StepDecision): void {
    this.#onStep?.({ path: `${directory.path}/${name}`, type, size, ...decision })
  }

  #list(list: RestoreProblem[], problem: RestoreProblem): void {
    if (list.length < LISTED) list.push(problem)
    else this.#omitted++
  }
}
