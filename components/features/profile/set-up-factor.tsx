'use client'
// Sets a second factor up: the password, the code to scan, a first code of it as proof, and the recovery codes.
import { useState } from 'react'
import { useTRPC } from '../../data/provider.tsx'
import { useAction } from '../../patterns/action.tsx'
import { CopyButton } from '../../patterns/copy.tsx'
import { Field } from '../../patterns/field.tsx'
import { Notice, sayError } from '../../patterns/query.tsx'
import { Button } from '../../ui/button.tsx'
import { Input } from '../../ui/controls.tsx'
import { DialogActions } from '../../ui/overlays.tsx'
import { QrCode } from './qr-code.tsx'
import { ProofForm, RecoveryCodes } from './second-factor-forms.tsx'

/** `onCodes`: the recovery codes are shown, for this once. */
export function SetUpFactor({ onCodes, onClose }: { onCodes(): void; onClose(): void }) {
  const trpc = useTRPC()
  const [password, setPassword] = useState('')
  const start = useAction(trpc.profile.startSecondFactor.mutationOptions(), { quiet: true })
  const confirm = useAction(trpc.profile.confirmSecondFactor.mutationOptions(), {
    touches: ['profile', 'users'],
    quiet: true,
    after: onCodes,
  })
  if (confirm.data !== undefined) return <RecoveryCodes codes={confirm.data.recoveryCodes} onClose={onClose} />
  if (start.data === undefined)
    return (
      <ProofForm
        problem="It was not started"
        error={start.error}
        verb="Go on"
        busy={start.isPending}
        withCode={false}
        onProof={(proof) => {
          setPassword(proof.password)
          start.mutate({ password: proof.password })
        }}
        onCancel={onClose}
      >
        <p>You need an authenticator app on your phone. At each sign-in it tells a code of six digits.</p>
      </ProofForm>
    )
  return (
    <ScanAndConfirm
      url={start.data.url}
      secret={start.data.secret}
      error={confirm.error}
      busy={confirm.isPending}
      onCode={(code) => confirm.mutate({ password, code })}
      onCancel={onClose}
    />
  )
}

function ScanAndConfirm({
  url,
  secret,
  error,
  busy,
  onCode,
  onCancel,
}: {
  url: string
  secret: string
  error: unknown
  busy: boolean
  onCode(code: string): void
  onCancel(): void
}) {
  const [code, setCode] = useState('')
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (code.trim() !== '' && !busy) onCode(code.trim())
      }}
    >
      <p>Scan this with the app, or type the secret into it.</p>
      <div className="flex flex-wrap items-start gap-4">
        <QrCode text={url} label="QR code with the secret for your authenticator app" />
        <div className="min-w-0 flex-1 basis-52">
          <p className="font-medium">Secret</p>
          <div className="flex items-start gap-1">
            <output aria-label="Secret" className="min-w-0 flex-1 py-1 font-mono text-sm break-all select-all">
              {secret}
            </output>
            <CopyButton text={secret} label="Copy the secret" />
          </div>
        </div>
      </div>
      {error !== null && (
        <Notice tone="failed" title="The second factor is not on yet">
          {sayError(error)}
        </Notice>
      )}
      <Field label="Code that the app shows now" required>
        <Input
          autoComplete="one-time-code"
          inputMode="numeric"
          maxLength={10}
          className="max-w-40 font-mono"
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
      </Field>
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" look="primary" disabled={code.trim() === '' || busy}>
          Turn it on
        </Button>
      </DialogActions>
    </form>
  )
}
