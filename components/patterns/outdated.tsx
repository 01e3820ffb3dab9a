'use client'
// What is said when the server has newer pages than the open one.
import { RotateCw } from 'lucide-react'
import { isMissingCode, noteOutdated } from '../data/build.ts'
import { Button } from '../ui/button.tsx'

export const reload = (): void => window.location.reload()

/** In place of something whose code could not be fetched. */
const NotFetched = () => (
  <div role="alert" className="flex flex-wrap items-center gap-3">
    <span>This could not be fetched from the server.</span>
    <Button size="small" icon={<RotateCw aria-hidden className="size-4" />} onClick={reload}>
      Reload the page
    </Button>
  </div>
)

/** For `dynamic(() => import(...).catch(codeIsMissing))`: the page stays, with all that is typed on it. @throws what is no missing code */
export function codeIsMissing(error: unknown): { default: typeof NotFetched } {
  if (!isMissingCode(error)) throw error
  noteOutdated()
  return { default: NotFetched }
}
