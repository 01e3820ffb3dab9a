'use client'
// Where schedules can back up to, and in which zone they run when they say nothing: both are the configuration's.
import { useQuery } from '@tanstack/react-query'
import { DEFAULT_TIME_ZONE } from '#server/contract/config/plans/schedules.ts'
import { primaryName } from '#server/contract/config/plans/storages.ts'
import { type Outputs, useTRPC } from '../../data/provider.tsx'

type Repository = Outputs['repositories']['list']['items'][number]

export function useTargets(): {
  /** Those that a schedule can name. */
  readonly repositories: readonly Repository[]
  /** The name of the one that counts when none is named; undefined before it is known. */
  readonly primary: string | undefined
  readonly zone: string
} {
  const trpc = useTRPC()
  const { data: list } = useQuery(trpc.repositories.list.queryOptions({ limit: 200 }))
  const { data: settings } = useQuery(trpc.settings.current.queryOptions())
  return {
    repositories: list?.items.filter(({ settings: { origin } }) => origin === 'document') ?? [],
    primary: settings && primaryName(settings.effective),
    zone: settings?.effective.global_settings?.default_timezone ?? DEFAULT_TIME_ZONE,
  }
}

/** The repository that a choice means; undefined before it is known. */
export function useTarget(name: string): Repository | undefined {
  const { repositories, primary } = useTargets()
  return repositories.find((each) => each.name === (name === '' ? primary : name))
}
