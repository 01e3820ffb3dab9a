// What is measured: the names of metrics, with unit and meaning. docs/api.md lists them.
export const metricTable = {
  'repository.stored_bytes': {
    unit: 'bytes',
    label: 'repository',
    meaning: 'size of all packs, when the repository was looked at',
  },
  'repository.packs': { unit: 'count', label: 'repository', meaning: 'packs in the storage' },
  'repository.snapshots': { unit: 'count', label: 'repository', meaning: 'snapshots that can be restored' },
  'repository.logical_bytes': {
    unit: 'bytes',
    label: 'repository',
    meaning: 'what all snapshots together would take if each were stored in full',
  },
  'run.duration_seconds': {
    unit: 'seconds',
    label: 'schedule',
    meaning: 'from start to end of a backup that succeeded, with or without warnings',
  },
  'run.bytes_read': { unit: 'bytes', label: 'schedule', meaning: 'what a backup read' },
  'run.bytes_stored': { unit: 'bytes', label: 'schedule', meaning: 'what a backup added to the repository' },
} as const satisfies Record<string, MetricMeaning>

export const metricUnits = ['bytes', 'count', 'seconds'] as const
export const metricLabels = ['repository', 'schedule'] as const

type MetricMeaning = {
  readonly unit: (typeof metricUnits)[number]
  /** Whose name is the label. */
  readonly label: (typeof metricLabels)[number]
  readonly meaning: string
}

export type MetricName = keyof typeof metricTable

export type MetricKind = MetricMeaning & { readonly name: MetricName }

/** All of them, as a list. */
export const metricKinds: readonly MetricKind[] = (Object.keys(metricTable) as MetricName[]).map((name) => ({
  name,
  ...metricTable[name],
}))
