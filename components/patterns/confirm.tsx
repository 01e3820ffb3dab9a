'use client'
// Asks before something that can't be taken back: says what is lost, and wants it typed.
import { type ReactNode, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Input } from '../ui/controls.tsx'
import { Dialog, DialogActions } from '../ui/overlays.tsx'
import { Field } from './field.tsx'

export function ConfirmDialog({
  open,
  onOpenChange,
  title,
  children,
  verb,
  type,
  busy,
  onConfirm,
}: {
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
}) {
  const [typed, setTyped] = useState('')
  const ready = type === undefined || typed === type
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        setTyped('')
        onOpenChange(next)
      }}
      title={title}
    >
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
          <Button onClick={() => onOpenChange(false)}>Keep it as it is</Button>
          <Button type="submit" look="danger" disabled={!ready || busy}>
            {verb}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
