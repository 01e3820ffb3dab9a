// The job of a restore: brings a snapshot, or a part of it, back into a folder of this machine; as a dry run it only tells what it would do.
import { HoldfastError } from '../contract/errors.ts'
import { namesBehind } from '../contract/names.ts'
import type { RunEnd } from '../contract/runs.ts'
import { resolveSnapshot } from '../engine/browse/resolve.ts'
import { escapePath } from '../engine/posix/errors.ts'
import { type RestoreOutcome, type RestoreStep, restore } from '../engine/restore/restore.ts'
import type { RestoreInput } from '../services/runs/inputs.ts'
import { pathOf } from '../services/snapshots/names.ts'
import { placeOf } from './progress.ts'
import { protectedOf, refuseOver, refuseTarget } from './protected.ts'
import { bytesOf, isWithin, openRepository, realPathAhead, shown, threadsOf } from './repository.ts'
import type { JobContext } from './types.ts'

/** Steps of a dry run that are listed. */
const STEPS = 1000

export async function run(context: JobContext, input: RestoreInput): Promise<RunEnd> {
  const { place, payload, threads } = input
  const target = bytesOf(payload.target)
  const real = realPathAhead(target)
  const own = protectedOf(input.protectedPaths)
  refuseTarget(real, own)
  const { repository, folder } = await openRepository(place)
  if (folder !== undefined && isWithin(real, folder))
    throw new HoldfastError('refused', `${payload.target} lies in the repository: restore beside it`)
  const within = pathOf(payload)
  const snapshot = await resolveSnapshot(repository, payload.snapshotId)
  await refuseOver(repository, snapshot, { within, target: real }, own)
  const steps = new Steps(payload.dryRun)
  const outcome = await restore(repository, snapshot, {
    path: within === '' ? '' : `/${within}`,
    target,
    includes: payload.include,
    overwrite: payload.overwrite,
    dryRun: payload.dryRun,
    verify: payload.verify,
    threads: threadsOf(threads),
    who: { euid: process.geteuid?.() ?? -1, egid: process.getegid?.() ?? -1, umask: process.umask() },
    signal: context.signal,
    onProgress: (counters, position) =>
      context.progress(() => ({ phase: 'restore', ...counters, ...placeOf(position()) })),
    onStep: (step) => steps.add(step),
  })
  return endOf(outcome, snapshot.id, steps)
}

/** Counts what is done with the entries; of a dry run the first are listed. */
class Steps {
  readonly actions: Record<string, number> = {}
  readonly listed: RestoreStep[] | undefined

  constructor(list: boolean) {
    this.listed = list ? [] : undefined
  }

  add(step: RestoreStep): void {
    this.actions[step.action] = (this.actions[step.action] ?? 0) + 1
    if (this.listed && this.listed.length < STEPS) this.listed.push({ ...step, path: escapePath(step.path) })
  }
}

function endOf(outcome: RestoreOutcome, snapshotId: string, { actions, listed }: Steps): RunEnd {
  const { counters, failures, differences, omitted, damaged, damageMet } = outcome
  const wrong = failures.length + differences.length + omitted
  const end = {
    snapshotId,
    filesRead: counters.files,
    bytesRead: counters.bytes - counters.bytesKept,
    statistics: {
      ...counters,
      actions,
      failures: shown(failures),
      differences: shown(differences),
      problemCount: wrong,
      damageMet,
      ...(listed && { steps: listed }),
    },
  }
  const first = failures[0] ?? differences[0]
  if (wrong === 0 || !first) return { ...end, state: 'succeeded' }
  const what = wrong === 1 ? 'One thing is' : `${wrong} things are`
  const message = `${what} not restored as in the snapshot.${namesBehind.first}${escapePath(first.path)}: ${first.message}`
  if (damaged) return { ...end, state: 'failed', error: { code: 'damaged', message } }
  return { ...end, state: 'warning', error: { code: 'incomplete', message } }
}
