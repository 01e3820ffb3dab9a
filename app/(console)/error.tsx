'use client'
// A page that broke: the rest of the console stays, and it can be tried again. One whose code is gone since the server was updated is loaded anew, once.
import { Bug, RotateCw } from 'lucide-react'
import { useEffect, useState } from 'react'
import { isMissingCode, mayReload } from '#components/data/build.ts'
import { EmptyState } from '#components/patterns/page.tsx'
import { Button } from '#components/ui/button.tsx'

type Props = { error: Error & { digest?: string }; reset: () => void }

export default function PageError({ error, reset }: Props) {
  if (isMissingCode(error)) return <Gone />
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

/** What stood on the page is gone already, so it is loaded anew without asking. If that does not help, nobody is sent round in circles. */
function Gone() {
  const [stays, setStays] = useState(false)
  useEffect(() => {
    if (mayReload(window.sessionStorage)) window.location.reload()
    else setStays(true)
  }, [])
  if (!stays) return <p role="status">Loading the page anew</p>
  return (
    <div role="alert">
      <EmptyState
        icon={<RotateCw />}
        title="A part of this page could not be fetched"
        action={
          <Button look="primary" onClick={() => window.location.reload()}>
            Reload
          </Button>
        }
      >
        Holdfast may just be updated, or the connection broke. Nothing was changed by that.
      </EmptyState>
    </div>
  )
}
