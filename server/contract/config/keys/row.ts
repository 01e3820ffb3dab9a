// A row of the table of keys.

export type KeyEffect = {
  /** "storage.local.path", "schedules.NAME.type", "alerts.alert_triggers[].severity" */
  readonly key: string
  readonly meaning: string
  /** '' where there is none. */
  readonly unit: string
  /** '' where there is none: without the key nothing is done. */
  readonly default: string
  /** The part of Holdfast that looks at it. */
  readonly where: string
  /** `later`: accepted, checked, stored, and without any effect until what it steers is built. */
  readonly effective: 'now' | 'later'
  /** False: an addition of Holdfast's. */
  readonly inGuide: boolean
}

type More = { readonly unit?: string; readonly default?: string }

/** Rows of one part of Holdfast. `beyond`: of keys that are not in the guide. */
export function rowsOf(where: string, effective: KeyEffect['effective'], { beyond = false } = {}) {
  return (key: string, meaning: string, { unit = '', default: value = '' }: More = {}): KeyEffect => ({
    key,
    meaning,
    unit,
    default: value,
    where,
    effective,
    inGuide: !beyond,
  })
}
