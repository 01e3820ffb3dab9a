'use client'
// A few figures that say how things stand, each with the page that says more.
import type { ReactNode } from 'react'
import type { Outputs } from '../../data/provider.tsx'
import { useMay } from '../../data/viewer.tsx'
import { bytes, count } from '../../patterns/format.ts'
import { When } from '../../patterns/when.tsx'
import { Link } from '../../ui/button.tsx'

export function Figures({ figures }: { figures: Outputs['overview']['get']['figures'] }) {
  const may = useMay()
  const { running, lastSuccess, nextSlot, schedules, repositories, storedBytes } = figures
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border bg-border sm:grid-cols-3 xl:grid-cols-6">
      <Figure label="Last good backup" href={may('snapshots.read') ? '/snapshots' : undefined}>
        <When at={lastSuccess} />
      </Figure>
      <Figure label="Next run" href={may('schedules.read') ? '/schedules' : undefined}>
        <When at={nextSlot} none="none planned" />
      </Figure>
      <Figure label="Running now" href={may('runs.read') ? '/runs' : undefined}>
        {running >= 100 ? '100 or more' : count(running)}
      </Figure>
      <Figure label="Schedules" href={may('schedules.read') ? '/schedules' : undefined}>
        {count(schedules)}
      </Figure>
      <Figure label="Repositories" href={may('repositories.read') ? '/repositories' : undefined}>
        {count(repositories)}
      </Figure>
      <Figure label="Stored" href={may('repositories.read') ? '/repositories' : undefined}>
        {bytes(storedBytes)}
      </Figure>
    </dl>
  )
}

const Figure = ({ label, href, children }: { label: string; href: string | undefined; children: ReactNode }) => (
  <div className="min-w-0 bg-surface px-4 py-2.5">
    <dt className="text-sm text-muted">
      {href === undefined ? (
        label
      ) : (
        <Link href={href} className="inline-flex min-h-6 items-center underline-offset-2 hover:underline">
          {label}
        </Link>
      )}
    </dt>
    <dd className="truncate text-lg font-semibold">{children}</dd>
  </div>
)
