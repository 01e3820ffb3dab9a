'use client'
// The same thing earlier or later: steps through the snapshots of one source, or opens all of them.
import { ChevronLeft, ChevronRight, History } from 'lucide-react'
import { useState } from 'react'
import { useNow, useZone } from '../../data/clock.tsx'
import { short } from '../../patterns/format.ts'
import { type Snapshot, Timeline, useSameSource } from '../../patterns/sources.tsx'
import { When } from '../../patterns/when.tsx'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { useGo } from '../../ui/leave.ts'
import { Dialog } from '../../ui/overlays.tsx'

export function Neighbours({ snapshot, hrefOf }: { snapshot: Snapshot; hrefOf(snapshot: Snapshot): string }) {
  const go = useGo()
  const [open, setOpen] = useState(false)
  const now = useNow()
  const zone = useZone()
  const { snapshots, older, loadOlder } = useSameSource(snapshot)
  const at = snapshots.findIndex(({ id }) => id === snapshot.id)
  const [before, after] = at < 0 ? [] : [snapshots[at + 1], snapshots[at - 1]]
  return (
    <div className="flex flex-wrap items-center gap-1">
      <Step to={before} label="Earlier" hrefOf={hrefOf}>
        <ChevronLeft aria-hidden className="size-4" />
      </Step>
      <Button
        size="small"
        onClick={() => setOpen(true)}
        icon={<History aria-hidden className="size-4" />}
        aria-label={`As of ${short(Date.parse(snapshot.time), now, zone)}: choose another time`}
      >
        <When at={snapshot.time} show="time" />
      </Button>
      <Step to={after} label="Later" hrefOf={hrefOf}>
        <ChevronRight aria-hidden className="size-4" />
      </Step>
      <Dialog open={open} onOpenChange={setOpen} title="Go to another time" description="Snapshots of the same source">
        <Timeline
          snapshots={snapshots}
          current={snapshot.id}
          onOlder={older ? loadOlder : undefined}
          more={older}
          onChoose={(chosen) => {
            setOpen(false)
            go(hrefOf(chosen))
          }}
        />
      </Dialog>
    </div>
  )
}

function Step({
  to,
  label,
  hrefOf,
  children,
}: {
  to: Snapshot | undefined
  label: string
  hrefOf(snapshot: Snapshot): string
  children: React.ReactNode
}) {
  if (to === undefined)
    return (
      <Button size="small" disabled aria-label={`${label}: there is none`}>
        {children}
      </Button>
    )
  return (
    <ButtonLink size="small" href={hrefOf(to)} aria-label={`${label} snapshot`} title={`${label} snapshot`}>
      {children}
    </ButtonLink>
  )
}
