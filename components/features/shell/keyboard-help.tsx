'use client'
// What the keyboard does. There are no shortcuts of single letters: they get in the way of readers and of speech input.
import { Dialog } from '../../ui/overlays.tsx'
import { Facts, Kbd } from '../../ui/surfaces.tsx'

const keys: readonly (readonly [keys: string, what: string])[] = [
  ['Ctrl K', 'Go to a page, a schedule or a file, or do something (⌘ K on a Mac)'],
  ['Tab', 'To the next thing; the first one of a page skips to its content'],
  ['Enter', 'Open or do what has the focus'],
  ['Space', 'Press a button, tick a box'],
  ['↑ ↓', 'Through menus, lists and long tables'],
  ['Esc', 'Close what lies over the page'],
]

export function KeyboardHelp({ open, onOpenChange }: { open: boolean; onOpenChange(open: boolean): void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard">
      <Facts items={keys} />
      <p className="mt-4 text-sm text-muted">
        Everything works without a mouse. In <Kbd>Ctrl K</Kbd> each deed shows the command of the shell that does the
        same.
      </p>
    </Dialog>
  )
}
