'use client'
// A schedule was made: run it at once and watch, or leave it to its times.
import { useQuery } from '@tanstack/react-query'
import { Play } from 'lucide-react'
import { useTRPC } from '../../data/provider.tsx'
import { Fetched } from '../../patterns/query.tsx'
import { StatusIcon } from '../../patterns/status.tsx'
import { When } from '../../patterns/when.tsx'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Card } from '../../ui/surfaces.tsx'
import { useRunNow } from './actions.tsx'

export function DoneStep({ id }: { id: string }) {
  const trpc = useTRPC()
  const query = useQuery(trpc.schedules.get.queryOptions({ id }))
  const run = useRunNow()
  return (
    <Fetched query={query}>
      {(schedule) => (
        <Card>
          <div className="flex flex-col items-center gap-3 py-6 text-center">
            <StatusIcon state="ok" className="size-7" />
            <h2 className="text-lg font-semibold break-words">{schedule.name} is scheduled</h2>
            <p className="text-muted">
              Nothing is protected before its first run, which comes <When at={schedule.nextSlots[0]} none="by hand" />.
            </p>
            <div className="mt-2 flex flex-wrap justify-center gap-2">
              <ButtonLink href="/schedules">To the schedules</ButtonLink>
              <Button
                look="primary"
                icon={<Play aria-hidden className="size-4" />}
                disabled={run.isPending}
                onClick={() => run.mutate({ id })}
              >
                Run now and watch
              </Button>
            </div>
          </div>
        </Card>
      )}
    </Fetched>
  )
}
