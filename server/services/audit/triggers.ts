// Whether the database still refuses to change the audit trail: whoever wants to has to take that away first.
import type { Catalog } from '../../db/index.ts'

const expected = {
  sqlite: ['AuditEvent_append', 'AuditEvent_no_delete', 'AuditEvent_no_update'],
  postgresql: ['AuditEvent_append', 'AuditEvent_no_change', 'AuditEvent_no_truncate'],
} as const

const query = {
  sqlite: `SELECT "name" FROM sqlite_master WHERE "type" = 'trigger' AND "tbl_name" = 'AuditEvent'`,
  postgresql: `SELECT "tgname"::text AS "name" FROM pg_trigger WHERE "tgrelid" = '"AuditEvent"'::regclass AND "tgenabled" IN ('O', 'A')`,
} as const

/** Names of the triggers that are gone or switched off. */
export async function missingTriggers({ db, provider }: Catalog): Promise<string[]> {
  const rows = await db.$queryRawUnsafe<{ name: string }[]>(query[provider])
  const present = new Set(rows.map(({ name }) => name))
  return expected[provider].filter((name) => !present.has(name))
}
