'use client'
// Protecting something new: what, how, when, a look at all of it, and the first run.
import { ArrowLeft, ArrowRight } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useForm } from 'react-hook-form'
import { useTRPC } from '../../data/provider.tsx'
import { useAction } from '../../patterns/action.tsx'
import { useGoOn } from '../../patterns/folder-choice.ts'
import { useMatches } from '../../patterns/match-preview.tsx'
import { PageHeader } from '../../patterns/page.tsx'
import { Notice, sayError } from '../../patterns/query.tsx'
import { Steps } from '../../patterns/steps.tsx'
import { useUrlState } from '../../patterns/url-state.ts'
import { Button } from '../../ui/button.tsx'
import { CheckStep } from './check-step.tsx'
import { DoneStep } from './done-step.tsx'
import { useDraft } from './draft.ts'
import {
  emptyForm,
  isRight,
  type Mistakes,
  mistakesInHow,
  mistakesInWhat,
  mistakesInWhen,
  patternsOf,
  type ScheduleForm,
  settingsOf,
} from './form.ts'
import { HowSection, useFolders, WhatSection } from './form-sections.tsx'
import { useTarget } from './targets.ts'
import { WhenSection } from './when-section.tsx'

const steps = ['What', 'How', 'When', 'Check', 'Done'] as const
const CHECK = 3
const DONE = 4
const inUrl = { step: '0', made: '' }
const DRAFT = 'holdfast-new-schedule'

/** Of each step that is filled in. */
const checks: readonly ((form: ScheduleForm) => Mistakes)[] = [mistakesInWhat, mistakesInHow, mistakesInWhen]

/** A new schedule is begun on nothing that could change meanwhile. */
const nothing = {}

export function ScheduleWizard() {
  const trpc = useTRPC()
  const form = useForm<ScheduleForm>({ defaultValues: emptyForm })
  const draft = useDraft(form, DRAFT, nothing)
  const values = form.watch()
  const folders = useFolders(form, values.includePaths)
  const [url, setUrl] = useUrlState(inUrl)
  const [shown, setShown] = useState(false)
  const target = useTarget(values.repository)
  const matches = useMatches({
    includePaths: url.made === '' ? values.includePaths : [],
    excludePatterns: patternsOf(values.excludes),
    repositoryId: target?.id,
  })
  const create = useAction(trpc.schedules.create.mutationOptions(), {
    touches: ['schedules', 'overview', 'settings', 'setup'],
    quiet: true,
    after: ({ id }) => {
      draft.forget()
      setUrl({ step: String(DONE), made: id })
    },
  })
  const step = stepOf(url, values)
  const mistakes = checks[step]?.(values) ?? {}
  const go = (next: number): void => {
    setShown(false)
    setUrl({ step: String(next) }, true)
    document.getElementById('content')?.scrollIntoView()
  }
  const next = (): void => (isRight(mistakes) ? go(step + 1) : setShown(true))
  const leave = useGoOn(folders, next)
  const section = { form, values, mistakes: shown ? mistakes : {} }
  const { reset } = create
  // What was refused may be right after a change.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each step begins without the old error
  useEffect(() => reset(), [step])
  return (
    <>
      <PageHeader trail={[{ href: '/schedules', label: 'Schedules' }]} title="Protect something new" />
      <Steps steps={steps} current={step} {...(step < DONE && { onGo: go })} />
      <div aria-busy={!draft.ready}>
        {step === 0 && <WhatSection form={form} mistakes={section.mistakes} folders={folders} matches={matches} />}
        {step === 1 && <HowSection {...section} />}
        {step === 2 && <WhenSection {...section} />}
        {step === CHECK && <CheckStep values={values} matches={matches} target={target} onChange={go} />}
        {step === DONE && <DoneStep id={url.made} />}
      </div>
      {create.error !== null && (
        <div className="mt-4">
          <Notice tone="failed" title="The schedule was not made">
            {sayError(create.error)}
          </Notice>
        </div>
      )}
      {step < DONE && (
        <div className="mt-5 flex justify-between gap-2">
          <Button
            disabled={step === 0}
            icon={<ArrowLeft aria-hidden className="size-4" />}
            onClick={() => go(step - 1)}
          >
            Back
          </Button>
          {step < CHECK ? (
            <Button look="primary" disabled={leave.waits} onClick={step === 0 ? leave.goOn : next}>
              Next
              <ArrowRight aria-hidden className="size-4" />
            </Button>
          ) : (
            <Button
              look="primary"
              disabled={create.isPending}
              onClick={() =>
                create.mutate({ name: values.name, settings: settingsOf(values), reason: `Protect ${values.name}` })
              }
            >
              Make the schedule
            </Button>
          )}
        </div>
      )}
    </>
  )
}

/** The step of the address; no further than what is filled in allows. */
function stepOf({ step, made }: { step: string; made: string }, values: ScheduleForm): number {
  if (made !== '') return DONE
  const wanted = Math.min(CHECK, Math.max(0, Math.trunc(Number(step)) || 0))
  const wrong = checks.findIndex((check) => !isRight(check(values)))
  return wrong === -1 ? wanted : Math.min(wanted, wrong)
}
