'use client'
// What is done to a repository: changing it, leaving it out, and trying whether its place can be used.
import { useEffect, useRef, useState } from 'react'
import { type Outputs, useTRPC } from '../../data/provider.tsx'
import { useAction } from '../../patterns/action.tsx'
import { ConfirmDialog } from '../../patterns/confirm.tsx'
import { ProbeResult } from '../../patterns/probe-result.tsx'
import { Notice, sayError } from '../../patterns/query.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog, DialogActions } from '../../ui/overlays.tsx'
import { Skeleton } from '../../ui/surfaces.tsx'
import { emptyValues, mistakesIn, updateInput, type Values } from './form.ts'
import { CommonFields, NameField } from './form-fields.tsx'

type Repository = Outputs['repositories']['get']
type Props = { repository: Repository; open: boolean; onClose(): void }

const touches = ['repositories', 'overview', 'schedules', 'recoveryKit']

export const EditRepository = ({ repository, open, onClose }: Props) => (
  <Dialog
    open={open}
    onOpenChange={(next) => {
      if (!next) onClose()
    }}
    wide
    title={`Change ${repository.name}`}
    description="Its place never changes: another place is another repository."
  >
    <EditForm repository={repository} onClose={onClose} />
  </Dialog>
)

const valuesOf = ({ name, location, secretSource, settings }: Repository): Values => ({
  name,
  location,
  secret: secretSource.kind === 'hsm' ? emptyValues.secret : { ...emptyValues.secret, ...secretSource },
  compression: settings.compression ?? '',
  retentionDays: settings.retentionDays === undefined ? '' : String(settings.retentionDays),
})

function EditForm({ repository, onClose }: Omit<Props, 'open'>) {
  const trpc = useTRPC()
  const [values, setValues] = useState(() => valuesOf(repository))
  const set = (changes: Partial<Values>): void => setValues({ ...values, ...changes })
  const mistakes = mistakesIn(values, false)
  const update = useAction(trpc.repositories.update.mutationOptions(), {
    says: ({ name }) => `${name} was changed`,
    touches,
    after: onClose,
    quiet: true,
  })
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (Object.keys(mistakes).length === 0)
          update.mutate(updateInput(repository.id, values, repository.settings.iterations))
      }}
    >
      {update.error && (
        <Notice tone="failed" title="It was not changed">
          {sayError(update.error)}
        </Notice>
      )}
      <NameField values={values} set={set} mistakes={mistakes} />
      <CommonFields values={values} set={set} mistakes={mistakes} />
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" disabled={update.isPending}>
          Save
        </Button>
      </DialogActions>
    </form>
  )
}

export function ArchiveRepository({ repository, open, onClose }: Props) {
  const trpc = useTRPC()
  const { id, name, location } = repository
  const archive = useAction(trpc.repositories.archive.mutationOptions(), {
    says: `${name} is archived`,
    touches,
    after: onClose,
  })
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose()
      }}
      title={`Archive ${name}?`}
      verb="Archive it"
      type={name}
      busy={archive.isPending}
      onConfirm={() => archive.mutate({ id })}
    >
      <p>
        Nothing backs up to it any more, nothing can be restored from it here, and it leaves the lists. There is no way
        back in this version but adding the same place under another name.
      </p>
      <p className="mt-2">
        Nothing is deleted: its files stay in <span className="font-mono break-all">{location}</span>.
      </p>
    </ConfirmDialog>
  )
}

/** It begins at once: who opens it asked for it. */
export const TestRepository = ({ repository, open, onClose }: Props) => (
  <Dialog
    open={open}
    onOpenChange={(next) => {
      if (!next) onClose()
    }}
    title={`Test the connection to ${repository.name}`}
    description="A small object is stored, read, listed and deleted again. Backups are not touched."
  >
    <Test id={repository.id} onClose={onClose} />
  </Dialog>
)

function Test({ id, onClose }: { id: string; onClose(): void }) {
  const trpc = useTRPC()
  const test = useAction(trpc.repositories.test.mutationOptions(), { quiet: true })
  const { mutate } = test
  const begun = useRef(false)
  useEffect(() => {
    // React runs effects twice in development, and a test leaves a mark in the audit trail.
    if (begun.current) return
    begun.current = true
    mutate({ id })
  }, [mutate, id])
  return (
    <>
      {test.data === undefined && !test.error && <Skeleton className="h-52 w-full" />}
      <ProbeResult probe={test.data} error={test.error} />
      <DialogActions>
        <Button disabled={test.isPending} onClick={() => mutate({ id })}>
          Test once more
        </Button>
        <Button look="primary" onClick={onClose}>
          Close
        </Button>
      </DialogActions>
    </>
  )
}
