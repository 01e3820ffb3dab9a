'use client'
// The part of the form that says when: simple choices or cron text, the zone, the next five times, and what becomes of times that were missed.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useId, useState } from 'react'
import { useTRPC } from '../../data/provider.tsx'
import { useCronWords } from '../../patterns/cron-words.tsx'
import { ChoiceCards, Field } from '../../patterns/field.tsx'
import { sayError } from '../../patterns/query.tsx'
import { Checkbox, Input, Select } from '../../ui/controls.tsx'
import { Card, Skeleton } from '../../ui/surfaces.tsx'
import { type Mistakes, mistakesInWhen, type ScheduleForm } from './form.ts'
import type { FormApi } from './form-sections.tsx'
import { cronOf, DAYS_IN_EVERY_MONTH, type Rhythm, type SimpleWhen, simpleDefault, simpleOf } from './simple-cron.ts'
import { Slots } from './slots.tsx'
import { useTargets } from './targets.ts'

const rhythms = [
  { value: 'hourly', label: 'Every hour' },
  { value: 'daily', label: 'Every day' },
  { value: 'weekly', label: 'On days of the week' },
  { value: 'monthly', label: 'Once a month' },
  { value: 'cron', label: 'By a cron expression' },
] as const

const weekdays = [
  [1, 'Mon'],
  [2, 'Tue'],
  [3, 'Wed'],
  [4, 'Thu'],
  [5, 'Fri'],
  [6, 'Sat'],
  [0, 'Sun'],
] as const

const monthDays = Array.from({ length: DAYS_IN_EVERY_MONTH }, (_, at) => at + 1)

export const catchUpWords: Readonly<Record<ScheduleForm['catchUp'], string>> = {
  once: 'One run as soon as the server is back, whatever was missed',
  within_window: 'Only when it is not later than a limit',
  skip: 'Never: wait for the next time',
}

type Props = { form: FormApi; values: ScheduleForm; mistakes: Mistakes }

export function WhenSection({ form, values, mistakes }: Props) {
  const { zone } = useTargets()
  const set = (cron: string): void => form.setValue('cron', cron, { shouldDirty: true })
  return (
    <div className="grid gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <Card title="When">
        <div className="flex flex-col gap-4">
          <CronChoice cron={values.cron} onChange={set} error={mistakes.cron} />
          <Zone form={form} error={mistakes.timezone} standard={zone} />
          <ChoiceCards
            legend="A time that was missed, for the server was down"
            name="catch-up"
            value={values.catchUp}
            onChange={(next) => form.setValue('catchUp', next as ScheduleForm['catchUp'], { shouldDirty: true })}
            choices={[
              { value: 'once', label: 'Catch up', hint: catchUpWords.once },
              { value: 'within_window', label: 'Catch up for a while', hint: catchUpWords.within_window },
              { value: 'skip', label: 'Skip', hint: catchUpWords.skip },
            ]}
          />
          {values.catchUp === 'within_window' && (
            <Field label="Minutes late at most" error={mistakes.catchUpMinutes}>
              <Input inputMode="numeric" className="max-w-32" {...form.register('catchUpMinutes')} />
            </Field>
          )}
        </div>
      </Card>
      <NextRuns values={values} zone={values.timezone || zone} />
    </div>
  )
}

function CronChoice({
  cron,
  onChange,
  error,
}: {
  cron: string
  onChange(cron: string): void
  error: string | undefined
}) {
  const [byHand, setByHand] = useState(false)
  const parsed = simpleOf(cron)
  // While a choice is not whole there is no expression for it yet.
  const [partial, setPartial] = useState<SimpleWhen>()
  const simple = partial ?? parsed ?? simpleDefault
  const rhythm = byHand || (parsed === undefined && partial === undefined) ? 'cron' : simple.rhythm
  const take = (next: SimpleWhen): void => {
    const made = cronOf(next)
    setPartial(made === undefined ? next : undefined)
    if (made !== undefined) onChange(made)
  }
  return (
    <>
      <ChoiceCards
        legend="How often"
        name="rhythm"
        value={rhythm}
        onChange={(next) => {
          setByHand(next === 'cron')
          if (next === 'cron') setPartial(undefined)
          else take({ ...simple, rhythm: next as Rhythm })
        }}
        choices={rhythms}
      />
      {rhythm === 'cron' ? (
        <Field
          label="Cron expression"
          required
          error={error}
          hint="Minute, hour, day of the month, month, day of the week"
        >
          <Input
            className="font-mono"
            value={cron}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => onChange(event.target.value)}
          />
        </Field>
      ) : (
        <Simple value={simple} onChange={take} />
      )}
    </>
  )
}

function Simple({ value, onChange }: { value: SimpleWhen; onChange(value: SimpleWhen): void }) {
  const { rhythm, time, day } = value
  const change = (changes: Partial<SimpleWhen>): void => onChange({ ...value, ...changes })
  return (
    <div className="flex flex-wrap items-end gap-4">
      {rhythm === 'weekly' && (
        <fieldset>
          <legend className="mb-1 font-medium">Days</legend>
          <div className="flex flex-wrap gap-3">
            {weekdays.map(([number, label]) => (
              <Weekday key={number} label={label} number={number} value={value} onChange={change} />
            ))}
          </div>
        </fieldset>
      )}
      {rhythm === 'monthly' && (
        <Field label="Day of the month">
          <Select className="!w-24" value={day} onChange={(event) => change({ day: Number(event.target.value) })}>
            {monthDays.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </Select>
        </Field>
      )}
      {rhythm === 'hourly' ? (
        <Field label="Minute of the hour">
          <Input
            type="number"
            min={0}
            max={59}
            className="!w-24"
            value={Number(time.slice(3))}
            onChange={(event) => {
              const minute = Math.min(59, Math.max(0, Math.trunc(Number(event.target.value))))
              change({ time: `00:${String(minute).padStart(2, '0')}` })
            }}
          />
        </Field>
      ) : (
        <Field label="Time">
          <Input
            type="time"
            className="!w-32"
            value={time}
            onChange={(event) => change({ time: event.target.value })}
          />
        </Field>
      )}
    </div>
  )
}

function Weekday({
  number,
  label,
  value: { weekdays: chosen },
  onChange,
}: {
  number: number
  label: string
  value: SimpleWhen
  onChange(changes: Partial<SimpleWhen>): void
}) {
  return (
    <Field inline label={label}>
      <Checkbox
        checked={chosen.includes(number)}
        onCheckedChange={(on) =>
          onChange({ weekdays: on === true ? [...chosen, number] : chosen.filter((each) => each !== number) })
        }
      />
    </Field>
  )
}

/** The browser's own list of what fits what is typed. */
function Zone({ form, error, standard }: { form: FormApi; error: string | undefined; standard: string }) {
  const id = useId()
  const [zones, setZones] = useState<readonly string[]>([])
  // Server and browser may know different ones.
  useEffect(() => setZones(['UTC', ...Intl.supportedValuesOf('timeZone')]), [])
  return (
    <>
      <Field
        label="Time zone"
        required={false}
        error={error}
        hint={`Empty: the zone of the configuration, ${standard}`}
      >
        <Input list={id} autoComplete="off" spellCheck={false} placeholder={standard} {...form.register('timezone')} />
      </Field>
      <datalist id={id}>
        {zones.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </>
  )
}

const NEXT = 5

export function NextRuns({ values, zone }: { values: ScheduleForm; zone: string }) {
  const trpc = useTRPC()
  const words = useCronWords(values.cron)
  const wrong = mistakesInWhen(values)
  const usable = wrong.cron === undefined && wrong.timezone === undefined
  const query = useQuery({
    ...trpc.schedules.preview.queryOptions({ cron: values.cron, timezone: zone, count: NEXT }),
    enabled: usable,
    placeholderData: keepPreviousData,
  })
  return (
    <Card title="The next five times" className="h-fit lg:sticky lg:top-16">
      {!usable ? (
        <p className="text-muted">{wrong.cron ?? wrong.timezone}</p>
      ) : (
        <div className="flex flex-col gap-2">
          <p>{words}</p>
          {query.error ? (
            <p className="text-failed">{sayError(query.error)}</p>
          ) : query.data === undefined ? (
            <Skeleton className="h-28" />
          ) : (
            <Slots slots={query.data.slots} zone={zone} />
          )}
        </div>
      )}
    </Card>
  )
}
