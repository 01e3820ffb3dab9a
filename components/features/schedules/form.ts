// The form of a schedule: what is filled in, the settings that it makes, and what is wrong with it. Pure, the same in the wizard and the editor.
import type { Inputs } from '../../data/provider.tsx'
import { mistakeInCron } from '../../patterns/cron.ts'
import { mistakeInName } from '../../patterns/name-words.ts'

export type ScheduleSettings = Inputs['schedules']['create']['settings']

export type ScheduleForm = {
  name: string
  includePaths: string[]
  /** One pattern a line. */
  excludes: string
  type: ScheduleSettings['type']
  /** '' is the storage that the configuration picks. */
  repository: string
  policy: string
  /** '' says nothing. */
  retentionDays: string
  cron: string
  /** '' is the zone of the configuration. */
  timezone: string
  catchUp: NonNullable<ScheduleSettings['catch_up']>
  catchUpMinutes: string
  enabled: boolean
  description: string
}

export const emptyForm: ScheduleForm = {
  name: '',
  includePaths: [],
  excludes: '',
  type: 'incremental',
  repository: '',
  policy: '',
  retentionDays: '',
  cron: '30 2 * * *',
  timezone: '',
  catchUp: 'once',
  catchUpMinutes: '60',
  enabled: true,
  description: '',
}

export const patternsOf = (excludes: string): string[] => excludes.split('\n').filter((line) => line.trim() !== '')

/** @param before the settings that are edited: what they say in full is not left out because it is the default */
export function settingsOf(form: ScheduleForm, before?: ScheduleSettings): ScheduleSettings {
  const patterns = patternsOf(form.excludes)
  const said = <K extends keyof ScheduleSettings>(key: K): boolean => before?.[key] !== undefined
  return {
    type: form.type,
    cron_expression: form.cron.trim(),
    include_paths: form.includePaths,
    ...((patterns.length > 0 || said('exclude_patterns')) && { exclude_patterns: patterns }),
    ...(form.retentionDays.trim() !== '' && { retention_days: Number(form.retentionDays) }),
    ...(form.policy !== '' && { policy: form.policy }),
    ...(form.repository !== '' && { repository: form.repository }),
    ...(form.timezone !== '' && { time_zone: form.timezone }),
    ...((form.catchUp !== 'once' || said('catch_up')) && { catch_up: form.catchUp }),
    ...(form.catchUp === 'within_window' && { catch_up_window_minutes: Number(form.catchUpMinutes) }),
    ...((!form.enabled || said('enabled')) && { enabled: form.enabled }),
    ...(form.description.trim() !== '' && { description: form.description.trim() }),
  }
}

export const formOf = (name: string, settings: ScheduleSettings): ScheduleForm => ({
  name,
  includePaths: [...settings.include_paths],
  excludes: (settings.exclude_patterns ?? []).join('\n'),
  type: settings.type,
  repository: settings.repository ?? '',
  policy: settings.policy ?? '',
  retentionDays: settings.retention_days === undefined ? '' : String(settings.retention_days),
  cron: settings.cron_expression,
  timezone: settings.time_zone ?? '',
  catchUp: settings.catch_up ?? emptyForm.catchUp,
  catchUpMinutes: String(settings.catch_up_window_minutes ?? emptyForm.catchUpMinutes),
  enabled: settings.enabled ?? true,
  description: settings.description ?? '',
})

export type Mistakes = Partial<Record<keyof ScheduleForm, string>>

const WINDOW_MAX = 43_200
const DAYS_MAX = 36_500

const whole = (text: string, most: number): boolean =>
  /^\d{1,6}$/.test(text) && Number(text) >= 1 && Number(text) <= most

export function mistakesInWhat(form: ScheduleForm): Mistakes {
  const name = mistakeInName(form.name)
  return {
    ...(name !== undefined && { name }),
    ...(form.includePaths.length === 0 && { includePaths: 'Choose at least one folder' }),
  }
}

export const mistakesInHow = ({ retentionDays }: ScheduleForm): Mistakes =>
  retentionDays === '' || whole(retentionDays, DAYS_MAX)
    ? {}
    : { retentionDays: `A whole number of days, 1 to ${DAYS_MAX}` }

export function mistakesInWhen({ cron, timezone, catchUp, catchUpMinutes }: ScheduleForm): Mistakes {
  const wrong = mistakeInCron(cron)
  return {
    ...(wrong !== undefined && { cron: wrong }),
    ...(!isZone(timezone) && { timezone: 'There is no such time zone' }),
    ...(catchUp === 'within_window' &&
      !whole(catchUpMinutes, WINDOW_MAX) && { catchUpMinutes: `A whole number of minutes, 1 to ${WINDOW_MAX}` }),
  }
}

function isZone(zone: string): boolean {
  if (zone === '') return true
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

export const isRight = (mistakes: Mistakes): boolean => Object.keys(mistakes).length === 0
