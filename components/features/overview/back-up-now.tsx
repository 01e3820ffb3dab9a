'use client'
// Backs up one of the schedules now, and shows it running.
import { useQuery } from '@tanstack/react-query'
import { Play } from 'lucide-react'
import { useTRPC } from '../../data/provider.tsx'
import { useAction } from '../../patterns/action.tsx'
import { Button } from '../../ui/button.tsx'
import { useGo } from '../../ui/leave.ts'
import { Menu, MenuItem } from '../../ui/overlays.tsx'
import { SHOWN } from './queries.ts'

/** So many are listed; the others are a click further. */
const LISTED = 12

export function BackUpNow() {
  const trpc = useTRPC()
  const go = useGo()
  const { data } = useQuery(trpc.schedules.list.queryOptions(SHOWN))
  const run = useAction(trpc.schedules.runNow.mutationOptions(), { touches: ['runs', 'overview', 'schedules'] })
  const schedules = data?.items ?? []
  if (schedules.length === 0) return null
  return (
    <Menu
      label="Back up now"
      trigger={
        <Button look="primary" icon={<Play aria-hidden className="size-4" />} disabled={run.isPending}>
          Back up now
        </Button>
      }
    >
      {schedules.slice(0, LISTED).map(({ id, name }) => (
        <MenuItem key={id} onSelect={() => run.mutate({ id }, { onSuccess: (started) => go(`/runs/${started.id}`) })}>
          <span className="max-w-72 truncate">{name}</span>
        </MenuItem>
      ))}
      {schedules.length > LISTED && <MenuItem onSelect={() => go('/schedules')}>Another schedule</MenuItem>}
    </Menu>
  )
}
