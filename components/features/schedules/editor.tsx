'use client'
// A schedule is changed: the same form as in the wizard on one page, and what it changes in the configuration before it is saved.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { diffDocuments, same } from '#server/contract/config/diff.ts'
import { useTRPC } from '../../data/provider.tsx'
import { useAction } from '../../patterns/action.tsx'
import { Differences } from '../../patterns/differences.tsx'
import { Field } from '../../patterns/field.tsx'
import { type FolderChoice, useGoOn } from '../../patterns/folder-choice.ts'
import { useMatches } from '../../patterns/match-preview.tsx'
import { EmptyState, PageHeader } from '../../patterns/page.tsx'
import { Fetched, Notice, sayError } from '../../patterns/query.tsx'
import { rebased } from '../../patterns/rebase.ts'
import { offerBack } from '../../patterns/unsaved.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Input, Switch } from '../../ui/controls.tsx'
import { useGo } from '../../ui/leave.ts'
import { Card } from '../../ui/surfaces.tsx'
import { useDraft } from './draft.ts'
import {
  formOf,
  isRight,
  mistakesInHow,
  mistakesInWhat,
  mistakesInWhen,
  patternsOf,
  type ScheduleForm,
  type ScheduleSettings,
  settingsOf,
} from './form.ts'
import { HowSection, useFolders, WhatSection } from './form-sections.tsx'
import { Meanwhile } from './meanwhile.tsx'
import { useTarget } from './targets.ts'
import { WhenSection } from './when-section.tsx'

export function ScheduleEditor({ id }: { id: string }) {
  const trpc = useTRPC()
  const query = useQuery(trpc.schedules.get.queryOptions({ id }))
  const settings = useQuery(trpc.settings.current.queryOptions())
  return (
    <Fetched query={query}>
      {({ name }) => (
        <>
          <PageHeader
            trail={[
              { href: '/schedules', label: 'Schedules' },
              { href: `/schedules/${id}`, label: name },
            ]}
            title={`Edit ${name}`}
          />
          <Fetched query={settings}>
            {({ document, version }) => {
              const known = document.schedules?.[name]
              return known === undefined ? (
                <EmptyState
                  title="It is not in the configuration any more"
                  action={<ButtonLink href="/schedules">To the schedules</ButtonLink>}
                />
              ) : (
                <Editor id={id} name={name} settings={known} version={version} />
              )
            }}
          </Fetched>
        </>
      )}
    </Fetched>
  )
}

type Known = {
  readonly id: string
  readonly name: string
  readonly settings: ScheduleSettings
  readonly version: number
}

function Editor({ id, name, settings, version }: Known) {
  const form = useForm<ScheduleForm>({ defaultValues: formOf(name, settings) })
  const draft = useDraft(form, `holdfast-schedule-${id}`, { version, settings })
  const values = form.watch()
  const folders = useFolders(form, values.includePaths)
  const target = useTarget(values.repository)
  const matches = useMatches({
    includePaths: values.includePaths,
    excludePatterns: patternsOf(values.excludes),
    repositoryId: target?.id,
  })
  const mistakes = { ...mistakesInWhat(values), ...mistakesInHow(values), ...mistakesInWhen(values) }
  const section = { form, values, mistakes }
  const { base } = draft
  const mine = settingsOf(values, base.settings)
  // What is saved already is no change any more, whoever saved it.
  const before = same(mine, settings) ? settings : base.settings
  const outdated = !same(before, settings)
  const changed = !same(base.settings, mine)
  const onTop = outdated ? rebased(base.settings, mine, settings) : undefined
  const begin = (next: ScheduleSettings): void => draft.begin({ version, settings }, formOf(name, next))
  const giveUp = (): void => {
    if (changed) offerBack(draft.giveUp({ version, settings }, formOf(name, settings)))
    else begin(settings)
  }
  return (
    <div className="flex flex-col gap-4">
      {onTop && (
        <Meanwhile
          name={name}
          before={base.settings}
          theirs={settings}
          conflicts={onTop.conflicts}
          changed={changed}
          onTheirs={giveUp}
          onMine={() => begin(onTop.document as ScheduleSettings)}
        />
      )}
      {draft.restored && changed && !outdated && (
        <Notice title="Your changes from before are here again">
          They were not saved. What they are is said below.
        </Notice>
      )}
      <Card>
        <Field inline label="It runs by itself at its times" hint="Switched off it runs only by hand">
          <Switch
            checked={values.enabled}
            onCheckedChange={(enabled) => form.setValue('enabled', enabled, { shouldDirty: true })}
          />
        </Field>
      </Card>
      <WhatSection form={form} mistakes={mistakes} folders={folders} matches={matches} named />
      <HowSection {...section} />
      <WhenSection {...section} />
      <Save
        id={id}
        name={name}
        before={before}
        after={mine}
        version={base.version}
        right={isRight(mistakes)}
        outdated={outdated}
        folders={folders}
        onSaved={draft.forget}
        onReset={giveUp}
      />
    </div>
  )
}

function Save({
  id,
  name,
  before,
  after,
  version,
  right,
  outdated,
  folders,
  onSaved,
  onReset,
}: {
  id: string
  name: string
  before: ScheduleSettings
  after: ScheduleSettings
  /** Of the configuration that it is changed from. */
  version: number
  right: boolean
  outdated: boolean
  folders: FolderChoice
  onSaved(): void
  onReset(): void
}) {
  const trpc = useTRPC()
  const go = useGo()
  const queries = useQueryClient()
  const [reason, setReason] = useState('')
  const differences = diffDocuments({ schedules: { [name]: before } }, { schedules: { [name]: after } })
  const save = useAction(trpc.schedules.update.mutationOptions(), {
    says: 'Saved as a new version of the configuration',
    touches: ['schedules', 'settings', 'overview', 'policies'],
    quiet: true,
    after: () => {
      onSaved()
      go(`/schedules/${id}`)
    },
  })
  // It may be refused because somebody else was quicker: then theirs is to be seen.
  const refresh = (): void => void queries.invalidateQueries({ queryKey: trpc.settings.current.queryKey() })
  const given = reason.trim() === '' ? `Change ${name}` : reason.trim()
  const { goOn, waits } = useGoOn(folders, () =>
    save.mutate({ id, settings: after, reason: given, expectedVersion: version }, { onError: refresh }),
  )
  return (
    <Card title="What changes in the configuration">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          goOn()
        }}
      >
        {differences.length === 0 ? (
          <p className="text-muted">Nothing yet.</p>
        ) : (
          <Differences items={differences} label="What changes" />
        )}
        <Field label="Why" required={false} hint="For whoever looks at the versions of the configuration later">
          <Input
            maxLength={500}
            placeholder={`Change ${name}`}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </Field>
        {save.error !== null && (
          <Notice tone="failed" title="It was not saved">
            {sayError(save.error)}
          </Notice>
        )}
        {!right && <p className="text-failed">Something above is not right yet.</p>}
        {outdated && <p className="text-muted">Somebody changed it meanwhile: choose above what is to count.</p>}
        <div className="flex flex-wrap justify-end gap-2">
          <Button disabled={differences.length === 0} onClick={onReset}>
            Undo my changes
          </Button>
          <ButtonLink href={`/schedules/${id}`}>Leave it</ButtonLink>
          <Button
            type="submit"
            look="primary"
            disabled={!right || outdated || differences.length === 0 || save.isPending || waits}
          >
            Save
          </Button>
        </div>
      </form>
    </Card>
  )
}
