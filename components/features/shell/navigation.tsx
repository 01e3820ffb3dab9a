'use client'
// The way around: what the viewer may open, in three groups.
import {
  Archive,
  CalendarClock,
  FileClock,
  FolderSearch,
  Gauge,
  History,
  KeyRound,
  RotateCcw,
  Settings,
  Users,
} from 'lucide-react'
import { usePathname } from 'next/navigation'
import { type PageEntry, pagesFor } from '#server/contract/pages.ts'
import { useViewer } from '../../data/viewer.tsx'
import { Link } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'

export const pageIcons: Readonly<Record<string, typeof Gauge>> = {
  '': Gauge,
  '/schedules': CalendarClock,
  '/runs': History,
  '/repositories': Archive,
  '/snapshots': FolderSearch,
  '/restores': RotateCcw,
  '/audit': FileClock,
  '/users': Users,
  '/api-keys': KeyRound,
  '/settings': Settings,
}

const groups: readonly (readonly [NonNullable<PageEntry['group']>, string])[] = [
  ['protect', 'Protect'],
  ['recover', 'Recover'],
  ['govern', 'Govern'],
]

export function Navigation({ version }: { version: string }) {
  const { permissions } = useViewer()
  const pathname = usePathname()
  const entries = pagesFor(new Set(permissions))
  return (
    <nav aria-label="Console" className="flex flex-1 flex-col overflow-y-auto px-2 py-3">
      {groups.map(([group, label]) => {
        const own = entries.filter((entry) => entry.group === group)
        if (own.length === 0) return null
        return (
          <div key={group} className="mb-4">
            <p className="px-2 pb-1 text-xs font-medium text-muted">{label}</p>
            <ul>
              {own.map((entry) => (
                <li key={entry.path}>
                  <Entry entry={entry} current={isWithin(pathname, entry.path)} />
                </li>
              ))}
            </ul>
          </div>
        )
      })}
      <p className="mt-auto px-2 text-xs text-muted">Holdfast {version}</p>
    </nav>
  )
}

function Entry({ entry, current }: { entry: PageEntry; current: boolean }) {
  const Icon = pageIcons[entry.path] ?? Gauge
  return (
    <Link
      href={entry.path === '' ? '/' : entry.path}
      aria-current={current ? 'page' : undefined}
      className={classNames(
        'flex items-center gap-2.5 rounded-md px-2 py-1.5 no-underline',
        current ? 'bg-accent-soft font-medium' : 'text-text hover:bg-sunken',
      )}
    >
      <Icon aria-hidden className={classNames('size-4', current ? 'text-accent' : 'text-muted')} />
      {entry.label}
    </Link>
  )
}

const isWithin = (pathname: string, path: string): boolean =>
  path === '' ? pathname === '/' : pathname === path || pathname.startsWith(`${path}/`)
