'use client'
// Password and code as proof, for what would lock the owner out; and the recovery codes, shown once.
import { type FormEvent, type ReactNode, useState } from 'react'
import { useTRPC } from '../../data/provider.tsx'
import { useAction } from '../../patterns/action.tsx'
import { Field } from '../../patterns/field.tsx'
import { Notice, sayError } from '../../patterns/query.tsx'
import { ShownOnce } from '../../patterns/shown-once.tsx'
import { Button } from '../../ui/button.tsx'
import { Checkbox, Input } from '../../ui/controls.tsx'
import { DialogActions } from '../../ui/overlays.tsx'

/** What is typed as proof. */
export type Proof = { readonly password: string; readonly code: string }

/** A field of each, and the buttons. */
export function ProofForm({
  children,
  problem,
  error,
  verb,
  danger,
  busy,
  withCode = true,
  onProof,
  onCancel,
}: {
  children?: ReactNode
  /** What did not happen, when there is an error. */
  problem: string
  error: unknown
  verb: string
  danger?: boolean
  busy: boolean
  withCode?: boolean
  onProof(proof: Proof): void
  onCancel(): void
}) {
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const ready = password !== '' && (!withCode || code.trim() !== '')
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (ready && !busy) onProof({ password, code: code.trim() })
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {children}
      {error !== null && (
        <Notice tone="failed" title={problem}>
          {sayError(error)}
        </Notice>
      )}
      <Field label="Your password" required>
        <Input
          type="password"
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </Field>
      {withCode && (
        <Field label="Code" required hint="Six digits of your app, or a recovery code.">
          <Input
            autoComplete="one-time-code"
            className="font-mono"
            spellCheck={false}
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
        </Field>
      )}
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" look={danger ? 'danger' : 'primary'} disabled={!ready || busy}>
          {verb}
        </Button>
      </DialogActions>
    </form>
  )
}

/** It is closed only by who says that they are kept. */
export function RecoveryCodes({ codes, onClose }: { codes: readonly string[]; onClose(): void }) {
  const [kept, setKept] = useState(false)
  return (
    <div className="flex flex-col gap-4">
      <ShownOnce label="The recovery codes" text={codes.join('\n')} fileName="holdfast-recovery-codes.txt">
        Each lets you in once when your phone is lost. Keep them away from your password.
      </ShownOnce>
      <Field label="I have put them in a safe place" inline>
        <Checkbox checked={kept} onCheckedChange={(on) => setKept(on === true)} />
      </Field>
      <DialogActions>
        <Button look="primary" disabled={!kept} onClick={onClose}>
          Done
        </Button>
      </DialogActions>
    </div>
  )
}

/** `onCodes`: the new codes are shown, for this once. */
export function RenewForm({ onCodes, onClose }: { onCodes(): void; onClose(): void }) {
  const trpc = useTRPC()
  const renew = useAction(trpc.profile.createRecoveryCodes.mutationOptions(), {
    touches: ['profile'],
    quiet: true,
    after: onCodes,
  })
  if (renew.data !== undefined) return <RecoveryCodes codes={renew.data.recoveryCodes} onClose={onClose} />
  return (
    <ProofForm
      problem="The codes are as they were"
      error={renew.error}
      verb="Make new codes"
      busy={renew.isPending}
      onProof={(proof) => renew.mutate(proof)}
      onCancel={onClose}
    >
      <p>The codes that you have now stop working.</p>
    </ProofForm>
  )
}

export function DisableForm({ onClose }: { onClose(): void }) {
  const trpc = useTRPC()
  const disable = useAction(trpc.profile.disableSecondFactor.mutationOptions(), {
    touches: ['profile', 'users'],
    says: 'The second factor is off',
    quiet: true,
    after: onClose,
  })
  return (
    <ProofForm
      problem="The second factor is still on"
      error={disable.error}
      verb="Take it off"
      danger
      busy={disable.isPending}
      onProof={(proof) => disable.mutate(proof)}
      onCancel={onClose}
    >
      <p>Then your password alone lets somebody in, and your recovery codes are void.</p>
    </ProofForm>
  )
}
