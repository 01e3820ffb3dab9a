// What a restore tells: the plan of a dry run as it goes, and the outcome at the end.
import type { SnapshotSource } from '../../engine/browse/resolve.ts'
import { escapePath } from '../../engine/posix/errors.ts'
import type { StoredSnapshot } from '../../engine/repository/snapshot.ts'
import type { RestoreOutcome, RestoreProblem, RestoreStep } from '../../engine/restore/restore.ts'
import { onOneLine } from '../bytes.ts'
import { count, duration, shortId, size } from '../format.ts'
import { pathFields, pathsFields } from '../json.ts'
import { Listing } from '../listing.ts'
import type { Output } from '../output.ts'
import { printProblems } from './problems.ts'

type Run = {
  readonly snapshot: StoredSnapshot
  /** Of "latest": the sources in the repository that this snapshot has nothing of. */
  readonly otherSources: readonly SnapshotSource[] | undefined
  /** A byte string. */
  readonly target: string
  readonly dryRun: boolean
  /** Milliseconds since 1970. */
  readonly started: number
}

/** So many other sources are named. */
const OTHERS_SHOWN = 5
const sourceText = ({ host, paths }: SnapshotSource): string =>
  `${paths.map(escapePath).join(', ')} on ${onOneLine(host)}`

export class RestoreReport {
  readonly #out: Output
  readonly #run: Run
  readonly #plan: Listing

  constructor(out: Output, run: Run) {
    this.#out = out
    this.#run = run
    this.#plan = new Listing(out)
  }

  /** Something is done, or in a dry run would be. Without a dry run this is talk, for stderr. */
  step(step: RestoreStep): void {
    if (this.#run.dryRun)
      this.#plan.add(
        () => stepDocument(step),
        () => stepLine(step),
      )
    else this.#out.detail(stepLine(step))
  }

  end(outcome: RestoreOutcome, finished: number): void {
    const { failures, differences, omitted } = outcome
    if (this.#run.dryRun) this.#endPlan(failures)
    else this.#out.document(this.#document(outcome, finished))
    for (const line of this.#lines(outcome, finished)) this.#out.line(line)
    this.#noteOthers()
    printProblems(this.#out, 'Not restored, or wrong', failures, differences.length === 0 ? omitted : 0)
    printProblems(this.#out, 'Restored, but with differences', differences, omitted)
  }

  /** Whoever types "latest" may take it for all that there is. */
  #noteOthers(): void {
    const { snapshot, otherSources = [] } = this.#run
    if (otherSources.length === 0 || this.#out.json) return
    const shown = otherSources.slice(0, OTHERS_SHOWN).map(sourceText)
    const more = otherSources.length - shown.length
    if (more > 0) shown.push(`${count(more)} more`)
    this.#out.note(
      `NOTE: latest is the snapshot of ${sourceText(snapshot)}; the repository also holds snapshots of ${shown.join('; ')}: holdfast snapshots lists them`,
    )
  }

  #endPlan(failures: readonly RestoreProblem[]): void {
    // People get these as problems, below the plan.
    if (this.#out.json)
      for (const { path, message } of failures)
        this.#plan.add(
          () => ({ ...pathFields(path), action: 'fail', reason: message }),
          () => message,
        )
    this.#plan.end()
  }

  #lines({ counters, failures, differences, damaged, omitted }: RestoreOutcome, finished: number): string[] {
    const { files, directories, links, others, kept, bytes, bytesKept, verified } = counters
    const { snapshot, target, dryRun, started } = this.#run
    const wrong = failures.length + differences.length + omitted
    return [
      `snapshot  ${shortId(snapshot.id)}  into ${escapePath(target)}${dryRun ? '  (DRY RUN: nothing was done)' : ''}`,
      `files     ${count(files)} written, ${count(kept)} kept, ${count(links)} hard links, ${count(failures.length)} failed`,
      `also      ${count(directories)} directories, ${count(others)} links and special files`,
      `data      ${size(bytes - bytesKept)}${verified > 0 ? `, ${count(verified)} files read back and right` : ''}`,
      `took      ${duration(finished - started)}`,
      ...(wrong > 0 ? [`ERRORS    ${count(wrong)}${damaged ? ', the repository is damaged' : ''}`] : []),
    ]
  }

  #document({ counters, failures, differences, damaged, omitted }: RestoreOutcome, finished: number) {
    const { snapshot, otherSources, target, started } = this.#run
    const problems = (list: readonly RestoreProblem[]) =>
      list.map(({ path, message }) => ({ ...pathFields(path), message }))
    return {
      snapshotId: snapshot.id,
      ...(otherSources && { otherSources: otherSources.map(({ host, paths }) => ({ host, ...pathsFields(paths) })) }),
      ...pathFields(target, 'target'),
      ...counters,
      milliseconds: finished - started,
      failures: problems(failures),
      differences: problems(differences),
      omitted,
      damaged,
    }
  }
}

function stepLine({ path, type, size: bytes, action, reason }: RestoreStep): string {
  const shown = type === 'file' ? size(bytes) : '-'
  return `${action.padEnd(8)}${type.padEnd(10)}${shown.padStart(9)}  ${escapePath(path)}  (${onOneLine(reason)})`
}

const stepDocument = ({ path, type, size, action, reason }: RestoreStep) => ({
  ...pathFields(path),
  type,
  size,
  action,
  reason,
})
