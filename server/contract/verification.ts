// What a verification proves and for how long, and what is said where there is no proof: for the server's verdict and the pages alike.

/** A repository is verified at least so often (ms). */
export const REVERIFIED_WITHIN = 30 * 86_400_000

/** How much a verification reads besides the structure: only one that reads all data proves that backups can be restored. */
export const depths = ['structure', 'sample', 'all'] as const
export type Depth = (typeof depths)[number]
/** What a verification looked at that proves nothing about the rest. */
export const partialDepths = ['structure', 'sample'] as const
export type PartialDepth = (typeof partialDepths)[number]
export const isPartial = (state: string): state is PartialDepth => partialDepths.some((depth) => depth === state)

/** A share of the packs is a sample, however large it is. */
export const depthOf = ({ readData, sample }: { readData: boolean; sample?: number | undefined }): Depth =>
  sample !== undefined ? 'sample' : readData ? 'all' : 'structure'

/** What is known of a repository or snapshot: proved by all data, damaged, or no more than a part of it was looked at. */
export type VerifyState = 'ok' | 'damaged' | 'unknown'
export type PartialCheck = { readonly depth: PartialDepth; readonly at: string }

/** A row's state, and since when (ISO 8601): what only a part was looked at of is not known. */
export const proofOf = (
  state: string,
  at: string | null,
): { verifyState: VerifyState; verifiedAt: string | null; partialCheck: PartialCheck | null } =>
  isPartial(state)
    ? { verifyState: 'unknown', verifiedAt: null, partialCheck: at === null ? null : { depth: state, at } }
    : { verifyState: state as VerifyState, verifiedAt: at, partialCheck: null }

const notKnown = 'whether its backups can be restored is not known'
const whatIsNot = {
  structure: (repository: string) => `Only the structure of ${repository} was checked, and none of its data read`,
  sample: (repository: string) => `Only a sample of the data of ${repository} was read`,
  never: (repository: string) => `${repository} was never verified as a whole`,
} as const

/** Of a repository that holds backups: the verdict says it, and so does whoever has just made the first of them. */
export const sayUnproven = (repository: string, depth: PartialDepth | undefined): string =>
  `${whatIsNot[depth ?? 'never'](repository)}: ${notKnown}`

/** What to do about that. */
export const verifyRemedy =
  'Verify the repository with all data read: that is done only when somebody asks for it, and the check after a backup looks at the structure of its own snapshot alone'

/** What to do where damage was found, whoever met it. */
export const damageRemedy =
  'Run "holdfast rebuild-index --read-data" on the repository, then back up again: what the source still has is stored anew. Until then restore from snapshots that are not damaged. Afterwards verify with all data read'
