'use client'
// What is done with a schedule: run it now, let its times pass, take it out.
import { useQueryClient } from '@tanstack/react-query'
import { Pause, Play, StepForward } from 'lucide-react'
import { useState } from 'react'
import { toast } from 'sonner'
import { type Outputs, useTRPC } from '../../data/provider.tsx'
import { useMay } from '../../data/viewer.tsx'
import { useAction } from '../../patterns/action.tsx'
import { ConfirmDialog } from '../../patterns/confirm.tsx'
import { sayError } from '../../patterns/query.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { useGo } from '../../ui/leave.ts'

export type Schedule = Outputs['schedules']['list']['items'][number]

const touches = ['schedules', 'runs', 'overview'] as const

/** Starts a run and goes to see it. */
export function useRunNow() {
  const trpc = useTRPC()
  const go = useGo()
  return useAction(trpc.schedules.runNow.mutationOptions(), {
    touches,
    after: ({ id }) => go(`/runs/${id}`),
  })
}

/** `short`: only the shapes, for tables; their names say of which schedule. */
export function ScheduleActions({ schedule, short }: { schedule: Schedule; short?: boolean }) {
  const may = useMay()
  const run = useRunNow()
  if (schedule.removedAt !== null) return null
  return (
    <div className="flex items-center justify-end gap-1.5">
      {may('schedules.write') && schedule.enabled && <PauseButton schedule={schedule} short={short === true} />}
      {may('runs.start') && (
        <Button
          size={short ? 'small' : 'normal'}
          look={short ? 'plain' : 'primary'}
          icon={<Play aria-hidden className="size-4" />}
          aria-label={short ? `Run now: ${schedule.name}` : undefined}
          disabled={run.isPending}
          onClick={() => run.mutate({ id: schedule.id })}
        >
          Run now
        </Button>
      )}
    </div>
  )
}

function PauseButton({ schedule, short }: { schedule: Schedule; short: boolean }) {
  const trpc = useTRPC()
  const pause = useAction(trpc.schedules.pause.mutationOptions(), {
    says: ({ name }) => `${name} is paused: its times pass without a run`,
    touches,
  })
  const resume = useAction(trpc.schedules.resume.mutationOptions(), {
    says: ({ name }) => `${name} goes on with its next time`,
    touches,
  })
  const paused = schedule.pausedAt !== null
  const action = paused ? resume : pause
  const word = paused ? 'Resume' : 'Pause'
  const go = (): void => action.mutate({ id: schedule.id })
  const Icon = paused ? StepForward : Pause
  if (short)
    return (
      <IconButton label={`${word}: ${schedule.name}`} disabled={action.isPending} onClick={go}>
        <Icon aria-hidden className="size-4" />
      </IconButton>
    )
  return (
    <Button icon={<Icon aria-hidden className="size-4" />} disabled={action.isPending} onClick={go}>
      {word}
    </Button>
  )
}

/**
 * Asks for the name: without the schedule nothing is backed up any more. What somebody changes while it is asked is not removed unseen: the server is told
 * which version of the configuration was there when the question was put.
 */
export function RemoveSchedule({ schedule }: { schedule: Schedule }) {
  const trpc = useTRPC()
  const go = useGo()
  const queries = useQueryClient()
  const [asking, setAsking] = useState(false)
  const [seen, setSeen] = useState<number>()
  const remove = useAction(trpc.schedules.remove.mutationOptions(), {
    says: ({ name }) => `${name} was removed`,
    touches: [...touches, 'settings', 'policies'],
    after: () => go('/schedules'),
  })
  const ask = async (): Promise<void> => {
    if (asking) return
    setAsking(true)
    try {
      const options = trpc.settings.current.queryOptions()
      setSeen((await queries.fetchQuery({ ...options, staleTime: 0, retry: false })).version)
    } catch (error) {
      toast.error(sayError(error), { duration: 10_000 })
    } finally {
      setAsking(false)
    }
  }
  return (
    <>
      {/* Never disabled: then it would lose the focus, which the dialog gives back to it. */}
      <Button look="danger" aria-busy={asking} onClick={() => void ask()}>
        Remove
      </Button>
      <ConfirmDialog
        open={seen !== undefined}
        onOpenChange={() => setSeen(undefined)}
        title={`Remove ${schedule.name}?`}
        verb="Remove the schedule"
        type={schedule.name}
        busy={remove.isPending}
        onConfirm={() =>
          remove.mutate(
            { id: schedule.id, reason: `Remove ${schedule.name}`, expectedVersion: seen },
            { onError: () => setSeen(undefined) },
          )
        }
      >
        <p>What it backs up is no longer protected by it. It leaves the configuration, as a new version.</p>
        <p className="mt-2">Its snapshots and the history of its runs stay.</p>
      </ConfirmDialog>
    </>
  )
}
