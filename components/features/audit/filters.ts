// What the audit page asks for, as its address says it. Pure: the server's first answer and the page ask for the same.
import { actionNouns, apiAreas, auditActions, otherRefusals } from '#server/contract/audit-actions.ts'
import type { Inputs } from '../../data/provider.tsx'

/** Every filter with the value that leaves it out of the address. `event` is the one that is looked at. */
export const auditDefaults = {
  actor: '',
  action: '',
  kind: '',
  target: '',
  result: '',
  from: '',
  until: '',
  event: '',
} as const
export type AuditValues = { readonly [K in keyof typeof auditDefaults]: string }

/** The query string of a request as values. */
export const valuesOf = (search: Readonly<Record<string, string | string[] | undefined>>): AuditValues => {
  const entries = Object.keys(auditDefaults).map((key) => [key, search[key]])
  const given = entries.filter(([, value]) => typeof value === 'string')
  return { ...auditDefaults, ...(Object.fromEntries(given) as Partial<AuditValues>) }
}

const results = ['success', 'denied', 'failure'] as const

const isTime = (text: string): boolean => /^\d{4}-\d\d-\d\dT/.test(text) && Number.isFinite(Date.parse(text))

/** The filters of `audit.list` and `audit.export`. What makes no sense in an address is left out. */
export function filterOf(values: AuditValues): Omit<Inputs['audit']['list'], 'limit' | 'cursor'> {
  const result = results.find((each) => each === values.result)
  return {
    ...(values.actor !== '' && { actorId: values.actor.slice(0, 200) }),
    ...(values.action !== '' && { action: values.action.slice(0, 200) }),
    ...(values.kind !== '' && { targetKind: values.kind.slice(0, 50) }),
    ...(values.target !== '' && { targetId: values.target.slice(0, 200) }),
    ...(result !== undefined && { result }),
    ...(isTime(values.from) && { from: values.from }),
    ...(isTime(values.until) && { until: values.until }),
  }
}

export const PAGE = 100

/** The newest check of the chain, which is an event itself. */
export const lastCheckInput = { action: 'audit.verify', limit: 1 } as const

export const isFiltered = (values: AuditValues): boolean => Object.keys(filterOf(values)).length > 0

/** The number of the event in the address; undefined when there is none. */
export const eventOf = (values: Pick<AuditValues, 'event'>): number | undefined =>
  /^[1-9]\d{0,14}$/.test(values.event) ? Number(values.event) : undefined

type ActionChoice = readonly [value: string, label: string]

const byNoun = [...Map.groupBy(Object.entries(auditActions), ([code]) => code.slice(0, code.indexOf('.')))]

/** Actions to choose from: words and code, by their noun, all of a noun first. Any other code or beginning can stand in the address. */
export const actionChoices: readonly (readonly [label: string, choices: readonly ActionChoice[]])[] = byNoun.map(
  ([noun, actions]) => [
    actionNouns[noun] ?? noun,
    [[`${noun}.`, `All (${noun}.)`], ...actions.map(([code, words]): ActionChoice => [code, `${words} (${code})`])],
  ],
)

/**
 * What was refused: calls by the part of the API, then all else. What is refused and what is done may begin alike: then the choice above
 * finds both.
 */
export const refusedChoices: readonly ActionChoice[] = [
  ...Object.entries(apiAreas)
    .filter(([area]) => !byNoun.some(([noun]) => noun === area))
    .map(([area, words]): ActionChoice => [`${area}.`, `${words} (${area}.)`]),
  ...[...otherRefusals].map(([code, words]): ActionChoice => [code, `${words} (${code})`]),
]
