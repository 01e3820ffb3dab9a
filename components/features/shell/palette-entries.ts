'use client'
// The entries of the command palette: where one can go and what one can do, each with the holdfast command that does the same.
import { auditVerifyLine, backupLine, findLine, verifyLine } from '#server/contract/cli-lines.ts'
import { pagesFor } from '#server/contract/pages.ts'
import { useTRPC } from '../../data/provider.tsx'
import { useMay, useViewer } from '../../data/viewer.tsx'
import { useAction } from '../../patterns/action.tsx'
import { displayName } from '../../patterns/file-name.tsx'
import { wordOf } from '../../patterns/status.tsx'
import { chooseTheme } from '../../patterns/theme.ts'
import { assign, useGo } from '../../ui/leave.ts'
import type { Repository, Run, Schedule, usePaletteData } from './palette-data.ts'
import type { Ranked } from './palette-rank.ts'

export type Entry = Ranked & {
  readonly id: string
  /** A state of the one vocabulary, for runs and schedules. */
  readonly state?: string
  readonly at?: string | null
  /** The holdfast command that does the same. */
  readonly line?: string | undefined
  run(): void
}

type Data = ReturnType<typeof usePaletteData>

/** @param done closes the palette */
export function useEntries(data: Data, text: string, done: () => void): Entry[] {
  const { permissions } = useViewer()
  const leave = useGo()
  const go = (path: string) => (): void => {
    done()
    leave(path)
  }
  const pages = pagesFor(new Set(permissions)).map(({ path, label, words }) => ({
    id: `page${path}`,
    group: 'Pages',
    label,
    words,
    run: go(path === '' ? '/' : path),
  }))
  return [
    ...data.active.map((run) => runEntry(run, 'Under way', go)),
    ...data.failed.map((run) => runEntry(run, 'Failed lately', go)),
    ...useDeeds(go, done),
    ...useScheduleEntries(data, go, done),
    ...useRepositoryEntries(data, go, done),
    ...useFileEntries(text, data.repositories[0], go),
    ...data.users.map((user) => ({
      id: `user${user.id}`,
      group: 'Users',
      label: displayName(user.name),
      // What the server found is shown, whatever it was found by.
      words: `${user.email} ${text}`,
      run: go(`/users/${user.id}`),
    })),
    ...pages,
  ]
}

type Go = (path: string) => () => void

const runEntry = (run: Run, group: string, go: Go): Entry => ({
  id: `run${run.id}`,
  group,
  label: `${run.kind} ${displayName(run.scheduleName ?? run.repositoryName ?? '')}`.trim(),
  words: `run ${wordOf(run.state)} ${run.error?.code ?? ''}`,
  state: run.state,
  at: run.queuedAt,
  run: go(`/runs/${run.id}`),
})

/** What can be done from anywhere. */
function useDeeds(go: Go, done: () => void): Entry[] {
  const may = useMay()
  const deed = (label: string, words: string, run: () => void, line?: string): Entry => ({
    id: `deed ${label}`,
    group: 'Do',
    label,
    words,
    run,
    line,
  })
  const theme = (name: 'light' | 'dark' | 'system', label: string) =>
    deed(label, 'theme colours appearance', () => {
      chooseTheme(name)
      done()
    })
  return [
    ...(may('schedules.write')
      ? [deed('Back up something new', 'protect schedule create wizard add', go('/schedules/new'))]
      : []),
    ...(may('restores.start') ? [deed('Restore files', 'recover get back undelete', go('/restores/new'))] : []),
    ...(may('repositories.write')
      ? [deed('Add a repository', 'storage new create', go('/repositories?dialog=new'))]
      : []),
    ...(may('users.write') ? [deed('Create a user', 'new person account invite', go('/users?dialog=new'))] : []),
    ...(may('api_keys.write') ? [deed('Create an API key', 'new token program', go('/api-keys?dialog=new'))] : []),
    ...(may('audit.read')
      ? [deed('Check the audit trail', 'chain verify hashes', go('/audit'), auditVerifyLine())]
      : []),
    ...(may('settings.read')
      ? [deed('Compare versions of the configuration', 'settings rollback history', go('/settings/versions'))]
      : []),
    theme('light', 'Light colours'),
    theme('dark', 'Dark colours'),
    theme('system', 'Colours as the system has them'),
    deed('Sign out', 'leave log off', () => assign('/backups/sign-out')),
  ]
}

const touches = ['schedules', 'runs', 'overview'] as const

function useScheduleEntries({ schedules, repositories }: Data, go: Go, done: () => void): Entry[] {
  const trpc = useTRPC()
  const may = useMay()
  const runNow = useAction(trpc.schedules.runNow.mutationOptions(), { touches, after: ({ id }) => go(`/runs/${id}`)() })
  const pause = useAction(trpc.schedules.pause.mutationOptions(), {
    says: ({ name }) => `${name} is paused: its times pass without a run`,
    touches,
  })
  const resume = useAction(trpc.schedules.resume.mutationOptions(), {
    says: ({ name }) => `${name} goes on with its next time`,
    touches,
  })
  const then = (act: () => void) => (): void => {
    act()
    done()
  }
  return schedules.flatMap((schedule): Entry[] => {
    const name = displayName(schedule.name)
    const common = { group: 'Schedules', words: 'schedule backup' }
    const { id } = schedule
    const paused = schedule.pausedAt !== null
    const own = paused ? { state: 'paused' } : {}
    return [
      { ...common, ...own, id: `schedule${id}`, label: name, run: go(`/schedules/${id}`) },
      ...(may('runs.start')
        ? [
            {
              ...common,
              id: `start${id}`,
              label: `Run ${name} now`,
              line: lineOfSchedule(schedule, repositories),
              run: then(() => runNow.mutate({ id })),
            },
          ]
        : []),
      ...(may('schedules.write') && schedule.enabled
        ? [
            {
              ...common,
              id: `pause${id}`,
              label: `${paused ? 'Resume' : 'Pause'} ${name}`,
              run: then(() => (paused ? resume : pause).mutate({ id })),
            },
          ]
        : []),
    ]
  })
}

/** The same backup by hand; undefined while its repository is not known. */
function lineOfSchedule(schedule: Schedule, repositories: readonly Repository[]): string | undefined {
  const repository = repositories.find(({ id }) => id === schedule.repositoryId)
  if (repository === undefined) return undefined
  const { includePaths: paths, excludePatterns: excludes, type } = schedule
  return backupLine(repository, { paths, excludes, type })
}

function useRepositoryEntries({ repositories }: Data, go: Go, done: () => void): Entry[] {
  const trpc = useTRPC()
  const may = useMay()
  const start = useAction(trpc.runs.start.mutationOptions(), {
    touches: [...touches, 'repositories'],
    after: ({ id }) => go(`/runs/${id}`)(),
  })
  return repositories.flatMap((repository): Entry[] => {
    const name = displayName(repository.name)
    const common = { group: 'Repositories', words: 'repository storage' }
    const { id } = repository
    return [
      { ...common, id: `repository${id}`, label: name, run: go(`/repositories/${id}`) },
      ...(may('runs.start')
        ? [
            {
              ...common,
              id: `verify${id}`,
              label: `Verify all data of ${name} now`,
              line: verifyLine(repository, { readData: true }),
              run: () => {
                start.mutate({ kind: 'verify', repositoryId: id, readData: true })
                done()
              },
            },
          ]
        : []),
    ]
  })
}

function useFileEntries(text: string, repository: Repository | undefined, go: Go): Entry[] {
  const query = text.trim()
  const may = useMay()
  if (query === '' || !may('snapshots.browse')) return []
  return [
    {
      id: 'files',
      group: 'Files',
      label: `Search files for “${displayName(query)}” in snapshots`,
      words: query,
      last: true,
      line: repository && findLine(repository, { pattern: `*${query}*`, ignoreCase: true }),
      run: go(`/snapshots/search?q=${encodeURIComponent(query)}`),
    },
  ]
}
