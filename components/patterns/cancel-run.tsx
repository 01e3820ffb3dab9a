'use client'
// Cancels a run, after it said what is lost by that: for the run's own page, for lists of what runs, and for restores.
import { Ban } from 'lucide-react'
import { useState } from 'react'
import { type Outputs, useTRPC } from '../data/provider.tsx'
import { IfMay } from '../data/viewer.tsx'
import { Button } from '../ui/button.tsx'
import { useAction } from './action.tsx'
import { ConfirmDialog } from './confirm.tsx'

type Run = Pick<Outputs['runs']['list']['items'][number], 'id' | 'kind' | 'cancelRequestedAt'>

const whatIsLost: Readonly<Record<Run['kind'], string>> = {
  backup: 'No snapshot comes of it. What it has stored already is used by the next backup.',
  restore: 'What it has written stays where it is; the rest is not restored.',
  verify: 'What it has checked so far counts for nothing. Nothing is changed by that.',
}

/** Nothing for who may not cancel. `name`: which one, where there are several. */
export function CancelRun({ run, name }: { run: Run; name?: string }) {
  const trpc = useTRPC()
  const [asking, setAsking] = useState(false)
  const cancel = useAction(trpc.runs.cancel.mutationOptions(), {
    says: ({ state }) => (state === 'cancelled' ? 'It is cancelled' : 'It ends at the next safe point'),
    touches: ['runs', 'restores', 'overview'],
  })
  // Once it is asked for, the button does not come back while the news is on its way.
  const asked = run.cancelRequestedAt !== null || cancel.isSuccess
  const kind = run.kind === 'verify' ? 'verification' : run.kind
  return (
    <IfMay need="runs.start">
      <Button
        {...(name === undefined
          ? { icon: <Ban aria-hidden className="size-4" /> }
          : { size: 'small' as const, 'aria-label': `${asked ? 'Being cancelled' : 'Cancel'}: ${name}` })}
        disabled={asked}
        onClick={() => setAsking(true)}
      >
        {asked ? 'Being cancelled' : 'Cancel'}
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={name === undefined ? `Cancel this ${kind}?` : `Cancel the ${kind} ${name}?`}
        verb="Cancel the run"
        busy={cancel.isPending}
        onConfirm={() => cancel.mutate({ id: run.id }, { onSettled: () => setAsking(false) })}
      >
        {whatIsLost[run.kind]}
      </ConfirmDialog>
    </IfMay>
  )
}
