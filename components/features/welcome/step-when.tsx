'use client'
// Step 4: when. Saving it makes the schedule.
import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { useZone } from '../../data/clock.tsx'
import { useTRPC } from '../../data/provider.tsx'
import { useAction } from '../../patterns/action.tsx'
import { mistakeInCron } from '../../patterns/cron.ts'
import { useCronWords } from '../../patterns/cron-words.tsx'
import { ChoiceCards, Field } from '../../patterns/field.tsx'
import { exact } from '../../patterns/format.ts'
import { mistakeInName } from '../../patterns/name-words.ts'
import { Notice, sayError } from '../../patterns/query.tsx'
import { Input } from '../../ui/controls.tsx'
import { SavedSchedule } from './saved-schedule.tsx'
import { NextButton, StepCard } from './step-card.tsx'

type Choice = 'nightly' | 'hourly' | 'custom'
const crons: Readonly<Record<Exclude<Choice, 'custom'>, string>> = { nightly: '0 2 * * *', hourly: '0 * * * *' }

export function StepWhen({ saved, folders, onDone }: { saved: boolean; folders: readonly string[]; onDone(): void }) {
  if (saved)
    return (
      <StepCard title="When" actions={<NextButton onClick={onDone} />}>
        <SavedSchedule />
      </StepCard>
    )
  return <NewSchedule folders={folders} onDone={onDone} />
}

function NewSchedule({ folders, onDone }: { folders: readonly string[]; onDone(): void }) {
  const trpc = useTRPC()
  const zone = useZone()
  const [choice, setChoice] = useState<Choice>('nightly')
  const [custom, setCustom] = useState('0 2 * * *')
  const [name, setName] = useState('first')
  const [tried, setTried] = useState(false)
  const cron = useDeferredValue(choice === 'custom' ? custom.trim() : crons[choice])
  const mistake = mistakeInCron(cron)
  const words = useCronWords(cron)
  const preview = useQuery({
    ...trpc.schedules.preview.queryOptions({ cron, timezone: zone, count: 5 }),
    enabled: mistake === undefined,
    placeholderData: (before) => before,
  })
  const create = useAction(trpc.schedules.create.mutationOptions(), {
    touches: ['schedules', 'setup', 'overview', 'settings'],
    says: ({ name: made }) => `The schedule ${made} is saved`,
    quiet: true,
    after: onDone,
  })
  const wrongName = mistakeInName(name.trim())
  const save = (): void => {
    setTried(true)
    if (wrongName !== undefined) return
    create.mutate({
      name: name.trim(),
      settings: { type: 'incremental', cron_expression: cron, time_zone: zone, include_paths: [...folders] },
      reason: 'First steps',
    })
  }
  return (
    <StepCard
      title="When"
      actions={
        <NextButton onClick={save} disabled={create.isPending || mistake !== undefined}>
          Save the schedule
        </NextButton>
      }
    >
      <ChoiceCards<Choice>
        legend="How often"
        name="when"
        value={choice}
        onChange={setChoice}
        choices={[
          { value: 'nightly', label: 'Every night', hint: `At 02:00, ${zone}` },
          { value: 'hourly', label: 'Every hour', hint: 'On the hour' },
          { value: 'custom', label: 'Other times', hint: 'Five fields, as cron reads them' },
        ]}
      />
      {choice === 'custom' && (
        <Field
          label="Cron expression"
          required
          hint={`Minute, hour, day of month, month, day of week; in ${zone}.`}
          error={mistake}
        >
          <Input
            className="max-w-72 font-mono"
            autoComplete="off"
            spellCheck={false}
            value={custom}
            onChange={(event) => setCustom(event.target.value)}
          />
        </Field>
      )}
      <section aria-label="Next runs" className="rounded-md border bg-bg px-4 py-3">
        <h3 className="mb-1 font-medium">{mistake === undefined ? words : 'Next runs'}</h3>
        <ol className="min-h-[6.5rem] text-muted">
          {(mistake === undefined ? preview.data?.slots : [])?.map((slot) => (
            <li key={slot}>{exact(Date.parse(slot), zone)}</li>
          ))}
        </ol>
      </section>
      <p className="text-muted">
        Only what changed is read and stored after the first time, and every snapshot can be restored alone.
      </p>
      <Field
        label="Name of the schedule"
        required
        hint="Letters, digits, dots, hyphens and underscores; no spaces."
        error={tried ? wrongName : undefined}
      >
        <Input className="max-w-72" maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
      </Field>
      {create.error && (
        <Notice tone="failed" title="The schedule was not saved">
          {sayError(create.error)}
        </Notice>
      )}
    </StepCard>
  )
}
