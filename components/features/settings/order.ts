// In which order people see the sections. The document has the order of its guide, which begins with the title of the file; a person comes to see where backups
// go. So: what is backed up where and how, what is kept and proved, who is told, who may come in, and last what is hardly ever touched.
import type { FieldShape } from '#server/contract/config/describe.ts'
import type { ConfigSection } from '#server/contract/config/document.ts'

/** The first one is what the page opens on. */
export const sectionOrder: readonly ConfigSection[] = [
  'storage',
  'schedules',
  'encryption',
  'compression',
  'retention_policies',
  'cleanup_schedule',
  'recovery',
  'alerts',
  'notifications',
  'monitoring',
  'authentication',
  'console',
  'api',
  'network_security',
  'file_security',
  'compliance',
  'integrations',
  'performance',
  'advanced_scheduling',
  'global_settings',
  'metadata',
]

/** One that has no place yet comes last. */
const placeOf = ({ key }: FieldShape): number => {
  const at = (sectionOrder as readonly string[]).indexOf(key)
  return at === -1 ? sectionOrder.length : at
}

export const inOrder = (sections: readonly FieldShape[]): readonly FieldShape[] =>
  sections.toSorted((a, b) => placeOf(a) - placeOf(b))
