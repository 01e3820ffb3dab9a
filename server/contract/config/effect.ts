// Every key of the document: what it means, its unit and default, where it acts, and whether it does so already.

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
  readonly effective: 'now' | 'later'
  /** False: an addition of Holdfast's. */
  readonly inGuide: boolean
}

export const effects: readonly KeyEffect[] = []
