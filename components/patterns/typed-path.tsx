'use client'
// A path of the server typed by hand: for files, and for who knows where they are. It is looked for before it is taken.
import { Plus } from 'lucide-react'
import { useId } from 'react'
import { Button } from '../ui/button.tsx'
import { Input } from '../ui/controls.tsx'
import type { FolderChoice } from './folder-choice.ts'
import { mayGoOn } from './path-field.ts'

/**
 * The field, its button, and why a path is not taken.
 * @param label what stands above it, for readers
 * @param ahead what is not there, or may not be read, can be added all the same: for backups that come later
 */
export function TypedPath({ label, choice, ahead }: { label: string; choice: FolderChoice; ahead: boolean }) {
  const id = useId()
  const { field, input, type, addTyped, addAnyway } = choice
  const { text, refusal, asked } = field
  const looking = asked !== undefined
  return (
    <div className="flex flex-col gap-1">
      <div className="flex gap-2" aria-busy={looking}>
        <Input
          ref={input}
          aria-label={`${label}: type a path`}
          aria-invalid={refusal !== undefined || undefined}
          aria-describedby={refusal === undefined ? undefined : id}
          value={text}
          placeholder="/home/ada, or choose below"
          className="font-mono text-sm"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          onChange={(event) => type(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return
            event.preventDefault()
            addTyped()
          }}
        />
        <Button
          icon={<Plus aria-hidden className="size-4" />}
          disabled={mayGoOn(field) || looking}
          className="min-w-24"
          onClick={addTyped}
        >
          {looking ? 'Looking' : 'Add'}
        </Button>
      </div>
      {refusal !== undefined && (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <p id={id} role="alert" className="min-w-0 text-sm break-words text-failed">
            {refusal.message}
          </p>
          {ahead && refusal.mayCome && (
            <Button size="small" onClick={addAnyway}>
              Add it anyway
            </Button>
          )}
        </div>
      )}
    </div>
  )
}
