'use client'
// Before anything is saved: what would change, what is wrong or risky, and why it is done.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useRef, useState } from 'react'
import { toast } from 'sonner'
import { failureOf, type Outputs, useTRPC } from '../../data/provider.tsx'
import { type DifferenceItem, Differences } from '../../patterns/differences.tsx'
import { Field } from '../../patterns/field.tsx'
import { counted } from '../../patterns/format.ts'
import { Notice, sayError } from '../../patterns/query.tsx'
import { Button } from '../../ui/button.tsx'
import { Input } from '../../ui/controls.tsx'
import { Dialog, DialogActions } from '../../ui/overlays.tsx'
import type { Problem } from './form-context.ts'
import { Problems } from './problems.tsx'

export type Checked = {
  readonly problems: readonly Problem[]
  readonly differences: readonly DifferenceItem[]
}
type Saved = Outputs['settings']['update']

type Props = {
  open: boolean
  onClose(): void
  title: string
  verb: string
  /** What would change; undefined while that is looked up. */
  checked: Checked | undefined
  /** Makes the version. */
  save(reason: string): Promise<Saved>
  onSaved?(saved: Saved): void
  /** Leads to the field of a problem. */
  go?: (problem: Problem) => void
  /** Shown when somebody else was faster. */
  conflict?: ReactNode
  /** It can't be saved before that is settled. */
  blocked?: boolean
}

export function Review(props: Props) {
  const { open, onClose, title } = props
  return (
    <Dialog open={open} onOpenChange={(next) => !next && onClose()} title={title} wide>
      {open && <Content {...props} />}
    </Dialog>
  )
}

function Content({ checked, verb, save, onSaved, onClose, go, conflict, blocked }: Props) {
  const trpc = useTRPC()
  const queries = useQueryClient()
  const [reason, setReason] = useState('')
  const [missing, setMissing] = useState(false)
  const why = useRef<HTMLInputElement>(null)
  const refresh = () => queries.invalidateQueries({ queryKey: trpc.settings.pathKey() })
  const saving = useMutation({
    mutationFn: save,
    async onSuccess(saved) {
      await refresh()
      toast.success(saved.changed ? `Version ${saved.version} is saved and counts now` : 'Nothing was different')
      for (const { path, message } of saved.warnings.slice(0, 3))
        toast.warning(`${path} ${message}`, { duration: 15_000 })
      onSaved?.(saved)
      onClose()
    },
    // Somebody was faster: what there is now is looked up, and shown.
    onError: (error) => (failureOf(error)?.code === 'exists' ? refresh() : undefined),
  })
  if (checked === undefined) return <p role="status">Looking at what would change</p>
  const wrong = checked.problems.some(({ severity }) => severity === 'error')
  const nothing = checked.differences.length === 0
  const ready = !wrong && !nothing && blocked !== true
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (!ready || saving.isPending) return
        if (reason.trim() !== '') return saving.mutate(reason.trim())
        setMissing(true)
        why.current?.focus()
      }}
    >
      <Problems problems={checked.problems} {...(go !== undefined && { go })} />
      {!wrong && (
        <>
          <p>{nothing ? 'Nothing would change.' : `${counted(checked.differences.length, 'change')}:`}</p>
          {!nothing && <Differences label="What would change" items={checked.differences} />}
        </>
      )}
      {conflict}
      {saving.isError && blocked !== true && (
        <Notice tone="failed" title="It was not saved">
          {sayError(saving.error)}
        </Notice>
      )}
      {ready && (
        <Field
          label={
            <>
              Why<span className="font-normal text-muted"> needed</span>
            </>
          }
          required
          hint="For whoever looks at it later. It stays with the version and in the audit trail."
          error={missing && reason.trim() === '' ? 'Say in some words why it is changed' : undefined}
        >
          <Input ref={why} value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
        </Field>
      )}
      <DialogActions>
        <Button onClick={onClose}>{wrong ? 'Back to it' : 'Not now'}</Button>
        {ready && (
          <Button type="submit" look="primary" disabled={saving.isPending}>
            {verb}
          </Button>
        )}
      </DialogActions>
    </form>
  )
}
