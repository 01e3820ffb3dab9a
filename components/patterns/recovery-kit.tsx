'use client'
// The recovery kit: whether it is kept, taking it, and proving that it was taken.
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type Outputs, useTRPC } from '../data/provider.tsx'
import { IfMay } from '../data/viewer.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogActions } from '../ui/overlays.tsx'
import { useAction } from './action.tsx'
import { ConfirmKit } from './confirm-kit.tsx'
import { Fetched, Notice, sayError } from './query.tsx'
import { ShownOnce } from './shown-once.tsx'
import { StatusBadge } from './status.tsx'
import { When } from './when.tsx'

type State = Outputs['recoveryKit']['state']

/** What is known of it, and a way to take it for those who may. */
export function RecoveryKitState() {
  const trpc = useTRPC()
  const [open, setOpen] = useState(false)
  const query = useQuery(trpc.recoveryKit.state.queryOptions())
  return (
    <Fetched query={query}>
      {(state) => (
        <div className="flex flex-col items-start gap-3">
          <Kept state={state} />
          {state.available && (
            <IfMay need="keys.write">
              <Button onClick={() => setOpen(true)}>Take the recovery kit</Button>
              <Dialog
                open={open}
                onOpenChange={setOpen}
                wide
                title="Recovery kit"
                description="One page with everything that a restore needs when nothing is left but a repository."
              >
                <TakeKit onDone={() => setOpen(false)} />
              </Dialog>
            </IfMay>
          )}
        </div>
      )}
    </Fetched>
  )
}

function Kept({ state: { available, confirmedAt, confirmedBy, changed } }: { state: State }) {
  if (!available) {
    return <p className="text-muted">The key is in no file of this server, so there is no kit to take from here.</p>
  }
  if (confirmedAt === null) {
    return (
      <div>
        <StatusBadge state="unknown" word="Nobody confirmed it" />
        <p className="mt-1 text-muted">Without the key nobody can restore. Keep the kit outside of this machine.</p>
      </div>
    )
  }
  return (
    <div>
      <StatusBadge state={changed ? 'warning' : 'ok'} word={changed ? 'Out of date' : 'Kept'} />
      <p className="mt-1 text-muted">
        {confirmedBy ?? 'Somebody'} confirmed it <When at={confirmedAt} />.
        {changed && ' The key or a repository changed since then: take it once more.'}
      </p>
    </div>
  )
}

/** Fetches the kit only when it is asked for: it holds the key, and each look is audited. */
export function TakeKit({ onDone }: { onDone(): void }) {
  const trpc = useTRPC()
  const get = useAction(trpc.recoveryKit.get.mutationOptions(), { quiet: true })
  if (get.data !== undefined)
    return (
      <div className="flex flex-col gap-4">
        <ShownOnce label="The recovery kit" text={get.data.text} fileName={get.data.fileName}>
          Print it, or keep it in a password manager: not on this machine, and not in the backups.
        </ShownOnce>
        <ConfirmKit kit={get.data} onDone={onDone} onLater={onDone} />
      </div>
    )
  return (
    <div className="flex flex-col gap-4">
      <Notice tone="warning" title="The kit holds the key">
        Whoever has it and a repository can read every backup. See that nobody looks over your shoulder.
      </Notice>
      {get.error && <Notice tone="failed">{sayError(get.error)}</Notice>}
      <DialogActions>
        <Button onClick={onDone}>Cancel</Button>
        <Button look="primary" disabled={get.isPending} onClick={() => get.mutate()}>
          Show the kit
        </Button>
      </DialogActions>
    </div>
  )
}
