// Owners and modes of directories, and the standards that are to be proved.
import { absolutePath, account, flag, group, list, mode, oneOf, period } from '../fields.ts'

const directory = group({
  path: absolutePath(),
  owner: account().optional(),
  group: account().optional(),
  permissions: mode().optional(),
})

export const fileSecurity = group({
  backup_directory: directory.optional(),
  log_directory: directory.optional(),
  config_directory: directory.optional(),
})

/** What a standard asks for, as the guide names it. */
export const requirementNames = [
  'data_backup',
  'disaster_recovery',
  'access_monitoring',
  'access_controls',
  'audit_logging',
  'data_portability',
  'right_to_erasure',
  'data_minimization',
] as const

const standard = group({ enabled: flag().optional(), requirements: list(oneOf(requirementNames)).optional() })

export const compliance = group({
  standards: group({
    soc2: standard.optional(),
    gdpr: standard.optional(),
    hipaa: standard.optional(),
  }).optional(),
  retention_policies: group({
    audit_logs: period().optional(),
    backup_metadata: period().optional(),
    recovery_records: period().optional(),
  }).optional(),
})
