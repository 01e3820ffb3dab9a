'use client'
// What of the history is shown: kind, state, schedule, repository, time. It stands in the address.
import { useQuery } from '@tanstack/react-query'
import { FilterX } from 'lucide-react'
import { type ReactNode, useId } from 'react'
import { jobKinds, runStates } from '#server/contract/runs.ts'
import { useTRPC } from '../../data/provider.tsx'
import { useMay } from '../../data/viewer.tsx'
import { wordOf } from '../../patterns/status.tsx'
import { useUrlState } from '../../patterns/url-state.ts'
import { Button } from '../../ui/button.tsx'
import { Input, Select } from '../../ui/controls.tsx'
import { type Filters, noFilters } from './inputs.ts'
import { kindWords } from './words.ts'

const keys = Object.keys(noFilters) as (keyof Filters)[]

export function useRunFilters() {
  const [filters, set] = useUrlState(noFilters)
  return { filters, set, filtered: keys.some((key) => filters[key] !== '') }
}

export function RunFilters({ filters, set, filtered }: ReturnType<typeof useRunFilters>) {
  const trpc = useTRPC()
  const may = useMay()
  const schedules = useQuery({
    ...trpc.schedules.list.queryOptions({ limit: 200, removed: true }),
    enabled: may('schedules.read'),
  })
  const repositories = useQuery({
    ...trpc.repositories.list.queryOptions({ limit: 200 }),
    enabled: may('repositories.read'),
  })
  return (
    <search className="flex flex-wrap items-end gap-2 border-b px-4 py-3">
      <Choice label="Kind" value={filters.kind} onChange={(kind) => set({ kind })}>
        <option value="">All kinds</option>
        {jobKinds.map((kind) => (
          <option key={kind} value={kind}>
            {kindWords[kind]}
          </option>
        ))}
      </Choice>
      <Choice label="State" value={filters.state} onChange={(state) => set({ state })}>
        <option value="">All states</option>
        <option value="unwell">Not well</option>
        <option value="open">Running or queued</option>
        {runStates.map((state) => (
          <option key={state} value={state}>
            {wordOf(state)}
          </option>
        ))}
      </Choice>
      <Choice label="Schedule" value={filters.schedule} onChange={(schedule) => set({ schedule })}>
        <option value="">All schedules</option>
        {schedules.data?.items.map(({ id, name, removedAt }) => (
          <option key={id} value={id}>
            {name}
            {removedAt === null ? '' : ' (removed)'}
          </option>
        ))}
      </Choice>
      <Choice label="Repository" value={filters.repository} onChange={(repository) => set({ repository })}>
        <option value="">All repositories</option>
        {repositories.data?.items.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </Choice>
      <Day label="From" value={filters.from} onChange={(from) => set({ from })} />
      <Day label="To" value={filters.to} onChange={(to) => set({ to })} />
      {filtered && (
        <Button look="quiet" icon={<FilterX aria-hidden className="size-4" />} onClick={() => set(noFilters)}>
          Show all
        </Button>
      )}
    </search>
  )
}

type ControlProps = { label: string; value: string; onChange(value: string): void }

function Choice({ label, value, onChange, children }: ControlProps & { children: ReactNode }) {
  return (
    <Select
      aria-label={label}
      className="!w-[calc(50%-0.25rem)] sm:!w-34"
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      {children}
    </Select>
  )
}

function Day({ label, value, onChange }: ControlProps) {
  const id = useId()
  return (
    <span className="flex w-[calc(50%-0.25rem)] items-center gap-1.5 sm:w-auto">
      <label htmlFor={id} className="text-sm text-muted">
        {label}
      </label>
      <Input id={id} type="date" className="min-w-0" value={value} onChange={(event) => onChange(event.target.value)} />
    </span>
  )
}
