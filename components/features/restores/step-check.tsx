'use client'
// The last look: a dry run that tells what would happen and why, and the start.
import { useQuery } from '@tanstack/react-query'
import { FlaskConical, Play } from 'lucide-react'
import { useState } from 'react'
import { useTRPC } from '../../data/provider.tsx'
import { ConfirmDialog } from '../../patterns/confirm.tsx'
import { FileName } from '../../patterns/file-name.tsx'
import { Fetched } from '../../patterns/query.tsx'
import { type Choice, isNowhere, mayReplace, targetOf } from '../../patterns/restore-choice.ts'
import { Button } from '../../ui/button.tsx'
import { PlanResult } from './plan-result.tsx'
import { RestoreProgress } from './restore-progress.tsx'
import { isOver } from './restore-words.ts'

export function StepCheck({
  choice,
  suggested,
  busy,
  onPlan,
  onStart,
}: {
  choice: Choice
  /** A folder that is not there yet. */
  suggested: string
  busy: boolean
  onPlan(): void
  onStart(): void
}) {
  const [asking, setAsking] = useState(false)
  const wrong = isNowhere(choice)
  const risky = mayReplace(choice, suggested)
  const target = targetOf(choice, suggested)
  return (
    <div className="flex flex-col gap-4">
      <p className="flex flex-wrap items-baseline gap-x-1">
        {wrong ? (
          'It goes nowhere yet: name the folder above.'
        ) : choice.where === 'original' ? (
          <span className="font-medium">Goes to where it came from.</span>
        ) : (
          <>
            Goes to
            <FileName name={target} wrap className="font-medium" />
          </>
        )}
        {choice.plan === '' && (
          <span className="text-muted">A dry run writes nothing and shows what would happen.</span>
        )}
      </p>
      {choice.plan !== '' && <Plan id={choice.plan} />}
      <div className="flex flex-wrap gap-2">
        <Button onClick={onPlan} disabled={busy || wrong} icon={<FlaskConical aria-hidden className="size-4" />}>
          {choice.plan === '' ? 'Dry run' : 'Dry run again'}
        </Button>
        <Button
          look={risky ? 'danger' : 'primary'}
          disabled={busy || wrong}
          onClick={() => (risky ? setAsking(true) : onStart())}
          icon={<Play aria-hidden className="size-4" />}
        >
          Start the restore
        </Button>
      </div>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={
          choice.where === 'original' ? 'Restore over the files of this server?' : 'Replace what is in the folder?'
        }
        verb="Start the restore"
        type="overwrite"
        busy={busy}
        onConfirm={onStart}
      >
        It goes to {choice.where === 'original' ? 'where it came from' : <FileName name={target} wrap />}.{' '}
        {choice.overwrite === 'always'
          ? 'All files that are restored replace those at their place, also those that look the same. '
          : 'Files that differ from the snapshot are replaced. '}
        What they hold now is lost, unless another backup has it. Files that are not in the snapshot stay.
      </ConfirmDialog>
    </div>
  )
}

/** The dry run as it goes, then what it found out. */
function Plan({ id }: { id: string }) {
  const trpc = useTRPC()
  const query = useQuery(trpc.restores.get.queryOptions({ id }))
  return (
    <section aria-label="Dry run">
      <Fetched query={query}>
        {(plan) => (isOver(plan.state) ? <PlanResult plan={plan} /> : <RestoreProgress restore={plan} />)}
      </Fetched>
    </section>
  )
}
