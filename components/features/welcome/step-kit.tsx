'use client'
// Step 3: the recovery kit is shown, taken along, and confirmed by typing the end of the key.
import { useQuery } from '@tanstack/react-query'
import { Download, Eye, Printer } from 'lucide-react'
import { type Outputs, useTRPC } from '../../data/provider.tsx'
import { useAction } from '../../patterns/action.tsx'
import { ConfirmKit, type Kit } from '../../patterns/confirm-kit.tsx'
import { displayName } from '../../patterns/file-name.tsx'
import { Fetched, Notice } from '../../patterns/query.tsx'
import { saveText } from '../../patterns/save-text.ts'
import { When } from '../../patterns/when.tsx'
import { Button } from '../../ui/button.tsx'
import { Pre } from '../../ui/surfaces.tsx'
import { NextButton, StepCard } from './step-card.tsx'

type KitState = Outputs['recoveryKit']['state']

export function StepKit({ confirmed, onDone }: { confirmed: boolean; onDone(): void }) {
  const trpc = useTRPC()
  const query = useQuery(trpc.recoveryKit.state.queryOptions())
  const take = useAction(trpc.recoveryKit.get.mutationOptions())
  return (
    <Fetched query={query}>
      {(state) => (
        <StepCard
          title="The recovery kit"
          actions={
            confirmed ? <NextButton onClick={onDone} /> : <span className="text-muted">Confirm the kit to go on</span>
          }
        >
          <KitWords state={state} confirmed={confirmed} />
          {state.available && take.data === undefined && (
            <div>
              <Button
                look={confirmed ? 'plain' : 'primary'}
                icon={<Eye aria-hidden className="size-4" />}
                disabled={take.isPending}
                onClick={() => take.mutate()}
              >
                Show the recovery kit
              </Button>
            </div>
          )}
          {take.data !== undefined && <KitText kit={take.data} />}
          {take.data !== undefined && !confirmed && <ConfirmKit kit={take.data} onDone={onDone} />}
        </StepCard>
      )}
    </Fetched>
  )
}

function KitWords({ state, confirmed }: { state: KitState; confirmed: boolean }) {
  if (!state.available)
    return (
      <Notice tone="warning" title="The key is in no file of this server">
        It is in the server's environment or in a device. Keep the key, and its name, outside of this machine by
        yourself: without it nobody can restore.
      </Notice>
    )
  return (
    <>
      <Notice tone="warning" title="Without this page nobody can restore, you included">
        It holds the key of all backups. When this machine is gone, the key is gone with it. Print the page, or put it
        into a password manager: not on this machine, and not into the backups. Whoever has it and a repository can read
        everything.
      </Notice>
      {confirmed && state.confirmedAt !== null && (
        <Notice tone="ok" title="The kit is kept">
          {displayName(state.confirmedBy ?? 'Somebody')} confirmed it <When at={state.confirmedAt} />.
        </Notice>
      )}
      {state.changed && (
        <Notice tone="warning" title="The kit changed since it was confirmed">
          The key or a repository is another one. Take the kit again, and destroy the old one.
        </Notice>
      )}
    </>
  )
}

function KitText({ kit }: { kit: Kit }) {
  return (
    <div className="flex flex-col gap-2">
      {/* At its whole height: how to restore stands at the end, and nobody looks for it below an edge. Sentences are broken between words; the key
          has none, and is broken anywhere. */}
      <Pre
        data-print=""
        aria-label="Recovery kit"
        className="max-h-none!"
        style={{ wordBreak: 'normal', overflowWrap: 'anywhere' }}
      >
        {kit.text}
      </Pre>
      <div className="flex flex-wrap gap-2">
        <Button icon={<Download aria-hidden className="size-4" />} onClick={() => saveText(kit.fileName, kit.text)}>
          Save as a file
        </Button>
        <Button icon={<Printer aria-hidden className="size-4" />} onClick={() => window.print()}>
          Print
        </Button>
      </div>
    </div>
  )
}
