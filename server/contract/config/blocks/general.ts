// Who this configuration belongs to, and what holds where nothing more specific is said.
import { days, flag, group, moment, timeZone, words } from '../fields.ts'

export const metadata = group({
  version: words(50).optional(),
  last_updated: moment().optional(),
  organization: words().optional(),
})

export const globalSettings = group({
  company_name: words().optional(),
  default_timezone: timeZone().optional(),
  backup_retention_days: days().optional(),
  encryption_enabled: flag().optional(),
})
