'use client'
// Which snapshots are listed: by repository, schedule, host, tag and days. All of it stands in the address.
import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '../../data/provider.tsx'
import { useMay } from '../../data/viewer.tsx'
import { SearchField } from '../../patterns/search-field.tsx'
import { useUrlState } from '../../patterns/url-state.ts'
import { Button } from '../../ui/button.tsx'
import { Input, Select } from '../../ui/controls.tsx'
import { type FilterValues, noFilters } from './filter-input.ts'

export { type FilterValues, listInput } from './filter-input.ts'

/** @returns the filters of the address, and how some are changed; undefined takes all away */
export function useSnapshotFilters() {
  const [values, set] = useUrlState(noFilters)
  const change = (changes: Partial<FilterValues> | undefined): void => set(changes ?? noFilters)
  return [values as FilterValues, change] as const
}

export function SnapshotFilters({
  values,
  onChange,
}: {
  values: FilterValues
  onChange(changes: Partial<FilterValues> | undefined): void
}) {
  const trpc = useTRPC()
  const may = useMay()
  const repositories = useQuery(
    trpc.repositories.list.queryOptions({ limit: 200 }, { enabled: may('repositories.read') }),
  )
  const schedules = useQuery(trpc.schedules.list.queryOptions({ limit: 200 }, { enabled: may('schedules.read') }))
  const filtered = Object.values(values).some((value) => value !== '')
  return (
    <fieldset className="flex flex-wrap items-center gap-2 border-b px-4 py-3">
      <legend className="sr-only">Filters</legend>
      {(repositories.data?.items.length ?? 0) > 1 && (
        <Choice
          label="Repository"
          all="All repositories"
          value={values.repository}
          options={repositories.data?.items.map(({ id, name }) => [id, name]) ?? []}
          onChange={(repository) => onChange({ repository })}
        />
      )}
      <Choice
        label="Schedule"
        all="All schedules"
        value={values.schedule}
        options={withChosen(schedules.data?.items.map(({ name }) => name) ?? [], values.schedule)}
        onChange={(schedule) => onChange({ schedule })}
      />
      <span className="w-full sm:w-36 [&>div]:w-full!">
        <SearchField label="Host" value={values.host} onChange={(host) => onChange({ host })} />
      </span>
      <span className="w-full sm:w-36 [&>div]:w-full!">
        <SearchField label="Tag" value={values.tag} onChange={(tag) => onChange({ tag })} />
      </span>
      <span className="flex items-center gap-2">
        <Day label="From day" value={values.from} onChange={(from) => onChange({ from })} />
        <span aria-hidden className="text-muted">
          to
        </span>
        <Day label="Until day" value={values.until} onChange={(until) => onChange({ until })} />
      </span>
      {filtered && (
        <Button look="quiet" onClick={() => onChange(undefined)}>
          Clear
        </Button>
      )}
    </fieldset>
  )
}

/** What the address asks for is shown, even if there is no such schedule any more. */
const withChosen = (names: readonly string[], chosen: string): [string, string][] =>
  [...new Set(chosen === '' ? names : [...names, chosen])].map((name) => [name, name])

function Choice({
  label,
  all,
  value,
  options,
  onChange,
}: {
  label: string
  all: string
  value: string
  options: readonly (readonly [value: string, label: string])[]
  onChange(value: string): void
}) {
  return (
    <Select aria-label={label} className="sm:w-44!" value={value} onChange={(event) => onChange(event.target.value)}>
      <option value="">{all}</option>
      {options.map(([key, text]) => (
        <option key={key} value={key}>
          {text}
        </option>
      ))}
    </Select>
  )
}

const Day = ({ label, value, onChange }: { label: string; value: string; onChange(value: string): void }) => (
  <Input
    type="date"
    aria-label={`${label} (UTC)`}
    title={`${label} (UTC)`}
    className="w-36!"
    value={value}
    onChange={(event) => onChange(event.target.value)}
  />
)
