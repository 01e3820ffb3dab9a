'use client'
// The way from "never verified" to a verification, wherever that is said.
import { useState } from 'react'
import { IfMay } from '../data/viewer.tsx'
import { Button } from '../ui/button.tsx'
import { type Verifiable, VerifyDialog } from './verify-dialog.tsx'

/** Nothing for who may start no runs. */
export function VerifyNow({ repository }: { repository: Verifiable }) {
  const [open, setOpen] = useState(false)
  return (
    <IfMay need="runs.start">
      <Button size="small" aria-label={`Verify now: ${repository.name}`} onClick={() => setOpen(true)}>
        Verify now
      </Button>
      <VerifyDialog repository={repository} open={open} onOpenChange={setOpen} />
    </IfMay>
  )
}
