// Every page of the console with its side sheets and dialogs, for what has to be looked at or held against rules.
import fs from 'node:fs'
import path from 'node:path'
import type { APIRequestContext, Page } from '@playwright/test'

export type Shown = {
  readonly name: string
  /** The folder of its page.tsx below app/(console). */
  readonly route: string
  /** Below /backups. */
  readonly path: string
  /** Opens what is to be seen; what is not there is left out. */
  readonly open?: (page: Page) => Promise<boolean>
  /** The answer's status, when it is no 200. */
  readonly status?: number
  /** Seen without being signed in. */
  readonly stranger?: boolean
}

type Ask = <T>(procedure: string, input?: unknown) => Promise<T>
type Items<T> = { readonly items: readonly T[] }
type Row = { readonly id: string }

/** Queries of the API as the person does who is signed in. */
export const asker =
  (request: APIRequestContext, url: (page: string) => string): Ask =>
  async (procedure, input) => {
    const query = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`
    const answer = await request.get(url(`/api/trpc/${procedure}${query}`))
    const body = await answer.json()
    if (body.result === undefined) throw new Error(`${procedure}: ${JSON.stringify(body.error)}`)
    return body.result.data
  }

/** Presses a button or menu item, if it is there. */
const press =
  (...names: readonly (string | RegExp)[]) =>
  async (page: Page): Promise<boolean> => {
    for (const name of names) {
      const one = page.getByRole('main').getByRole('button', { name }).or(page.getByRole('menuitem', { name })).first()
      if (!(await one.isVisible()) || !(await one.isEnabled())) return false
      await one.click()
    }
    return true
  }

async function palette(page: Page): Promise<boolean> {
  await page.getByRole('button', { name: /Go to, or do/ }).click()
  return true
}

async function account(page: Page): Promise<boolean> {
  await page.getByRole('button', { name: /^Your account/ }).click()
  return true
}

async function keyboard(page: Page): Promise<boolean> {
  await account(page)
  await page.getByRole('menuitem', { name: 'Keyboard' }).click()
  return true
}

async function drawer(page: Page): Promise<boolean> {
  const button = page.getByRole('button', { name: 'Open the navigation' })
  if (!(await button.isVisible())) return false
  await button.click()
  return true
}

const fixed: readonly Shown[] = [
  { name: 'sign-in', route: '', path: '/sign-in', stranger: true },
  { name: 'set-up', route: '', path: '/set-up', stranger: true },
  { name: 'set-password', route: '', path: '/set-password', stranger: true },
  { name: 'sign-out', route: '', path: '/sign-out' },
  { name: 'overview', route: '', path: '/' },
  { name: 'overview-palette', route: '', path: '/', open: palette },
  { name: 'overview-account', route: '', path: '/', open: account },
  { name: 'overview-keyboard', route: '', path: '/', open: keyboard },
  { name: 'overview-navigation', route: '', path: '/', open: drawer },
  { name: 'overview-back-up-now', route: '', path: '/', open: press('Back up now') },
  { name: 'refused', route: 'refused', path: '/refused', status: 404 },
  { name: 'nowhere', route: '[...rest]', path: '/nowhere/at/all', status: 404 },
  { name: 'schedules', route: 'schedules', path: '/schedules' },
  { name: 'schedule-new', route: 'schedules/new', path: '/schedules/new' },
  { name: 'runs', route: 'runs', path: '/runs' },
  { name: 'runs-failed', route: 'runs', path: '/runs?state=failed' },
  { name: 'runs-back-up-now', route: 'runs', path: '/runs', open: press('Back up now') },
  { name: 'repositories', route: 'repositories', path: '/repositories' },
  {
    name: 'repository-new',
    route: 'repositories',
    path: '/repositories',
    open: press(/^(Add|New|Create) .*repository/i),
  },
  { name: 'snapshots', route: 'snapshots', path: '/snapshots' },
  { name: 'snapshots-search', route: 'snapshots/search', path: '/snapshots/search' },
  { name: 'snapshots-search-found', route: 'snapshots/search', path: '/snapshots/search?q=report' },
  { name: 'snapshots-compare', route: 'snapshots/compare', path: '/snapshots/compare' },
  { name: 'restores', route: 'restores', path: '/restores' },
  { name: 'restore-new', route: 'restores/new', path: '/restores/new' },
  { name: 'audit', route: 'audit', path: '/audit' },
  { name: 'audit-export', route: 'audit', path: '/audit', open: press(/^Export/) },
  { name: 'users', route: 'users', path: '/users' },
  { name: 'user-new', route: 'users', path: '/users?dialog=new' },
  { name: 'roles', route: 'users/roles', path: '/users/roles' },
  { name: 'api-keys', route: 'api-keys', path: '/api-keys' },
  { name: 'api-key-new', route: 'api-keys', path: '/api-keys?dialog=new' },
  { name: 'settings', route: 'settings', path: '/settings' },
  { name: 'settings-document', route: 'settings/document', path: '/settings/document' },
  { name: 'settings-versions', route: 'settings/versions', path: '/settings/versions' },
  { name: 'notifications', route: 'notifications', path: '/notifications' },
  { name: 'profile', route: 'profile', path: '/profile' },
  {
    name: 'profile-second-factor',
    route: 'profile',
    path: '/profile',
    open: press('Set it up'),
  },
  { name: 'welcome', route: 'welcome', path: '/welcome' },
  { name: 'welcome-where', route: 'welcome', path: '/welcome?step=where' },
  { name: 'welcome-kit', route: 'welcome', path: '/welcome?step=kit' },
  { name: 'welcome-when', route: 'welcome', path: '/welcome?step=when' },
]

/** One state of a list is enough to name its pages. */
async function ofRuns(ask: Ask): Promise<Shown[]> {
  const states = ['succeeded', 'warning', 'failed', 'missed', 'cancelled', 'running'] as const
  const found = await Promise.all(
    states.map(async (state) => {
      const { items } = await ask<Items<Row>>('runs.list', { limit: 1, states: [state] })
      return items.map(({ id }): Shown => ({ name: `run-${state}`, route: 'runs/[id]', path: `/runs/${id}` }))
    }),
  )
  return found.flat()
}

type Snapshot = Row & { readonly repositoryId: string; readonly sources: readonly unknown[] }
/** `snapshot`: the id of its row. */
type Found = { readonly path: string; readonly snapshot: string }

async function ofSnapshots(ask: Ask): Promise<Shown[]> {
  const { items } = await ask<Items<Snapshot>>('snapshots.list', { limit: 30 })
  const [first] = items
  if (first === undefined) return []
  const files = (id: string, folder: string): string => `/snapshots/${id}/files?path=${encodeURIComponent(folder)}`
  const top = await ask<Items<{ name: string }>>('snapshots.browse', { id: first.id, limit: 1 })
  const shown: Shown[] = [
    { name: 'snapshot', route: 'snapshots/[id]', path: `/snapshots/${first.id}` },
    { name: 'snapshot-top', route: 'snapshots/[id]/files', path: `/snapshots/${first.id}/files` },
    { name: 'snapshot-folder', route: 'snapshots/[id]/files', path: files(first.id, `/${top.items[0]?.name}`) },
    { name: 'restore-new-of-snapshot', route: 'restores/new', path: `/restores/new?snapshot=${first.id}` },
  ]
  const newer = items.find(({ repositoryId }, at) =>
    items.slice(at + 1).some((each) => each.repositoryId === repositoryId),
  )
  const older = items.findLast(({ repositoryId }) => repositoryId === newer?.repositoryId)
  if (newer !== undefined && older !== undefined) {
    const path = `/snapshots/compare?a=${older.id}&b=${newer.id}`
    shown.push({ name: 'snapshots-compared', route: 'snapshots/compare', path })
  }
  for (const repositoryId of new Set(items.map((each) => each.repositoryId))) {
    const found = await ask<Items<Found>>('snapshots.find', { repositoryId, pattern: 'invoice*', limit: 1 })
    const odd = found.items[0]
    if (odd === undefined) continue
    const folder = files(odd.snapshot, path.posix.dirname(`/${odd.path.replace(/^\//, '')}`))
    const route = 'snapshots/[id]/files'
    shown.push({ name: 'snapshot-odd-names', route, path: folder })
    shown.push({ name: 'snapshot-file-sheet', route, path: folder, open: press(/^Versions of/) })
    break
  }
  return shown
}

async function details(ask: Ask): Promise<Shown[]> {
  const first = async (procedure: string): Promise<string | undefined> =>
    (await ask<Items<Row>>(procedure, { limit: 1 })).items[0]?.id
  const [schedule, repository, user, restore] = await Promise.all([
    first('schedules.list'),
    first('repositories.list'),
    first('users.list'),
    first('restores.list'),
  ])
  const of = (id: string | undefined, entries: (id: string) => readonly Shown[]): readonly Shown[] =>
    id === undefined ? [] : entries(id)
  return [
    ...of(schedule, (id) => [
      { name: 'schedule', route: 'schedules/[id]', path: `/schedules/${id}` },
      { name: 'schedule-remove', route: 'schedules/[id]', path: `/schedules/${id}`, open: press('Remove') },
      { name: 'schedule-edit', route: 'schedules/[id]/edit', path: `/schedules/${id}/edit` },
    ]),
    ...of(repository, (id) => [
      { name: 'repository', route: 'repositories/[id]', path: `/repositories/${id}` },
      { name: 'repository-test', route: 'repositories/[id]', path: `/repositories/${id}`, open: press(/^Test/) },
      { name: 'repository-verify', route: 'repositories/[id]', path: `/repositories/${id}`, open: press(/^Verify/) },
    ]),
    ...of(user, (id) => [
      { name: 'user', route: 'users/[id]', path: `/users/${id}` },
      { name: 'user-edit', route: 'users/[id]', path: `/users/${id}`, open: press(/^Edit/) },
    ]),
    ...of(restore, (id) => [{ name: 'restore', route: 'restores/[id]', path: `/restores/${id}` }]),
    ...(await ofEvents(ask)),
  ]
}

async function ofEvents(ask: Ask): Promise<Shown[]> {
  const { items } = await ask<Items<{ seq: number }>>('audit.list', { limit: 1 })
  return items.map(({ seq }) => ({ name: 'audit-event', route: 'audit', path: `/audit?event=${seq}` }))
}

/** Every page that this server has something for. */
export async function pagesOf(ask: Ask): Promise<readonly Shown[]> {
  return [...fixed, ...(await ofRuns(ask)), ...(await ofSnapshots(ask)), ...(await details(ask))]
}

/** The folders of all pages, as they lie in app/(console). */
export function routes(): string[] {
  const folder = path.join(import.meta.dirname, '../app/(console)')
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => path.basename(name) === 'page.tsx')
    .map((name) => (path.dirname(name) === '.' ? '' : path.dirname(name)))
    .sort()
}
