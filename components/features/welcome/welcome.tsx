'use client'
// The first run, in five steps: what to protect, where to, the recovery kit, when, and the first backup. It goes on where it was left.
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { type Outputs, useTRPC } from '../../data/provider.tsx'
import { PageHeader } from '../../patterns/page.tsx'
import { Fetched } from '../../patterns/query.tsx'
import { Steps } from '../../patterns/steps.tsx'
import { useUrlState } from '../../patterns/url-state.ts'
import {
  type Draft,
  keepDraft,
  loadDraft,
  nextStep,
  noDraft,
  type Step,
  stepLabels,
  steps,
  stepToShow,
} from './progress.ts'
import { StepBackup } from './step-backup.tsx'
import { StepKit } from './step-kit.tsx'
import { StepWhat } from './step-what.tsx'
import { StepWhen } from './step-when.tsx'
import { StepWhere } from './step-where.tsx'

type State = Outputs['setup']['state']

const welcomeUrl = { step: '', run: '' }

export function Welcome() {
  const trpc = useTRPC()
  const query = useQuery(trpc.setup.state.queryOptions())
  return (
    <>
      <PageHeader
        title="First steps"
        lead="Five steps to the first backup. You can leave at any time: the steps that are done stay done."
      />
      <Fetched query={query}>{(state) => <Wizard state={state} />}</Fetched>
    </>
  )
}

function Wizard({ state }: { state: State }) {
  const [url, setUrl] = useUrlState(welcomeUrl)
  const [draft, setDraft] = useState<Draft>(noDraft)
  // A part of what is known is in this browser alone; the server's page can't show it.
  useEffect(() => setDraft(loadDraft()), [])
  const change = (next: Draft): void => {
    keepDraft(next)
    setDraft(next)
  }
  const step = stepToShow(url.step, nextStep(state, draft))
  const go = (to: Step): void => setUrl({ step: to }, true)
  return (
    <div className="mx-auto max-w-3xl">
      <Steps
        steps={steps.map((each) => stepLabels[each])}
        current={steps.indexOf(step)}
        onGo={(at) => go(steps[at] ?? 'what')}
      />
      {step === 'what' && (
        <StepWhat
          saved={state.hasSchedule}
          folders={draft.folders}
          onFolders={(folders) => change({ ...draft, folders })}
          onDone={() => {
            change({ ...draft, foldersTaken: true })
            go('where')
          }}
        />
      )}
      {step === 'where' && (
        <StepWhere
          movable={!state.hasBackup && !state.hasSchedule}
          onDone={() => {
            change({ ...draft, placeTaken: true })
            go('kit')
          }}
        />
      )}
      {step === 'kit' && (
        <StepKit confirmed={state.kitConfirmed} onDone={() => go(state.hasSchedule ? 'backup' : 'when')} />
      )}
      {step === 'when' && (
        <StepWhen
          saved={state.hasSchedule}
          folders={draft.folders}
          onDone={() => {
            change(noDraft)
            go('backup')
          }}
        />
      )}
      {step === 'backup' && <StepBackup runId={url.run} onRun={(run) => setUrl({ run })} />}
    </div>
  )
}
