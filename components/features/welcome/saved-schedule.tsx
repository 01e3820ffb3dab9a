'use client'
// What a step says once the schedule is saved: what it says, and where it is changed from now on.
import { useQuery } from '@tanstack/react-query'
import { type Outputs, useTRPC } from '../../data/provider.tsx'
import { CronWords } from '../../patterns/cron-words.tsx'
import { FileName } from '../../patterns/file-name.tsx'
import { Fetched } from '../../patterns/query.tsx'
import { When } from '../../patterns/when.tsx'
import { ButtonLink } from '../../ui/button.tsx'
import { Facts } from '../../ui/surfaces.tsx'
import { firstSchedules } from './input.ts'

type Schedule = Outputs['schedules']['list']['items'][number]

/** The schedule that was made first: the one of these steps. */
export const firstOf = (items: readonly Schedule[]): Schedule | undefined =>
  [...items].sort((a, b) => a.createdAt.localeCompare(b.createdAt))[0]

export function SavedSchedule() {
  const trpc = useTRPC()
  const query = useQuery(trpc.schedules.list.queryOptions(firstSchedules))
  return (
    <Fetched query={query}>
      {({ items }) => {
        const schedule = firstOf(items)
        if (schedule === undefined) return <p>The schedule is gone. Load the page again.</p>
        return (
          <>
            <Facts
              items={[
                ['Schedule', schedule.name],
                [
                  'Folders',
                  <ul key="folders">
                    {schedule.includePaths.map((path) => (
                      <li key={path}>
                        <FileName name={path} wrap />
                      </li>
                    ))}
                  </ul>,
                ],
                ['Repository', schedule.repositoryName ?? 'none'],
                ['When', <CronWords key="when" cron={schedule.cron} />],
                [
                  'Next run',
                  <When
                    key="next"
                    at={schedule.nextSlots[0]}
                    none="not planned"
                    show="both"
                    zone={schedule.timezone}
                  />,
                ],
              ]}
            />
            <div>
              <ButtonLink href={`/schedules/${schedule.id}/edit`}>Change the schedule</ButtonLink>
            </div>
          </>
        )
      }}
    </Fetched>
  )
}
