// Every key of the document: what it means, its unit and default, where it acts, and whether it does so already. docs/configuration.md is made
// from it, the API hands it out, and a test compares it with the schema.
import type { KeyEffect } from './keys/row.ts'
import { schedulingKeys } from './keys/scheduling.ts'
import { securityKeys } from './keys/security.ts'
import { storageKeys } from './keys/storage.ts'
import { watchingKeys } from './keys/watching.ts'
import { workKeys } from './keys/work.ts'

export type { KeyEffect }

/** In the order of the document. */
export const effects: readonly KeyEffect[] = [
  ...storageKeys,
  ...schedulingKeys,
  ...workKeys,
  ...watchingKeys,
  ...securityKeys,
]

const byKey = new Map(effects.map((effect) => [effect.key, effect]))

/** The row of a place such as "schedules.daily.type" or "alerts.alert_triggers[backup_failure].name"; undefined when no key is there. */
export function effectOf(path: string): KeyEffect | undefined {
  const general = path.replace(/\[[^\]]*\]/g, '[]').replace(/^(schedules|retention_policies)\.[^.[]+/, '$1.NAME')
  return byKey.get(general)
}
