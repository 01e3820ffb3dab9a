// The pages of the console: one table. The listener refuses by it, the navigation and the command palette offer by it.
import type { Permission } from './permissions.ts'

export type PageEntry = {
  /** Below /backups; '' is the landing page. */
  readonly path: string
  readonly label: string
  /** One of these is enough; empty: everybody who is signed in. */
  readonly needs: readonly Permission[]
  /** Where it stands in the navigation; null: it is reached otherwise. */
  readonly group: 'protect' | 'recover' | 'govern' | null
  /** Other words that people look for it with. */
  readonly words: string
}

export const pageTable = [
  { path: '', label: 'Overview', needs: [], group: 'protect', words: 'home dashboard status verdict safe' },
  {
    path: '/schedules',
    label: 'Schedules',
    needs: ['schedules.read'],
    group: 'protect',
    words: 'backup cron plan source protect',
  },
  {
    path: '/runs',
    label: 'Runs',
    needs: ['runs.read'],
    group: 'protect',
    words: 'jobs tasks history log progress failed',
  },
  {
    path: '/repositories',
    label: 'Repositories',
    needs: ['repositories.read'],
    group: 'protect',
    words: 'storage usage verify keys capacity',
  },
  {
    path: '/snapshots',
    label: 'Snapshots',
    needs: ['snapshots.read'],
    group: 'recover',
    words: 'files browse search versions find download',
  },
  {
    path: '/restores',
    label: 'Restores',
    needs: ['restores.read', 'requests.create'],
    group: 'recover',
    words: 'restore recover get back',
  },
  { path: '/audit', label: 'Audit', needs: ['audit.read'], group: 'govern', words: 'trail events who chain export' },
  { path: '/users', label: 'Users', needs: ['users.read'], group: 'govern', words: 'roles people accounts sessions' },
  {
    path: '/api-keys',
    label: 'API keys',
    needs: ['api_keys.read'],
    group: 'govern',
    words: 'tokens programs automation',
  },
  {
    path: '/settings',
    label: 'Settings',
    needs: ['settings.read'],
    group: 'govern',
    words: 'configuration versions rollback import',
  },
  {
    path: '/notifications',
    label: 'Notifications',
    needs: ['notifications.read'],
    group: null,
    words: 'alerts messages inbox',
  },
  {
    path: '/profile',
    label: 'Profile',
    needs: ['profile.write'],
    group: null,
    words: 'password second factor totp sessions me',
  },
  {
    path: '/welcome',
    label: 'First steps',
    needs: ['schedules.write'],
    group: null,
    words: 'first run wizard set up start',
  },
] as const satisfies readonly PageEntry[]

/** Pages below one of the table that need more than it does. */
const narrower: readonly { readonly path: RegExp; readonly needs: readonly Permission[] }[] = [
  { path: /^\/schedules\/new$|^\/schedules\/[^/]+\/edit$/, needs: ['schedules.write'] },
  { path: /^\/restores\/new$/, needs: ['restores.start'] },
  { path: /^\/snapshots\/(search|compare)$/, needs: ['snapshots.browse'] },
  { path: /^\/snapshots\/[^/]+\/files$/, needs: ['snapshots.browse'] },
]

/** What a page needs by its path below /backups; null when there is no such page. */
export function needsOf(path: string): readonly Permission[] | null {
  const found = narrower.find((each) => each.path.test(path))
  if (found) return found.needs
  const entry = pageTable.find((each) => path === each.path || (each.path !== '' && path.startsWith(`${each.path}/`)))
  return entry?.needs ?? null
}

/** The entries that somebody with these permissions may open. */
export const pagesFor = (permissions: ReadonlySet<Permission>): readonly PageEntry[] =>
  pageTable.filter(({ needs }: PageEntry) => needs.length === 0 || needs.some((each) => permissions.has(each)))
