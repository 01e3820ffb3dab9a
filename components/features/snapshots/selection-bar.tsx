'use client'
// What was chosen in a folder, and what can be done with it.
import { RotateCcw } from 'lucide-react'
import { bytes, counted } from '../../patterns/format.ts'
import { below, type Place, patternOf, restoreHref } from '../../patterns/places.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import type { Entry } from './entry-words.tsx'

/** So long may an address be; servers and proxies refuse longer ones. */
const ADDRESS = 6000

export function SelectionBar({
  id,
  folder,
  chosen,
  onClear,
}: {
  id: string
  folder: Place
  chosen: readonly Entry[]
  onClear(): void
}) {
  const [only] = chosen
  // One is named by its bytes, which is exact; several are patterns within their folder.
  const href =
    chosen.length === 1 && only !== undefined
      ? restoreHref(id, below(folder, only))
      : restoreHref(
          id,
          folder,
          chosen.map((entry) => patternOf(below(folder, entry))),
        )
  const size = chosen.reduce((sum, { size, bytesBelow }) => sum + (bytesBelow ?? size), 0)
  const tooMany = href.length > ADDRESS
  return (
    <div className="flex flex-wrap items-center justify-between gap-2 border-t bg-accent-soft px-4 py-2">
      <span role="status">
        {counted(chosen.length, 'entry', 'entries')} chosen, {bytes(size)}
        {tooMany && '. These are too many to name one by one: choose fewer, or restore the whole folder.'}
      </span>
      <span className="flex gap-2">
        <Button size="small" onClick={onClear}>
          Choose none
        </Button>
        {!tooMany && (
          <ButtonLink size="small" look="primary" href={href} icon={<RotateCcw aria-hidden className="size-4" />}>
            Restore these
          </ButtonLink>
        )}
      </span>
    </div>
  )
}
