'use client'
// What is restored: all of the snapshot, a file or folder of it, or only what patterns name.
import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useTRPC } from '../../data/provider.tsx'
import { Field } from '../../patterns/field.tsx'
import { displayName, FileName } from '../../patterns/file-name.tsx'
import { bytes, counted } from '../../patterns/format.ts'
import { above, filesHref, inputOf, isTop, TOP } from '../../patterns/places.ts'
import { Notice, sayError } from '../../patterns/query.tsx'
import type { Choice } from '../../patterns/restore-choice.ts'
import { Button, ButtonLink, IconButton } from '../../ui/button.tsx'
import { Input } from '../../ui/controls.tsx'

type Props = { choice: Choice; change(changes: Partial<Choice>): void }

export function StepWhat({ choice, change }: Props) {
  const { snapshot, place } = choice
  const all = isTop(place)
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0 flex-1">
          {all ? (
            <p className="font-medium">All of the snapshot</p>
          ) : (
            <FileName name={place.path} bytes={place.bytes} wrap className="font-medium" />
          )}
          <Amount choice={choice} />
        </div>
        <div className="flex flex-wrap gap-2">
          <ButtonLink size="small" href={filesHref(snapshot, all ? TOP : above(place))}>
            Choose other files
          </ButtonLink>
          {!(all && choice.include.length === 0) && (
            <Button size="small" onClick={() => change({ place: TOP, include: [] })}>
              All of it
            </Button>
          )}
        </div>
      </div>
      <Patterns choice={choice} change={change} />
    </div>
  )
}

/** How much it is; or that this snapshot has no such thing. */
function Amount({ choice: { snapshot, place, include } }: { choice: Choice }) {
  const trpc = useTRPC()
  const all = isTop(place)
  const entry = useQuery(
    trpc.snapshots.entry.queryOptions({ id: snapshot, ...inputOf(place) }, { enabled: !all, retry: false }),
  )
  const whole = useQuery(trpc.snapshots.get.queryOptions({ id: snapshot }, { enabled: all }))
  if (entry.error)
    return (
      <Notice tone="warning" title="It is not in this snapshot">
        {sayError(entry.error)}. Choose another time below.
      </Notice>
    )
  const [files, size] = all
    ? [whole.data?.files, whole.data?.bytes]
    : entry.data?.type === 'directory'
      ? [entry.data.filesBelow, entry.data.bytesBelow]
      : [undefined, entry.data?.size]
  if (size === undefined) return <p className="text-muted">…</p>
  return (
    <p className="text-muted">
      {files === undefined ? bytes(size) : `${counted(files, 'file')}, ${bytes(size)}`}
      {include.length > 0 && ' there; of them only what is named below'}
    </p>
  )
}

function Patterns({ choice: { include }, change }: Props) {
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const add = (event: FormEvent): void => {
    event.preventDefault()
    if (typed.trim() === '') return
    change({ include: [...new Set([...include, typed])] })
    setTyped('')
  }
  return (
    <div className="flex flex-col gap-2">
      {include.length > 0 && (
        <ul aria-label="Only these" className="flex max-h-60 flex-col overflow-y-auto rounded-md border">
          {include.map((pattern) => (
            <li
              key={pattern}
              className="flex items-center justify-between gap-2 border-b py-0.5 pr-1 pl-3 last:border-b-0"
            >
              <FileName name={pattern} className="min-w-0" />
              <IconButton
                label={`Leave out ${displayName(pattern)}`}
                className="size-7!"
                onClick={() => change({ include: include.filter((each) => each !== pattern) })}
              >
                <X aria-hidden className="size-4" />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      {open ? (
        <form onSubmit={add} className="flex flex-wrap items-end gap-2">
          <div className="min-w-0 flex-1 basis-72">
            <Field
              label="Only what this pattern names"
              hint="As in a .gitignore file, from the top of the snapshot: *.pdf, /home/ada/**, !*.tmp"
            >
              <Input
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
                spellCheck={false}
                className="font-mono"
              />
            </Field>
          </div>
          <Button type="submit" className="mb-6">
            Add
          </Button>
        </form>
      ) : (
        <Button size="small" look="quiet" className="self-start" onClick={() => setOpen(true)}>
          Restore only a part by a pattern
        </Button>
      )}
    </div>
  )
}
