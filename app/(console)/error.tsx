'use client'
// A page that broke: the rest of the console stays, and it can be tried again.
import { Bug } from 'lucide-react'
import { EmptyState } from '#components/patterns/page.tsx'
import { Button } from '#components/ui/button.tsx'

export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <div role="alert">
      <EmptyState
        icon={<Bug />}
        title="This page broke"
        action={
          <Button look="primary" onClick={reset}>
            Try again
          </Button>
        }
      >
        Nothing was changed by that. {error.digest !== undefined && `The server's log says more under ${error.digest}.`}
      </EmptyState>
    </div>
  )
}
