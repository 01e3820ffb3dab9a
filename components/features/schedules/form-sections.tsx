'use client'
// The parts of the form of a schedule: what is backed up, and how.
import { useQuery } from '@tanstack/react-query'
import type { UseFormReturn } from 'react-hook-form'
import { useTRPC } from '../../data/provider.tsx'
import { ChoiceCards, Field, NoEffectYet } from '../../patterns/field.tsx'
import { type FolderChoice, useFolderChoice } from '../../patterns/folder-choice.ts'
import { FolderPicker } from '../../patterns/folder-picker.tsx'
import { type Matches, MatchPreview } from '../../patterns/match-preview.tsx'
import { Input, Select, TextArea } from '../../ui/controls.tsx'
import { Card } from '../../ui/surfaces.tsx'
import type { Mistakes, ScheduleForm } from './form.ts'
import { useTargets } from './targets.ts'

export type FormApi = UseFormReturn<ScheduleForm>
type SectionProps = { form: FormApi; values: ScheduleForm; mistakes: Mistakes }

export const typeWords: Readonly<Record<ScheduleForm['type'], string>> = {
  incremental: 'Reads what changed since the last backup. The usual choice: quick, and each snapshot is whole.',
  differential: 'Reads what changed since the last full backup.',
  full: 'Reads every file each time. Slow, and it notices what changed without a new time.',
}

/** The folders of the form, for its "What" and for what leads on from there. */
export const useFolders = (form: FormApi, paths: readonly string[]): FolderChoice =>
  useFolderChoice(paths, (next) => form.setValue('includePaths', next, { shouldDirty: true }))

/** `named`: the name stays, for snapshots and runs know it. */
export function WhatSection({
  form,
  mistakes,
  folders,
  matches,
  named,
}: Omit<SectionProps, 'values'> & { folders: FolderChoice; matches: Matches; named?: boolean }) {
  return (
    <div className="grid gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <Card title="What">
        <div className="flex flex-col gap-4">
          {!named && (
            <Field label="Name" required error={mistakes.name} hint="Snapshots and runs are known by it, so it stays">
              <Input autoComplete="off" spellCheck={false} maxLength={100} {...form.register('name')} />
            </Field>
          )}
          <FolderPicker label="Folders and files" choice={folders} error={mistakes.includePaths} ahead />
          <Field
            label="Leave out"
            required={false}
            hint="One pattern a line, as in .gitignore: *.tmp anywhere, /temp/ at the top of a folder"
          >
            <TextArea rows={4} spellCheck={false} {...form.register('excludes')} />
          </Field>
          <Field label="Description" required={false}>
            <Input maxLength={500} {...form.register('description')} />
          </Field>
        </div>
      </Card>
      <Card title="What this takes" className="h-fit lg:sticky lg:top-16">
        <MatchPreview matches={matches} />
      </Card>
    </div>
  )
}

/** Retention is noted; this version deletes no snapshot yet. */
const LaterLabel = ({ name }: { name: string }) => (
  <>
    {name}
    <NoEffectYet />
  </>
)

export function HowSection({ form, values, mistakes }: SectionProps) {
  const trpc = useTRPC()
  const policies = useQuery(trpc.policies.list.queryOptions())
  const { repositories, primary } = useTargets()
  return (
    <Card title="How">
      <div className="flex flex-col gap-4">
        <ChoiceCards
          legend="Type"
          name="type"
          value={values.type}
          onChange={(type) => form.setValue('type', type as ScheduleForm['type'], { shouldDirty: true })}
          choices={(['incremental', 'differential', 'full'] as const).map((value) => ({
            value,
            label: value.charAt(0).toUpperCase() + value.slice(1),
            hint: typeWords[value],
          }))}
        />
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Repository" hint="Where the backups go">
            <Select {...form.register('repository')}>
              <option value="">{primary === undefined ? 'The primary one' : `${primary} (the primary one)`}</option>
              {repositories
                .filter(({ name }) => name !== primary || values.repository === name)
                .map(({ id, name }) => (
                  <option key={id} value={name}>
                    {name}
                  </option>
                ))}
            </Select>
          </Field>
          <Field label={<LaterLabel name="Policy" />} hint="How long snapshots are to be kept">
            <Select {...form.register('policy')}>
              <option value="">No policy</option>
              {policies.data?.items.map(({ name }) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </Select>
          </Field>
          <Field
            label={<LaterLabel name="Days to keep" />}
            required={false}
            error={mistakes.retentionDays}
            hint="Noted already; this version deletes no snapshot yet. Of this and the policy the longer counts"
          >
            <Input inputMode="numeric" {...form.register('retentionDays')} />
          </Field>
        </div>
      </div>
    </Card>
  )
}
