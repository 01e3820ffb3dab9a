'use client'
import { useNow } from '../../data/clock.tsx'
// The last runs of a schedule as a strip, the oldest first: one look tells whether it is well.
import type { Outputs } from '../../data/provider.tsx'
import { age } from '../../patterns/format.ts'
import { statusLooks, statusOf, wordOf } from '../../patterns/status.tsx'
import { Link } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'

type Run = Outputs['runs']['list']['items'][number]

export function RunStrip({ runs }: { runs: readonly Run[] }) {
  const now = useNow()
  return (
    <ol aria-label="Last runs, the oldest first" className="flex flex-wrap gap-1 border-b px-4 py-3">
      {runs.toReversed().map((run) => {
        const look = statusLooks[statusOf(run.state)]
        const words = `${wordOf(run.state)}, ${age(Date.parse(run.finishedAt ?? run.queuedAt), now)}`
        return (
          <li key={run.id}>
            <Link
              href={`/runs/${run.id}`}
              aria-label={words}
              title={words}
              className={classNames('flex h-7 w-6 items-center justify-center rounded-sm', look.soft, look.text)}
            >
              <look.icon aria-hidden className="size-3.5" />
            </Link>
          </li>
        )
      })}
    </ol>
  )
}
