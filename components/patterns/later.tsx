'use client'
// A part of a page whose code comes when it is wanted. What could not be fetched is asked for again: by a button, and whenever the part is shown anew.
import { RotateCw } from 'lucide-react'
import { type ComponentType, type ReactNode, useEffect, useState } from 'react'
import { isMissingCode } from '../data/build.ts'
import { Button } from '../ui/button.tsx'
import { reload } from '../ui/leave.ts'

/** Fetches once what can be fetched, and forgets what failed. */
export function fetchedOnce<T>(load: () => Promise<T>): { known(): T | undefined; get(): Promise<T> } {
  let known: T | undefined
  let coming: Promise<T> | undefined
  const get = async (): Promise<T> => {
    coming ??= load()
    try {
      known = await coming
      return known
    } catch (error) {
      coming = undefined
      throw error
    }
  }
  return { known: () => known, get }
}

/** @param code of `fetchedOnce(() => import(...))`; @param shape what stands in the part's place meanwhile */
export function Later<Props extends object>({
  code,
  shape,
  props,
}: {
  code: ReturnType<typeof fetchedOnce<{ default: ComponentType<Props> }>>
  shape: ReactNode
  props: Props
}) {
  const [module, setModule] = useState(code.known)
  const [failure, setFailure] = useState<unknown>()
  const missing = module === undefined && failure === undefined
  useEffect(() => {
    if (missing) code.get().then(setModule, setFailure)
  }, [missing, code])
  if (module !== undefined) return <module.default {...props} />
  if (failure === undefined) return shape
  if (!isMissingCode(failure)) throw failure
  return <NotFetched again={() => setFailure(undefined)} />
}

/** In place of something whose code could not be fetched. The page stays, with all that is typed on it. */
const NotFetched = ({ again }: { again(): void }) => (
  <div role="alert" className="flex flex-wrap items-center gap-3">
    <span>This could not be fetched from the server.</span>
    <Button size="small" icon={<RotateCw aria-hidden className="size-4" />} onClick={again}>
      Try again
    </Button>
    <Button size="small" onClick={reload}>
      Reload the page
    </Button>
  </div>
)
