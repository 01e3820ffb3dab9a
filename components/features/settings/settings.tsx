'use client'
// The configuration as forms, one section at a time. Changes are checked while they are made, and saved together as one version.
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import type { FieldShape } from '#server/contract/config/describe.ts'
import { same } from '#server/contract/config/diff.ts'
import { useTRPC, useTRPCClient } from '../../data/provider.tsx'
import { useMay } from '../../data/viewer.tsx'
import { counted } from '../../patterns/format.ts'
import { Fetched, Notice } from '../../patterns/query.tsx'
import { useUrlState } from '../../patterns/url-state.ts'
import { Button, TextLink } from '../../ui/button.tsx'
import { Card } from '../../ui/surfaces.tsx'
import { changedFields, labelOf } from './document.ts'
import { type Current, type Draft, type Loose, useDraft } from './draft.ts'
import { anchorOf, Inner } from './fields.tsx'
import { FormProvider, locksOf, type Problem } from './form-context.ts'
import { Frame } from './frame.tsx'
import { Meanwhile } from './meanwhile.tsx'
import { Problems } from './problems.tsx'
import { Review } from './review.tsx'
import { SectionNav } from './section-nav.tsx'

export function Settings({ sections }: { sections: readonly FieldShape[] }) {
  const trpc = useTRPC()
  const query = useQuery(trpc.settings.current.queryOptions())
  return (
    <Frame tab="/settings" current={query.data}>
      <Fetched query={query}>{(current) => <Editor sections={sections} current={current} />}</Fetched>
    </Frame>
  )
}

const urlDefaults = { section: '' }
const none: readonly Problem[] = []

function Editor({ sections, current }: { sections: readonly FieldShape[]; current: Current }) {
  const draft = useDraft(current)
  const readOnly = !useMay()('settings.write')
  const checked = useChecked(draft.document, draft.dirty)
  const problems = checked?.problems ?? none
  const [values, set] = useUrlState(urlDefaults)
  const section = sections.find(({ key }) => key === values.section) ?? sections[0]
  const lockOf = useMemo(() => locksOf(current), [current])
  const [reviewing, setReviewing] = useState(false)
  const go = ({ path }: Problem): void => {
    setReviewing(false)
    set({ section: sectionOf(path) })
    // The section has to be there first.
    setTimeout(() => focusOn(path), 100)
  }
  if (section === undefined) return null
  const state = { readOnly, document: draft.document, problems, change: draft.change, lockOf }
  return (
    <>
      <Meanwhile draft={draft} current={current} />
      {draft.dirty && <Problems problems={problems} go={go} />}
      <div className="grid items-start gap-4 lg:grid-cols-[13rem_minmax(0,1fr)]">
        <SectionNav
          sections={sections}
          current={section.key}
          changed={new Set(draft.changes.map(({ path }) => sectionOf(path)))}
          problems={problems}
          choose={(key) => set({ section: key }, true)}
        />
        <FormProvider value={state}>
          <Section field={section} />
        </FormProvider>
      </div>
      {draft.dirty && <SaveBar draft={draft} review={() => setReviewing(true)} />}
      <SaveReview open={reviewing} onClose={() => setReviewing(false)} draft={draft} current={current} go={go} />
    </>
  )
}

function Section({ field }: { field: FieldShape }) {
  return (
    <Card title={labelOf(field.key)} className="min-w-0">
      {field.key === 'schedules' && (
        <div className="mb-4">
          <Notice>
            <TextLink href="/schedules" className="underline">
              The page of the schedules
            </TextLink>{' '}
            shows what a schedule would take, and when.
          </Notice>
        </div>
      )}
      <p className="mb-4 text-muted">
        What is left empty has its default. Changes count as soon as they are saved, except where it says “no effect
        yet”.
      </p>
      <Inner key={field.key} shape={field.shape} path={[field.key]} />
    </Card>
  )
}

function SaveBar({ draft, review }: { draft: Draft; review(): void }) {
  return (
    <section
      aria-label="Unsaved changes"
      className="sticky bottom-0 z-10 -mx-1 flex flex-wrap items-center justify-between gap-3 rounded-lg border bg-raised px-4 py-3 shadow-pop"
    >
      <p role="status">{counted(changedFields(draft.changes), 'unsaved change')}</p>
      <div className="flex flex-wrap gap-2">
        <Button onClick={draft.giveUp}>Give them up</Button>
        <Button look="primary" onClick={review}>
          Review and save
        </Button>
      </div>
    </section>
  )
}

function SaveReview({
  open,
  onClose,
  draft,
  current,
  go,
}: {
  open: boolean
  onClose(): void
  draft: Draft
  current: Current
  go(problem: Problem): void
}) {
  const client = useTRPCClient()
  const checked = useChecked(draft.document, open, 0)
  return (
    <Review
      open={open}
      onClose={onClose}
      title="Save the configuration"
      verb="Save as a new version"
      checked={checked && draft.outdated ? { ...checked, differences: draft.changes } : checked}
      go={go}
      blocked={draft.outdated}
      conflict={<Meanwhile draft={draft} current={current} />}
      save={(reason) =>
        client.settings.update.mutate({ document: draft.document, reason, expectedVersion: draft.version })
      }
      onSaved={draft.reset}
    />
  )
}

/** Rest after the last letter before a document is checked (ms). */
const REST = 500

/** What the server says of a document; undefined until it said something of this one. */
export function useChecked(document: Loose, wanted: boolean, rest = REST) {
  const trpc = useTRPC()
  const { mutate, data, variables, reset } = useMutation(trpc.settings.check.mutationOptions())
  useEffect(() => {
    if (!wanted) return reset()
    const timer = setTimeout(() => mutate({ document }), rest)
    return () => clearTimeout(timer)
  }, [document, wanted, rest, mutate, reset])
  const about = variables !== undefined && 'document' in variables ? variables.document : undefined
  // What is being typed keeps the last answer, so that nothing flickers; a decision needs the answer to this very document.
  return wanted && (rest > 0 || same(about, document)) ? data : undefined
}

const sectionOf = (path: string): string => /^[^.[]+/.exec(path)?.[0] ?? ''

/** Goes to the field of a place, or to the nearest group around it. */
function focusOn(path: string): void {
  for (let place = path; place !== ''; place = place.replace(/(\.[^.[]+|\[[^\]]*\]|^[^.[]+)$/, '')) {
    const found = document.getElementById(anchorOf(place))
    if (found === null) continue
    found.scrollIntoView({ block: 'center' })
    const control = found.querySelector<HTMLElement>('input, select, textarea, button')
    ;(control ?? found).focus()
    return
  }
}
