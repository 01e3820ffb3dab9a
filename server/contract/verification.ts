// How old a proof may be, for the server's verdict and for the badges of the pages alike.

/** A repository is verified at least so often (ms). */
export const REVERIFIED_WITHIN = 30 * 86_400_000
