'use client'
// The bar above each page: search, live state, notifications, and the viewer's own things.
import { useQuery } from '@tanstack/react-query'
import {
  Bell,
  Keyboard,
  LogOut,
  Moon,
  PauseCircle,
  RotateCw,
  Search,
  Sun,
  SunMoon,
  UserRound,
  WifiOff,
} from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import { useOutdated } from '../../data/build.ts'
import { useTakenOver } from '../../data/clock.tsx'
import { useConnection } from '../../data/live.tsx'
import { useTRPC } from '../../data/provider.tsx'
import { useSessionOver } from '../../data/session.ts'
import { useMay, useViewer } from '../../data/viewer.tsx'
import { displayName } from '../../patterns/file-name.tsx'
import { roleLabel } from '../../patterns/role-words.ts'
import { chooseTheme, type Theme } from '../../patterns/theme.ts'
import { Button, IconButton, Link } from '../../ui/button.tsx'
import { assign, reload, useGo } from '../../ui/leave.ts'
import { Menu, MenuItem } from '../../ui/overlays.tsx'
import { Kbd } from '../../ui/surfaces.tsx'
import { CommandPalette } from './command-palette.tsx'
import { KeyboardHelp } from './keyboard-help.tsx'

export function TopBar({ start }: { start: ReactNode }) {
  const [open, setOpen] = useState(false)
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return
      event.preventDefault()
      setOpen((now) => !now)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  return (
    <header className="sticky top-0 z-20 flex print:hidden h-12 shrink-0 items-center gap-2 border-b bg-surface px-3 sm:px-5">
      {start}
      <Button
        look="plain"
        size="small"
        onClick={() => setOpen(true)}
        className="h-8 text-muted sm:w-64 sm:justify-start"
      >
        <Search aria-hidden className="size-4" />
        <span className="hidden sm:inline">Go to, or do</span>
        <span className="sr-only sm:hidden">Go to, or do</span>
        <span className="ml-auto hidden sm:inline">
          <Kbd>Ctrl K</Kbd>
        </span>
      </Button>
      <div className="ml-auto flex items-center gap-1">
        <NotificationsLink />
        <OwnMenu />
      </div>
      <CommandPalette open={open} onOpenChange={setOpen} />
    </header>
  )
}

function NotificationsLink() {
  const trpc = useTRPC()
  const may = useMay()
  const { data } = useQuery({ ...trpc.notifications.unread.queryOptions(), enabled: may('notifications.read') })
  // A page that brings the number along may be there before this is taken over, which the server rendered without it.
  const takenOver = useTakenOver()
  if (!may('notifications.read')) return null
  const words = !takenOver || data === undefined || data.count === 0 ? '' : `${data.count}${data.more ? '+' : ''}`
  return (
    <Link
      href="/notifications"
      aria-label={words === '' ? 'Notifications' : `Notifications, ${words} unread`}
      className="relative inline-flex size-8 items-center justify-center rounded-md text-muted hover:bg-sunken hover:text-text"
    >
      <Bell aria-hidden className="size-[18px]" />
      {words !== '' && (
        <span className="absolute -top-0.5 left-4 rounded-full bg-failed px-1 text-[10px] leading-4 font-semibold text-surface">
          {words}
        </span>
      )}
    </Link>
  )
}

const themes: readonly (readonly [Theme, string, typeof Sun])[] = [
  ['light', 'Light', Sun],
  ['dark', 'Dark', Moon],
  ['system', 'As the system', SunMoon],
]

function OwnMenu() {
  const viewer = useViewer()
  const go = useGo()
  const [keyboard, setKeyboard] = useState(false)
  const name = displayName(viewer.name)
  return (
    <>
      <Menu
        label="Your account"
        trigger={
          <IconButton label={`Your account: ${name}`}>
            <UserRound aria-hidden className="size-[18px]" />
          </IconButton>
        }
      >
        <div className="border-b px-2 pt-1 pb-2">
          <p className="max-w-56 truncate font-medium" title={name}>
            {name}
          </p>
          <p className="text-sm text-muted">{roleLabel(viewer.role)}</p>
        </div>
        <MenuItem onSelect={() => go('/profile')}>
          <UserRound aria-hidden className="size-4" /> Profile
        </MenuItem>
        {themes.map(([theme, label, Icon]) => (
          <MenuItem key={theme} onSelect={() => chooseTheme(theme)}>
            <Icon aria-hidden className="size-4" /> {label}
          </MenuItem>
        ))}
        <MenuItem onSelect={() => setKeyboard(true)}>
          <Keyboard aria-hidden className="size-4" /> Keyboard
        </MenuItem>
        <MenuItem onSelect={() => assign('/backups/sign-out')}>
          <LogOut aria-hidden className="size-4" /> Sign out
        </MenuItem>
      </Menu>
      <KeyboardHelp open={keyboard} onOpenChange={setKeyboard} />
    </>
  )
}

const bar = 'flex items-center gap-2 border-b px-4 py-2 sm:px-6'

/** Says what stands between this page and the server: it is away, it tells no news here, or it was updated. The first two leave by themselves. */
export function ConnectionBars() {
  const connection = useConnection()
  const over = useSessionOver()
  const outdated = useOutdated()
  return (
    <>
      {over && <SignedOutBar />}
      <div role="status" aria-live="polite">
        {!over && connection === 'away' && (
          <p className={`${bar} border-warning bg-warning-soft`}>
            <WifiOff aria-hidden className="size-4 shrink-0 text-warning" />
            The server does not answer. What is shown may be out of date; the page goes on by itself as soon as it does.
          </p>
        )}
        {!over && connection === 'crowded' && (
          <p className={`${bar} border-warning bg-warning-soft`}>
            <PauseCircle aria-hidden className="size-4 shrink-0 text-warning" />
            Live updates are paused in this tab: too many are open. Everything else works; reload to see what is new, or
            close some of the other tabs.
          </p>
        )}
        {outdated && (
          <p className={`${bar} flex-wrap border-accent bg-accent-soft`}>
            <RotateCw aria-hidden className="size-4 shrink-0 text-accent" />
            Holdfast was updated. Reload once nothing on this page is unsaved.
            <Button size="small" onClick={reload}>
              Reload
            </Button>
          </p>
        )}
      </div>
    </>
  )
}

/** Leads to sign-in beside this page, so that nothing on it is lost; it goes on when somebody comes back to it. */
const SignedOutBar = () => (
  <p role="alert" className={`${bar} border-warning bg-warning-soft`}>
    <LogOut aria-hidden className="size-4 shrink-0 text-warning" />
    <span>
      Your session ended. What you typed here is still there:{' '}
      <a href="/backups/sign-in" target="_blank" rel="noopener" className="font-medium underline">
        sign in in a new tab
      </a>
      , then come back to this one.
    </span>
  </p>
)
