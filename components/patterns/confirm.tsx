'use client'
// Asks before something that can't be taken back: says what is lost, and wants it typed.
import { type ReactNode, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Input } from '../ui/controls.tsx'
import { Dialog, DialogActions } from '../ui/overlays.tsx'
import { Field } from './field.tsx'

type Props = {
  open: boolean
  onOpenChange(open: boolean): void
  title: string
  /** What is lost, and what stays. */
  children: ReactNode
  /** On the button, e.g. "Remove the schedule". */
  verb: string
  /** What has to be typed; nothing for what can be taken back. */
  type?: string
  busy?: boolean
  onConfirm(): void
}

export function ConfirmDialog({ open, onOpenChange, title, ...question }: Props) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={title}>
      {/* It is there only while the dialog is open: what was typed for one thing never stands there for the next. */}
      <Question {...question} onKeep={() => onOpenChange(false)} />
    </Dialog>
  )
}

/** The focus begins at the first control, which is never the one that acts: that one comes last. */
function Question({
  children,
  verb,
  type,
  busy,
  onConfirm,
  onKeep,
}: Omit<Props, 'open' | 'onOpenChange' | 'title'> & { onKeep(): void }) {
  const [typed, setTyped] = useState('')
  const ready = type === undefined || typed === type
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (ready && !busy) onConfirm()
      }}
    >
      <div className="flex flex-col gap-3">
        <div>{children}</div>
        {type !== undefined && (
          <Field
            label={
              <>
                Type <strong className="font-mono break-all">{type}</strong> to go on
              </>
            }
          >
            <Input
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              autoComplete="off"
              spellCheck={false}
            />
          </Field>
        )}
      </div>
      <DialogActions>
        <Button onClick={onKeep}>Keep it as it is</Button>
        <Button type="submit" look="danger" disabled={!ready || busy}>
          {verb}
        </Button>
      </DialogActions>
    </form>
  )
}
