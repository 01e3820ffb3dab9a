// The job of a verification: finds everything in a repository that would make a restore fail.
import { namesBehind } from '../contract/names.ts'
import type { RunEnd } from '../contract/runs.ts'
import { verify } from '../engine/verify/verify.ts'
import type { VerifyInput } from '../services/runs/inputs.ts'
import { LISTED, openRepository, threadsOf } from './repository.ts'
import type { JobContext } from './types.ts'

/** So many damaged snapshots are named: all, or none. */
const NAMED = 10_000

export async function run(context: JobContext, { place, payload, threads }: VerifyInput): Promise<RunEnd> {
  const { repository } = await openRepository(place)
  const outcome = await verify(repository, {
    readData: payload.readData,
    sample: payload.sample,
    threads: threadsOf(threads),
    signal: context.signal,
    onProgress: ({ done, total, bytes }) =>
      context.progress(() => ({ phase: 'verify', packs: done, packsTotal: total, bytesRead: bytes })),
  })
  const { problems, omitted, damagedSnapshots, damagedAside, unusedPacks, foreign } = outcome
  const found = problems.length + omitted
  const statistics = {
    ...outcome,
    problems: problems.slice(0, LISTED),
    problemCount: found,
    omitted: Math.max(0, found - LISTED),
    // Of some it could not be told that the others are not meant.
    damagedSnapshots: damagedSnapshots.length > NAMED ? undefined : damagedSnapshots,
    damagedAside: damagedAside.length,
    unusedPacks: unusedPacks.length,
    foreign: foreign.slice(0, LISTED),
  }
  const [first] = problems
  if (!first) return { state: 'succeeded', statistics, bytesRead: outcome.bytesRead }
  const what = found === 1 ? 'One object is' : `${found} objects are`
  const message = `${what} damaged or missing.${namesBehind.first}${first.object}: ${first.message}`
  return { state: 'failed', error: { code: 'damaged', message }, statistics, bytesRead: outcome.bytesRead }
}
