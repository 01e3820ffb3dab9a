// Roles and permissions in words for people; what a role may do is in server/contract/permissions.ts alone.
import { type Permission, permissions, type Role } from '#server/contract/permissions.ts'

export const roleWords: Readonly<Record<Role, { readonly label: string; readonly hint: string }>> = {
  administrator: { label: 'Administrator', hint: 'All: what is protected, who may sign in, keys and settings.' },
  operator: { label: 'Operator', hint: 'Runs backups, looks into snapshots, restores.' },
  auditor: { label: 'Auditor', hint: 'Sees states, settings and the audit trail. Changes nothing, reads no files.' },
  requester: {
    label: 'Requester',
    hint: 'Sees only their own requests. Asking for files in the console comes with a later version.',
  },
}

export const roleLabel = (role: string | null): string =>
  role !== null && Object.hasOwn(roleWords, role) ? roleWords[role as Role].label : (role ?? 'None')

const groupNames: Readonly<Record<string, string>> = {
  overview: 'Overview',
  metrics: 'Measured values',
  schedules: 'Schedules',
  policies: 'Retention policies',
  runs: 'Runs',
  repositories: 'Repositories',
  keys: 'Keys and recovery kit',
  snapshots: 'Snapshots',
  restores: 'Restores',
  requests: 'Restore requests',
  holds: 'Legal holds',
  audit: 'Audit trail',
  settings: 'Settings',
  users: 'Users',
  api_keys: 'API keys',
  notifications: 'Notifications',
  profile: 'Own profile',
}

export type PermissionGroup = { readonly label: string; readonly permissions: readonly Permission[] }

/** All permissions by what they are about, in the order of the table. */
export const permissionGroups: readonly PermissionGroup[] = [
  ...Map.groupBy(permissions, (permission) => permission.split('.')[0] ?? ''),
].map(([key, members]) => ({ label: groupNames[key] ?? key, permissions: members }))
