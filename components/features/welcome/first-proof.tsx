'use client'
// What a first backup that succeeded does not prove, in the words of the overview: it must not look safer here than there.
import { useQuery } from '@tanstack/react-query'
import { sayUnproven, verifyRemedy } from '#server/contract/verification.ts'
import { useNow } from '../../data/clock.tsx'
import { useTRPC } from '../../data/provider.tsx'
import { Notice } from '../../patterns/query.tsx'
import { StatusBadge } from '../../patterns/status.tsx'
import { verifiedOf } from '../../patterns/verified.ts'
import { VerifyNow } from '../../patterns/verify-now.tsx'
import { When } from '../../patterns/when.tsx'
import { firstRepositories } from './input.ts'

/**
 * Whether the repository was verified since, or how to have that done.
 * @param repositoryId of the schedule; nothing is said of none, or while it is not known
 */
export function FirstProof({ repositoryId }: { repositoryId: string | null }) {
  const trpc = useTRPC()
  const now = useNow()
  const { data } = useQuery(trpc.repositories.list.queryOptions(firstRepositories))
  const repository = data?.items.find(({ id }) => id === repositoryId)
  if (repository === undefined) return null
  const { name, partialCheck } = repository
  const { at, ...proof } = verifiedOf(repository, now)
  if (proof.state !== 'unknown')
    return (
      <p className="flex flex-wrap items-center gap-x-2">
        <StatusBadge {...proof} /> {name} <When at={at} />
      </p>
    )
  return (
    <Notice
      title={
        <>
          <StatusBadge {...proof} /> {sayUnproven(name, partialCheck?.depth)}
        </>
      }
    >
      <p className="mb-2">{verifyRemedy}. Until then the overview says the same.</p>
      <VerifyNow repository={repository} />
    </Notice>
  )
}
