'use client'
// The command palette: any page, thing or deed by a few letters. Its code and data are fetched when it is opened for the first time.
import dynamic from 'next/dynamic'
import { codeIsMissing } from '../../patterns/outdated.tsx'
import { Dialog } from '../../ui/overlays.tsx'
import { Skeleton } from '../../ui/surfaces.tsx'

const Palette = dynamic(() => import('./palette.tsx').catch(codeIsMissing), {
  ssr: false,
  loading: () => <Skeleton className="h-[60vh] w-full" />,
})

export function CommandPalette({ open, onOpenChange }: { open: boolean; onOpenChange(open: boolean): void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Go to, or do">
      <Palette onDone={() => onOpenChange(false)} />
    </Dialog>
  )
}
