// How old a proof may be, and what is said where there is none, for the server's verdict and for the badges of the pages alike.

/** A repository is verified at least so often (ms). */
export const REVERIFIED_WITHIN = 30 * 86_400_000

/** Of a repository that holds backups: the verdict says it, and so does whoever has just made the first of them. */
export const sayNeverVerified = (repository: string): string =>
  `${repository} was never verified as a whole: whether its backups can be restored is not known`

/** What to do about that. */
export const verifyRemedy =
  'Verify the repository: that is done only when somebody asks for it, and the check after a backup looks at its own snapshot alone'
