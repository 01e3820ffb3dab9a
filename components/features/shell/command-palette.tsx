'use client'
// The command palette: any page the viewer may open, by a few letters.
import { Command } from 'cmdk'
import { useRouter } from 'next/navigation'
import { pagesFor } from '#server/contract/pages.ts'
import { useViewer } from '../../data/viewer.tsx'
import { Dialog } from '../../ui/overlays.tsx'

export function CommandPalette({ open, onOpenChange }: { open: boolean; onOpenChange(open: boolean): void }) {
  const { permissions } = useViewer()
  const router = useRouter()
  const go = (path: string): void => {
    onOpenChange(false)
    router.push(path === '' ? '/' : path)
  }
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Go to, or do">
      <Command label="Go to, or do">
        <Command.Input
          placeholder="Type a page, a schedule, or what you want to do"
          className="mb-3 h-10 w-full rounded-md border border-border-strong bg-surface px-3"
        />
        <Command.List className="max-h-[50vh] overflow-y-auto">
          <Command.Empty className="px-2 py-6 text-center text-muted">Nothing has this name</Command.Empty>
          <Command.Group
            heading="Pages"
            className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-muted"
          >
            {pagesFor(new Set(permissions)).map((page) => (
              <Command.Item
                key={page.path}
                value={`${page.label} ${page.words}`}
                onSelect={() => go(page.path)}
                className="cursor-pointer rounded-md px-2 py-2 data-[selected=true]:bg-accent-soft"
              >
                {page.label}
              </Command.Item>
            ))}
          </Command.Group>
        </Command.List>
      </Command>
    </Dialog>
  )
}
