// The filters of the list of snapshots, as they stand in its address and as the API takes them. Pure; the page asks the same ahead.

export const noFilters = { repository: '', schedule: '', host: '', tag: '', from: '', until: '' }
export type FilterValues = Readonly<Record<keyof typeof noFilters, string>>

const dayPattern = /^\d{4}-\d{2}-\d{2}$/

/** The start of a day (UTC, so that the server asks for the same), `plus` days later. */
function dayStart(day: string, plus = 0): string | undefined {
  const at = dayPattern.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN
  return Number.isNaN(at) ? undefined : new Date(at + plus * 86_400_000).toISOString()
}

/** The first size of a page of the list. */
const LIMIT = 100

/** What is left empty, or is no day, filters nothing. */
export function listInput({ repository, schedule, host, tag, from, until }: FilterValues) {
  const [first, last] = [dayStart(from), dayStart(until, 1)]
  return {
    limit: LIMIT,
    ...(repository === '' ? {} : { repositoryId: repository }),
    ...(schedule === '' ? {} : { scheduleName: schedule }),
    ...(host === '' ? {} : { host }),
    ...(tag === '' ? {} : { tag }),
    ...(first === undefined ? {} : { from: first }),
    ...(last === undefined ? {} : { until: last }),
  }
}

/** From the parameters of an address. */
export const filtersOf = (params: Readonly<Record<string, string | string[] | undefined>>): FilterValues =>
  Object.fromEntries(
    Object.keys(noFilters).map((key) => {
      const value = params[key]
      return [key, typeof value === 'string' ? value : '']
    }),
  ) as FilterValues
