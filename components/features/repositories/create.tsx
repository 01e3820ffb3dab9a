'use client'
// Adds a repository: a new one in an empty folder, or one that is there already. The place can be tested before.
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { initLine } from '#server/contract/cli-lines.ts'
import { useTRPC } from '../../data/provider.tsx'
import { useAction } from '../../patterns/action.tsx'
import { CommandLine } from '../../patterns/copy.tsx'
import { ChoiceCards, Field } from '../../patterns/field.tsx'
import { ProbeResult } from '../../patterns/probe-result.tsx'
import { Notice, sayError } from '../../patterns/query.tsx'
import { Button } from '../../ui/button.tsx'
import { Input } from '../../ui/controls.tsx'
import { useGo } from '../../ui/leave.ts'
import { Dialog, DialogActions } from '../../ui/overlays.tsx'
import { createInput, emptyValues, mistakesIn, type Values } from './form.ts'
import { CommonFields, NameField } from './form-fields.tsx'

type Expect = 'new' | 'existing'

export const CreateRepository = ({ open, onClose }: { open: boolean; onClose(): void }) => (
  <Dialog
    open={open}
    onOpenChange={(next) => {
      if (!next) onClose()
    }}
    wide
    title="Add a repository"
    description="A folder of this server, or of a disk mounted on it. Other kinds of storage come with later versions."
  >
    <CreateForm onClose={onClose} />
  </Dialog>
)

/** Where the key of the others is, which is most often where this one's is too. */
function useKnownKeyFile(): string {
  const trpc = useTRPC()
  const { data } = useQuery(trpc.repositories.list.queryOptions({ limit: 1 }))
  const source = data?.items[0]?.secretSource
  return source?.kind === 'key_file' ? source.path : ''
}

function CreateForm({ onClose }: { onClose(): void }) {
  const trpc = useTRPC()
  const go = useGo()
  const known = useKnownKeyFile()
  const [changed, setChanged] = useState<Partial<Values>>({})
  const [expect, setExpect] = useState<Expect>('new')
  const [tried, setTried] = useState(false)
  const values: Values = { ...emptyValues, secret: { ...emptyValues.secret, path: known }, ...changed }
  const set = (changes: Partial<Values>): void => setChanged({ ...changed, ...changes })
  const mistakes = mistakesIn(values, true)
  const shown = tried ? mistakes : {}
  const create = useAction(trpc.repositories.create.mutationOptions(), {
    says: ({ name }) => `${name} is ready`,
    touches: ['repositories', 'overview', 'recoveryKit'],
    quiet: true,
  })
  const test = useAction(trpc.repositories.test.mutationOptions(), { quiet: true })
  const submit = (): void => {
    setTried(true)
    if (Object.keys(mistakes).length > 0 || create.isPending) return
    create.mutate(createInput(values, expect), { onSuccess: ({ id }) => go(`/repositories/${id}`) })
  }
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      {create.error && (
        <Notice tone="failed" title="It was not added">
          {sayError(create.error)}
        </Notice>
      )}
      <ChoiceCards<Expect>
        legend="What is there"
        name="expect"
        value={expect}
        onChange={setExpect}
        choices={[
          { value: 'new', label: 'An empty place', hint: 'A repository is made in it.' },
          { value: 'existing', label: 'A repository', hint: 'It is opened with its key, with all its snapshots.' },
        ]}
      />
      <NameField values={values} set={set} mistakes={shown} />
      <Field label="Folder" hint="On another disk than what is backed up." error={shown.location} required>
        <Input
          value={values.location}
          onChange={(event) => set({ location: event.target.value })}
          className="font-mono"
          autoComplete="off"
          spellCheck={false}
        />
      </Field>
      <div className="flex flex-col items-start gap-2">
        <Button
          size="small"
          disabled={!values.location.startsWith('/') || test.isPending}
          onClick={() => test.mutate({ location: values.location.trim() })}
        >
          {test.isPending ? 'Testing' : 'Test this place'}
        </Button>
        <ProbeResult probe={test.data} error={test.error} />
      </div>
      <CommonFields values={values} set={set} mistakes={shown} />
      <Line values={values} expect={expect} />
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" disabled={create.isPending}>
          {create.isPending ? 'Adding' : 'Add the repository'}
        </Button>
      </DialogActions>
    </form>
  )
}

function Line({ values: { location, secret }, expect }: { values: Values; expect: Expect }) {
  if (expect === 'existing' || !location.startsWith('/') || location.includes('\0')) return null
  return <CommandLine line={initLine({ location, secretSource: secret })} />
}
