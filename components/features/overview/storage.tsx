'use client'
// Where the backups lie, and whether that was proved: each repository with its size and when it was verified last.
import { useQuery } from '@tanstack/react-query'
import { useNow } from '../../data/clock.tsx'
import { useTRPC } from '../../data/provider.tsx'
import { bytes } from '../../patterns/format.ts'
import { Fetched } from '../../patterns/query.tsx'
import { StatusBadge } from '../../patterns/status.tsx'
import { verifiedOf } from '../../patterns/verified.ts'
import { VerifyNow } from '../../patterns/verify-now.tsx'
import { When } from '../../patterns/when.tsx'
import { TextLink } from '../../ui/button.tsx'
import { Card, Skeleton } from '../../ui/surfaces.tsx'
import { STORAGE } from './queries.ts'

export function StorageAndProof() {
  const trpc = useTRPC()
  const query = useQuery(trpc.repositories.list.queryOptions(STORAGE))
  const now = useNow()
  return (
    <Card
      title="Storage and proof"
      flush
      actions={
        <TextLink href="/repositories" className="inline-flex min-h-6 items-center">
          All repositories
        </TextLink>
      }
    >
      <Fetched query={query} shape={<Skeleton className="m-4 h-14" />}>
        {({ items }) => (
          <ul className="divide-y">
            {items.map(({ id, name, engineId, storedBytes, lastSyncAt, ...proof }) => (
              <li key={id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2">
                <TextLink href={`/repositories/${id}`} className="min-w-0 grow basis-40 truncate">
                  {name}
                </TextLink>
                <span className="text-muted">{lastSyncAt === null ? 'size not known' : bytes(storedBytes)}</span>
                <span className="flex flex-wrap items-center gap-2">
                  <Verified proof={verifiedOf(proof, now)} />
                  {engineId !== null && verifiedOf(proof, now).state !== 'ok' && (
                    <VerifyNow repository={{ id, name }} />
                  )}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Fetched>
    </Card>
  )
}

const Verified = ({ proof: { state, word, at } }: { proof: ReturnType<typeof verifiedOf> }) => (
  <>
    <StatusBadge state={state} word={word} quiet />
    {at !== null && <When at={at} />}
  </>
)
