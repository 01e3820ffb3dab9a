'use client'
// A path of the server typed by hand: for files, and for who knows where they are. It is looked for before it is taken.
import { Plus } from 'lucide-react'
import { useEffect, useEffectEvent, useId, useState } from 'react'
import { useTRPCClient } from '../data/provider.tsx'
import { Button } from '../ui/button.tsx'
import { Input } from '../ui/controls.tsx'
import { lookFor } from './path-look.ts'
import { mistakeIn, type Refusal, slashless } from './path-words.ts'

type Props = {
  chosen: readonly string[]
  onAdd(path: string): void
  /** What is not there, or may not be read, can be taken all the same: for backups that come later. */
  ahead: boolean
}

export function TypedPath({ chosen, onAdd, ahead }: Props) {
  const id = useId()
  const [typed, setTyped] = useState('')
  const [refusal, setRefusal] = useState<Refusal>()
  const [asked, setAsked] = useState<string>()
  const take = (path: string): void => {
    onAdd(path)
    setTyped('')
    setRefusal(undefined)
  }
  usePathLook(asked, (path, refused) => {
    setAsked(undefined)
    if (refused === undefined) take(path)
    else setRefusal(refused)
  })
  const add = (): void => {
    const path = slashless(typed.trim())
    const mistake = mistakeIn(path, chosen)
    setRefusal(mistake === undefined ? undefined : { message: mistake, mayCome: false })
    if (mistake === undefined) setAsked(path)
  }
  return (
    <div className="flex flex-col gap-1">
      <div className="flex gap-2" aria-busy={asked !== undefined}>
        <Input
          aria-label="A path of the server"
          aria-invalid={refusal !== undefined || undefined}
          aria-describedby={refusal === undefined ? undefined : id}
          value={typed}
          placeholder="/home/ada, or choose below"
          className="font-mono text-sm"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          onChange={(event) => {
            setTyped(event.target.value)
            setRefusal(undefined)
            setAsked(undefined)
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return
            event.preventDefault()
            add()
          }}
        />
        <Button
          icon={<Plus aria-hidden className="size-4" />}
          disabled={typed.trim() === '' || asked !== undefined}
          onClick={add}
        >
          Add
        </Button>
      </div>
      {refusal !== undefined && (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <p id={id} role="alert" className="min-w-0 text-sm break-words text-failed">
            {refusal.message}
          </p>
          {ahead && refusal.mayCome && (
            <Button size="small" onClick={() => take(slashless(typed.trim()))}>
              Add it anyway
            </Button>
          )}
        </div>
      )}
    </div>
  )
}

/** Asks the server once whether a path can be backed up; another path, or none, ends the asking. */
function usePathLook(path: string | undefined, onAnswer: (path: string, refusal: Refusal | undefined) => void): void {
  const client = useTRPCClient()
  const answer = useEffectEvent(onAnswer)
  useEffect(() => {
    if (path === undefined) return
    return lookFor(
      (handlers) => client.schedules.matches.subscribe({ includePaths: [path], excludePatterns: [] }, handlers),
      (refusal) => answer(path, refusal),
    )
  }, [client, path])
}
