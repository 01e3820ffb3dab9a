'use client'
// The console's frame: navigation at the side (a drawer on phones), a bar above, the page in the middle.
import { Menu as MenuIcon, ShieldCheck } from 'lucide-react'
import { usePathname } from 'next/navigation'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Toaster } from 'sonner'
import { useConnection } from '../../data/live.tsx'
import { useWarning } from '../../patterns/unsaved.ts'
import { IconButton, Link } from '../../ui/button.tsx'
import { noteAway } from '../../ui/leave.ts'
import { Dialog } from '../../ui/overlays.tsx'
import { Navigation } from './navigation.tsx'
import { ConnectionBars, TopBar } from './top-bar.tsx'

export function Shell({ version, children }: { version: string; children: ReactNode }) {
  const [drawer, setDrawer] = useState(false)
  const pathname = usePathname()
  const before = useRef(pathname)
  useEffect(() => {
    if (before.current === pathname) return
    before.current = pathname
    setDrawer(false)
    // What had the focus went with the page before: the next Tab leads into the new one, not through the whole frame again.
    if (document.activeElement === document.body) document.getElementById('content')?.focus({ preventScroll: true })
  }, [pathname])
  useWarning()
  return (
    <div className="flex min-h-dvh">
      <a
        href="#content"
        className="sr-only z-50 rounded-md bg-raised px-3 py-2 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the content
      </a>
      <aside className="sticky top-0 hidden h-dvh w-52 shrink-0 flex-col border-r bg-surface lg:flex print:hidden">
        <Brand />
        <Navigation version={version} />
      </aside>
      <Dialog open={drawer} onOpenChange={setDrawer} title="Holdfast" place="left">
        <div className="-mx-5 -my-4">
          <Navigation version={version} />
        </div>
      </Dialog>
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar
          start={
            <span className="lg:hidden">
              <IconButton label="Open the navigation" onClick={() => setDrawer(true)}>
                <MenuIcon aria-hidden className="size-5" />
              </IconButton>
            </span>
          }
        />
        <ConnectionBars />
        <main
          id="content"
          tabIndex={-1}
          className="mx-auto w-full max-w-[100rem] flex-1 px-4 py-5 outline-none sm:px-6"
        >
          {children}
        </main>
      </div>
      <Notes />
    </div>
  )
}

const Brand = () => (
  <Link href="/" className="flex h-12 items-center gap-2 border-b px-4 font-semibold no-underline">
    <ShieldCheck aria-hidden className="size-5 text-accent" />
    Holdfast
  </Link>
)

/** Short words on what was done; they leave by themselves and can be closed. */
function Notes() {
  const connection = useConnection()
  // Without waiting until it is certain: what is pressed in the moment when the server dies leads off the console as well.
  useEffect(() => noteAway(connection === 'away' || connection === 'doubtful'), [connection])
  return (
    <Toaster
      position="bottom-right"
      closeButton
      visibleToasts={connection === 'away' ? 1 : 4}
      toastOptions={{
        classNames: {
          toast: '!bg-raised !text-text !border-border !shadow-pop !font-sans',
          closeButton: '!bg-raised !text-text !border-border',
        },
      }}
    />
  )
}
