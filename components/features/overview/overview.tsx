'use client'
// Are we safe? One verdict with its exceptions.
import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '../../data/provider.tsx'
import { PageHeader } from '../../patterns/page.tsx'
import { Fetched } from '../../patterns/query.tsx'
import { StatusBadge } from '../../patterns/status.tsx'
import { When } from '../../patterns/when.tsx'
import { Card } from '../../ui/surfaces.tsx'

export function Overview() {
  const trpc = useTRPC()
  const query = useQuery(trpc.overview.get.queryOptions())
  return (
    <>
      <PageHeader title="Overview" />
      <Fetched query={query}>
        {(overview) => (
          <Card title={<StatusBadge state={overview.verdict} />}>
            <ul className="flex flex-col gap-2">
              {overview.exceptions.map((exception) => (
                <li key={exception.kind + (exception.target?.id ?? '')} className="flex gap-3">
                  <StatusBadge state={exception.severity} />
                  <span className="min-w-0 break-words">{exception.message}</span>
                  <When at={exception.since} none="" />
                </li>
              ))}
            </ul>
          </Card>
        )}
      </Fetched>
    </>
  )
}
