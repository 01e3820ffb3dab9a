'use client'
// The way from "never verified" to a verification, wherever that is said.
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTRPC } from '../data/provider.tsx'
import { IfMay } from '../data/viewer.tsx'
import { Button } from '../ui/button.tsx'
import { VerifyDialog } from './verify-dialog.tsx'

/** Nothing for who may start no runs. `name`: of what is to be verified. */
export function VerifyNow({ repositoryId, name }: { repositoryId: string; name: string }) {
  const trpc = useTRPC()
  const [open, setOpen] = useState(false)
  const { data } = useQuery({ ...trpc.repositories.get.queryOptions({ id: repositoryId }), enabled: open })
  return (
    <IfMay need="runs.start">
      <Button size="small" aria-label={`Verify now: ${name}`} onClick={() => setOpen(true)}>
        Verify now
      </Button>
      {data !== undefined && <VerifyDialog repository={data} open={open} onOpenChange={setOpen} />}
    </IfMay>
  )
}
