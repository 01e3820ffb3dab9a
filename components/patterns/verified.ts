// Whether a repository is proved to be whole: the one answer of every list and page, which agrees with the verdict of the overview.
import { REVERIFIED_WITHIN } from '#server/contract/verification.ts'

type Proved = { readonly verifyState: 'ok' | 'damaged' | 'unknown'; readonly lastVerifiedAt: string | null }

/** A word of the status vocabulary, and in words. `now`: ms. */
export function verifiedOf({ verifyState, lastVerifiedAt }: Proved, now: number): { state: string; word: string } {
  if (verifyState === 'damaged') return { state: 'damaged', word: 'Damaged' }
  if (verifyState !== 'ok' || lastVerifiedAt === null) return { state: 'unknown', word: 'Never verified' }
  const old = now - Date.parse(lastVerifiedAt) > REVERIFIED_WITHIN
  return old ? { state: 'warning', word: 'Verified long ago' } : { state: 'ok', word: 'Verified' }
}
