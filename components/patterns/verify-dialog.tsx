'use client'
// Verifying a repository: how much of it is read, and then the run is watched.
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { type LineRepository, verifyLine } from '#server/contract/cli-lines.ts'
import type { Depth } from '#server/contract/verification.ts'
import { useTRPC } from '../data/provider.tsx'
import { Button } from '../ui/button.tsx'
import { Input } from '../ui/controls.tsx'
import { useGo } from '../ui/leave.ts'
import { Dialog, DialogActions } from '../ui/overlays.tsx'
import { Skeleton } from '../ui/surfaces.tsx'
import { useAction } from './action.tsx'
import { CommandLine } from './copy.tsx'
import { ChoiceCards, Field } from './field.tsx'
import { Fetched } from './query.tsx'

const depths: readonly { readonly value: Depth; readonly label: string; readonly hint: string }[] = [
  {
    value: 'structure',
    label: 'Structure',
    hint: 'Everything that snapshots need is there. No data is read: quick, and no proof that it can be restored.',
  },
  {
    value: 'sample',
    label: 'A sample',
    hint: 'The structure, and the data of some packs, chosen by chance: a proof of these alone.',
  },
  {
    value: 'all',
    label: 'All data',
    hint: 'Every byte is read and checked. Only this proves that backups can be restored, and clears damage found before.',
  },
]

/** @returns the share, 0 to 1; undefined when it is no share */
const shareOf = (percent: string): number | undefined => {
  const value = Number(percent)
  return percent.trim() !== '' && value > 0 && value <= 100 ? value / 100 : undefined
}

export type Verifiable = { readonly id: string; readonly name: string }

/** Opens at once, whatever the server does: what it says of the repository is fetched while it is open. */
export function VerifyDialog({
  repository: { id, name },
  open,
  onOpenChange,
}: {
  repository: Verifiable
  open: boolean
  onOpenChange(open: boolean): void
}) {
  const trpc = useTRPC()
  const query = useQuery({ ...trpc.repositories.get.queryOptions({ id }), enabled: open })
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={`Verify ${name}`}>
      <Fetched query={query} shape={<Skeleton className="h-72 w-full" />}>
        {(repository) => <VerifyForm repository={repository} onCancel={() => onOpenChange(false)} />}
      </Fetched>
    </Dialog>
  )
}

function VerifyForm({ repository, onCancel }: { repository: LineRepository & Verifiable; onCancel(): void }) {
  const trpc = useTRPC()
  const go = useGo()
  const form = useRef<HTMLFormElement>(null)
  const [depth, setDepth] = useState<Depth>('all')
  const [percent, setPercent] = useState('10')
  const share = depth === 'sample' ? shareOf(percent) : undefined
  const ready = depth !== 'sample' || share !== undefined
  const start = useAction(trpc.runs.start.mutationOptions(), {
    says: `The verification of ${repository.name} is on its way`,
    touches: ['runs', 'overview', 'repositories'],
    after: ({ id }) => go(`/runs/${id}`),
  })
  // The dialog has begun with the focus on the first thing that it held.
  useEffect(() => {
    const timer = setTimeout(() => form.current?.querySelector<HTMLInputElement>('input:checked')?.focus())
    return () => clearTimeout(timer)
  }, [])
  const line = verifyLine(repository, {
    readData: depth === 'all',
    ...(share === undefined ? {} : { sample: Number((share * 100).toPrecision(6)) }),
  })
  return (
    <form
      ref={form}
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (!ready || start.isPending) return
        const what = { readData: depth === 'all', ...(share === undefined ? {} : { sample: share }) }
        start.mutate({ kind: 'verify', repositoryId: repository.id, ...what })
      }}
    >
      <ChoiceCards<Depth> legend="How much is read" name="depth" value={depth} onChange={setDepth} choices={depths} />
      {depth === 'sample' && (
        <Field
          label="Share of the packs (per cent)"
          error={ready ? undefined : 'A number above 0, and 100 at most'}
          required
        >
          <Input inputMode="decimal" value={percent} onChange={(event) => setPercent(event.target.value)} />
        </Field>
      )}
      <CommandLine line={line} />
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" look="primary" disabled={!ready || start.isPending}>
          Verify now
        </Button>
      </DialogActions>
    </form>
  )
}
