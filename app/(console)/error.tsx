'use client'
// A page that broke: the rest of the console stays, and it can be tried again. One whose code is gone since the server was updated is loaded anew, once.
import { Bug, RotateCw } from 'lucide-react'
import { useEffect, useState } from 'react'
import { isMissingCode, mayReload } from '#components/data/build.ts'
import { EmptyState } from '#components/patterns/page.tsx'
import { isUnsaved } from '#components/patterns/unsaved.ts'
import { Button } from '#components/ui/button.tsx'
import { mayLeave, reload } from '#components/ui/leave.ts'

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

/**
 * Without its code the page holds nothing, so it is loaded anew without asking; unless that would lose what is unsaved of another page, or there is no server
 * to load it from. If it does not help, nobody is sent round in circles.
 */
function Gone() {
  const [stays, setStays] = useState(false)
  useEffect(() => {
    if (!isUnsaved() && mayLeave() && mayReload(window.sessionStorage)) reload()
    else setStays(true)
  }, [])
  if (!stays) return <p role="status">Loading the page anew</p>
  return (
    <div role="alert">
      <EmptyState
        icon={<RotateCw />}
        title="A part of this page could not be fetched"
        action={
          <Button look="primary" onClick={reload}>
            Reload
          </Button>
        }
      >
        Holdfast may just be updated, or the connection broke. Nothing was changed by that.
        {isUnsaved() &&
          ' Changes to the configuration are not saved yet: a reload loses them, and asks before it does.'}
      </EmptyState>
    </div>
  )
}
