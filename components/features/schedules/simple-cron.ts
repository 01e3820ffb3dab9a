// The simple choices of when, and the cron expressions that they are. Pure.

export type Rhythm = 'hourly' | 'daily' | 'weekly' | 'monthly'
export type SimpleWhen = {
  readonly rhythm: Rhythm
  /** "02:30"; of `hourly` only the minutes count. */
  readonly time: string
  /** Sunday is 0. Of `weekly`. */
  readonly weekdays: readonly number[]
  /** 1 to 28, which every month has. Of `monthly`. */
  readonly day: number
}

export const DAYS_IN_EVERY_MONTH = 28
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 0]
export const simpleDefault: SimpleWhen = { rhythm: 'daily', time: '02:30', weekdays: [1], day: 1 }

const twoDigits = (text: string): string => text.padStart(2, '0')

/** @returns the expression; undefined while something is missing */
export function cronOf({ rhythm, time, weekdays, day }: SimpleWhen): string | undefined {
  const [, hour, minute] = /^(\d{2}):(\d{2})/.exec(time) ?? []
  if (hour === undefined || minute === undefined) return undefined
  const at = `${Number(minute)} ${Number(hour)}`
  if (rhythm === 'hourly') return `${Number(minute)} * * * *`
  if (rhythm === 'daily') return `${at} * * *`
  if (rhythm === 'monthly') return `${at} ${day} * *`
  const sorted = EVERY_DAY.filter((each) => weekdays.includes(each))
  return sorted.length === 0 ? undefined : `${at} * * ${sorted.join(',')}`
}

/** @returns the choice that an expression is; undefined for one that no simple choice makes */
export function simpleOf(cron: string): SimpleWhen | undefined {
  const match = /^(\d{1,2}) (\d{1,2}|\*) (\d{1,2}|\*) \* (\*|[0-6](?:,[0-6])*)$/.exec(cron.trim().replace(/\s+/g, ' '))
  const [, minute = '', hour = '', day = '', weekdays = ''] = match ?? []
  if (match === null) return undefined
  const time = `${twoDigits(hour === '*' ? '0' : hour)}:${twoDigits(minute)}`
  const every = day === '*' && weekdays === '*'
  if (hour === '*') return every ? { ...simpleDefault, rhythm: 'hourly', time } : undefined
  if (every) return { ...simpleDefault, rhythm: 'daily', time }
  if (day === '*') return { ...simpleDefault, rhythm: 'weekly', time, weekdays: weekdays.split(',').map(Number) }
  const number = Number(day)
  const monthly = weekdays === '*' && number >= 1 && number <= DAYS_IN_EVERY_MONTH
  return monthly ? { ...simpleDefault, rhythm: 'monthly', time, day: number } : undefined
}
