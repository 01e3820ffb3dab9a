'use client'
// What the command palette offers, from the server's lists: asked for when it opens, and only what the viewer may see.
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { type Outputs, useTRPC } from '../../data/provider.tsx'
import { useMay } from '../../data/viewer.tsx'

export type Schedule = Outputs['schedules']['list']['items'][number]
export type Repository = Outputs['repositories']['list']['items'][number]
export type Run = Outputs['runs']['list']['items'][number]
export type User = Outputs['users']['list']['items'][number]

const none: readonly never[] = []
/** Rest after the last key before the server is asked (ms). */
const REST = 250

export function usePaletteData(text: string): {
  readonly schedules: readonly Schedule[]
  readonly repositories: readonly Repository[]
  readonly active: readonly Run[]
  readonly failed: readonly Run[]
  readonly users: readonly User[]
  readonly loading: boolean
} {
  const trpc = useTRPC()
  const may = useMay()
  const schedules = useQuery({ ...trpc.schedules.list.queryOptions({ limit: 200 }), enabled: may('schedules.read') })
  const repositories = useQuery({
    ...trpc.repositories.list.queryOptions({ limit: 200 }),
    enabled: may('repositories.read'),
  })
  const active = useQuery({
    ...trpc.runs.list.queryOptions({ states: ['running', 'queued'], limit: 20 }),
    enabled: may('runs.read'),
  })
  const failed = useQuery({
    ...trpc.runs.list.queryOptions({ states: ['failed', 'missed', 'orphaned'], limit: 8 }),
    enabled: may('runs.read'),
  })
  const search = useRested(text.trim())
  const users = useQuery({
    ...trpc.users.list.queryOptions({ search, limit: 8 }),
    enabled: may('users.read') && search.length > 1,
    placeholderData: (before) => before,
  })
  const all = [schedules, repositories, active, failed, users]
  return {
    schedules: schedules.data?.items ?? none,
    repositories: repositories.data?.items ?? none,
    active: active.data?.items ?? none,
    failed: failed.data?.items ?? none,
    users: users.data?.items ?? none,
    loading: all.some(({ isFetching }) => isFetching),
  }
}

function useRested(text: string): string {
  const [rested, setRested] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), REST)
    return () => clearTimeout(timer)
  }, [text])
  return rested
}
