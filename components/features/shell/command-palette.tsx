'use client'
// The command palette: any page, thing or deed by a few letters. Its code and data are fetched when it is opened for the first time.
import { fetchedOnce, Later } from '../../patterns/later.tsx'
import { Dialog } from '../../ui/overlays.tsx'
import { Skeleton } from '../../ui/surfaces.tsx'

const palette = fetchedOnce(() => import('./palette.tsx'))

export function CommandPalette({ open, onOpenChange }: { open: boolean; onOpenChange(open: boolean): void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Go to, or do">
      <Later
        code={palette}
        shape={<Skeleton className="h-[60vh] w-full" />}
        props={{ onDone: () => onOpenChange(false) }}
      />
    </Dialog>
  )
}
