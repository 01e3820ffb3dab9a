// Whether a repository is proved to be whole: the one answer of every list and page, which agrees with the verdict of the overview.
import {
  type PartialCheck,
  type PartialDepth,
  REVERIFIED_WITHIN,
  type VerifyState,
} from '#server/contract/verification.ts'

type Proved = {
  readonly verifyState: VerifyState
  readonly lastVerifiedAt: string | null
  readonly partialCheck: PartialCheck | null
}

/** What was looked at where not all data was read. */
export const partialWords: Readonly<Record<PartialDepth, string>> = {
  structure: 'Structure checked',
  sample: 'Sample verified',
}

/** A word of the status vocabulary, in words, and since when (ISO 8601). `now`: ms. */
export function verifiedOf(
  { verifyState, lastVerifiedAt, partialCheck }: Proved,
  now: number,
): { state: string; word: string; at: string | null } {
  if (verifyState === 'damaged') return { state: 'damaged', word: 'Damaged', at: lastVerifiedAt }
  if (partialCheck !== null) return { state: 'unknown', word: partialWords[partialCheck.depth], at: partialCheck.at }
  if (verifyState !== 'ok' || lastVerifiedAt === null) return { state: 'unknown', word: 'Never verified', at: null }
  const old = now - Date.parse(lastVerifiedAt) > REVERIFIED_WITHIN
  return old
    ? { state: 'warning', word: 'Verified long ago', at: lastVerifiedAt }
    : { state: 'ok', word: 'Verified', at: lastVerifiedAt }
}
