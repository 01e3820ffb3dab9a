'use client'
// The restore wizard: what, as of when, where to, and a look at what would happen. All of it on one page, and in its address.
import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'next/navigation'
import { type ReactNode, useCallback, useMemo, useState } from 'react'
import { restoreLine } from '#server/contract/cli-lines.ts'
import { useTRPC } from '../../data/provider.tsx'
import { useMay } from '../../data/viewer.tsx'
import { useAction } from '../../patterns/action.tsx'
import { CommandLine } from '../../patterns/copy.tsx'
import { PageHeader } from '../../patterns/page.tsx'
import { inputOf } from '../../patterns/places.ts'
import { Fetched } from '../../patterns/query.tsx'
import { type Choice, changed, choiceFrom, queryOfChoice, targetOf } from '../../patterns/restore-choice.ts'
import type { Snapshot } from '../../patterns/sources.tsx'
import { useGo } from '../../ui/leave.ts'
import { Card } from '../../ui/surfaces.tsx'
import { ChooseSource } from './choose-source.tsx'
import { StepCheck } from './step-check.tsx'
import { StepWhat } from './step-what.tsx'
import { StepWhen } from './step-when.tsx'
import { StepWhere } from './step-where.tsx'

/** The choice in the address, and how it is changed. */
function useChoice() {
  const search = useSearchParams()
  const choice = useMemo(() => choiceFrom(new URLSearchParams(search.toString())), [search])
  const change = useCallback((changes: Partial<Choice>) => {
    // From the address itself: two changes in one moment must not undo each other.
    const next = changed(choiceFrom(new URLSearchParams(window.location.search)), changes)
    window.history.replaceState(null, '', `/backups/restores/new?${queryOfChoice(next)}`)
  }, [])
  return [choice, change] as const
}

export function RestoreWizard() {
  const trpc = useTRPC()
  const [choice, change] = useChoice()
  const snapshot = useQuery(
    trpc.snapshots.get.queryOptions({ id: choice.snapshot }, { enabled: choice.snapshot !== '' }),
  )
  const suggested = useQuery(trpc.restores.suggest.queryOptions())
  return (
    <>
      <PageHeader
        trail={[{ href: '/restores', label: 'Restores' }]}
        title="Restore"
        lead="Nothing is written before you press Start, and nothing that is there is touched unless you choose so."
      />
      {choice.snapshot === '' ? (
        <ChooseSource onChoose={({ id }) => change({ snapshot: id })} />
      ) : (
        <Fetched query={snapshot}>
          {(found) => (
            <Fetched query={suggested}>
              {({ target }) => <Sections choice={choice} change={change} snapshot={found} suggested={target} />}
            </Fetched>
          )}
        </Fetched>
      )}
    </>
  )
}

type Props = {
  choice: Choice
  change(changes: Partial<Choice>): void
  snapshot: Snapshot
  /** A folder that is not there yet. */
  suggested: string
}

function Sections({ choice, change, snapshot, suggested: newest }: Props) {
  // It names a moment: what is asked anew after an event would name another place while somebody looks.
  const [suggested] = useState(newest)
  const go = useGo()
  const trpc = useTRPC()
  const { place, include, overwrite, verify } = choice
  const target = targetOf(choice, suggested)
  const input = { snapshot: snapshot.id, ...inputOf(place), include: [...include], target, overwrite }
  const plan = useAction(trpc.restores.plan.mutationOptions(), {
    touches: ['restores'],
  })
  const start = useAction(trpc.restores.start.mutationOptions(), {
    touches: ['restores', 'runs'],
    after: ({ id }) => go(`/restores/${id}`),
  })
  const busy = plan.isPending || start.isPending || start.isSuccess
  const tryIt = (): void => {
    const asked = queryOfChoice(choice)
    const found = ({ id }: { id: string }): void => {
      // Whoever chose something else meanwhile sees no dry run of what they left.
      if (queryOfChoice(choiceFrom(new URLSearchParams(window.location.search))) !== asked) return
      // What was tried is what is started, also after a reload.
      change({ plan: id, ...(choice.where === 'other' && { target }) })
    }
    plan.mutate(input, { onSuccess: found })
  }
  return (
    <div className="flex flex-col gap-4">
      <Section number={1} title="What">
        <StepWhat choice={choice} change={change} />
      </Section>
      <Section number={2} title="As of when">
        <StepWhen snapshot={snapshot} onChoose={({ id }) => change({ snapshot: id })} />
      </Section>
      <Section number={3} title="Where to">
        <StepWhere choice={choice} change={change} suggested={suggested} busy={busy} />
      </Section>
      <Section number={4} title="Check and start">
        <StepCheck
          choice={choice}
          suggested={suggested}
          busy={busy}
          onPlan={tryIt}
          onStart={() => start.mutate({ ...input, verify })}
        />
      </Section>
      <Line choice={choice} target={target} snapshot={snapshot} />
    </div>
  )
}

const Section = ({ number, title, children }: { number: number; title: string; children: ReactNode }) => (
  <Card
    title={
      <span className="flex items-center gap-2">
        <span
          aria-hidden
          className="inline-flex size-6 items-center justify-center rounded-full border border-border-strong text-sm"
        >
          {number}
        </span>
        {title}
      </span>
    }
  >
    {children}
  </Card>
)

function Line({ choice, target, snapshot }: { choice: Choice; target: string; snapshot: Snapshot }) {
  const trpc = useTRPC()
  const may = useMay()
  const { data } = useQuery(
    trpc.repositories.get.queryOptions({ id: snapshot.repositoryId }, { enabled: may('repositories.read') }),
  )
  if (data === undefined) return null
  const { place, include, overwrite, verify } = choice
  const path = { text: place.path, bytes: place.bytes }
  return (
    <CommandLine
      line={restoreLine(data, { snapshot: snapshot.snapshotId, path, include, target, overwrite, verify })}
    />
  )
}
