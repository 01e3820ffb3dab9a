// What the lists of a source's snapshots ask for, on the server ahead and in the browser alike.
import type { Outputs } from '../data/provider.tsx'

type Source = Pick<Outputs['snapshots']['list']['items'][number], 'repositoryId' | 'scheduleName' | 'host' | 'paths'>

/** For the API: the snapshots of the same source, as narrow as it can say it. */
export function sourceFilter({ repositoryId, scheduleName, host, paths }: Source) {
  if (scheduleName !== null) return { repositoryId, scheduleName, limit: 200 }
  const [first] = paths
  return {
    repositoryId,
    host,
    limit: 200,
    ...(first !== undefined && first.pathBytes === undefined ? { path: first.path } : {}),
  }
}
