// What a source is: what is backed up again and again, so that its snapshots are states of one thing to choose from.

export type SourceFields = {
  readonly repositoryId: string
  readonly scheduleName: string | null
  readonly host: string
  /** `pathBytes` (base64) is there when the path is no UTF-8, and counts then. */
  readonly paths: readonly { readonly path: string; readonly pathBytes?: string | undefined }[]
}

/** Equal for snapshots of the same source: one schedule, or the same paths of the same host, each in one repository. */
export const sourceOf = ({ repositoryId, scheduleName, host, paths }: SourceFields): string =>
  JSON.stringify([repositoryId, scheduleName ?? [host, ...paths.map(plain)]])

/** Bytes in a list of their own: no text looks like them. */
const plain = ({ path, pathBytes }: SourceFields['paths'][number]): string | [string] =>
  pathBytes === undefined ? path : [pathBytes]
