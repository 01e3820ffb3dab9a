'use client'
// Proves that the recovery kit was taken along: by the end of its key, or by one's word where the key is no text.
import { useState } from 'react'
import { type Outputs, useTRPC } from '../data/provider.tsx'
import { Button } from '../ui/button.tsx'
import { Checkbox, Input } from '../ui/controls.tsx'
import { useAction } from './action.tsx'
import { Field } from './field.tsx'
import { sayError } from './query.tsx'

export type Kit = Outputs['recoveryKit']['get']

/** So many of the key's last characters prove that somebody has it before their eyes. */
const CHECK = 6

/** @param onLater leaves it for another time; without it there is no such button */
export function ConfirmKit({ kit, onDone, onLater }: { kit: Kit; onDone(): void; onLater?: () => void }) {
  const trpc = useTRPC()
  const [typed, setTyped] = useState('')
  const [copied, setCopied] = useState(false)
  const confirm = useAction(trpc.recoveryKit.confirm.mutationOptions(), {
    touches: ['recoveryKit', 'setup', 'overview'],
    says: 'It is noted that the kit is kept',
    quiet: true,
    after: onDone,
  })
  const ready = kit.keyIsText ? typed.trim().length === CHECK : copied
  return (
    <form
      className="flex flex-col gap-3 rounded-md border bg-bg p-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (ready && !confirm.isPending) confirm.mutate(kit.keyIsText ? { keyCheck: typed.trim() } : {})
      }}
    >
      {kit.keyIsText ? (
        <Field
          label={`The last ${CHECK} characters of the key`}
          required
          hint="Read them from your copy: it is the line below THE KEY."
          error={confirm.error ? sayError(confirm.error) : undefined}
        >
          <Input
            className="max-w-40 font-mono"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={CHECK}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </Field>
      ) : (
        <Field
          label="I have copied the key file to a safe place outside of this machine"
          inline
          error={confirm.error ? sayError(confirm.error) : undefined}
        >
          <Checkbox checked={copied} onCheckedChange={(on) => setCopied(on === true)} />
        </Field>
      )}
      <div className="flex flex-wrap gap-2">
        {onLater !== undefined && <Button onClick={onLater}>Not yet</Button>}
        <Button type="submit" look="primary" disabled={!ready || confirm.isPending}>
          I keep it in a safe place
        </Button>
      </div>
    </form>
  )
}
