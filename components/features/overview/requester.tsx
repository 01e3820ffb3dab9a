'use client'
// The landing page of somebody who may see nothing but their own: what was restored for them.
import { useQuery } from '@tanstack/react-query'
import { RotateCcw } from 'lucide-react'
import { useTRPC } from '../../data/provider.tsx'
import { useViewer } from '../../data/viewer.tsx'
import { displayName, FileName } from '../../patterns/file-name.tsx'
import { EmptyState, PageHeader } from '../../patterns/page.tsx'
import { Fetched } from '../../patterns/query.tsx'
import { RestoredTo } from '../../patterns/restored-to.tsx'
import { StatusBadge } from '../../patterns/status.tsx'
import { When } from '../../patterns/when.tsx'
import { TextLink } from '../../ui/button.tsx'
import { Card } from '../../ui/surfaces.tsx'
import { OWN } from './queries.ts'

/** Of a restore that names no place in its snapshot. */
const AllTo = ({ target }: { target: string }) => (
  <span className="flex min-w-0 items-baseline gap-1">
    To <RestoredTo target={target} className="min-w-0" middle />
  </span>
)

export function RequesterLanding() {
  const trpc = useTRPC()
  const { name } = useViewer()
  const query = useQuery(trpc.restores.list.queryOptions(OWN))
  return (
    <>
      <PageHeader title={`Welcome, ${displayName(name)}`} lead="Here are the restores that were made for you." />
      <Card
        title="Your restores"
        flush
        actions={
          <TextLink href="/restores" className="inline-flex min-h-6 items-center">
            All of them
          </TextLink>
        }
      >
        <Fetched query={query}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState title="Nothing was restored for you yet" icon={<RotateCcw />}>
                Do you miss a file? Ask an operator or administrator for it. Asking here, in the console, comes with a
                later version of Holdfast.
              </EmptyState>
            ) : (
              <ul className="divide-y">
                {items.map(({ id, state, path, target, createdAt }) => (
                  <li key={id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5">
                    <StatusBadge state={state} />
                    <TextLink href={`/restores/${id}`} className="min-w-0 flex-1 basis-60">
                      {path ? <FileName name={path} middle /> : <AllTo target={target} />}
                    </TextLink>
                    <span className="text-muted">
                      <When at={createdAt} />
                    </span>
                  </li>
                ))}
              </ul>
            )
          }
        </Fetched>
      </Card>
    </>
  )
}
