// Who may do what: one table, role x permission. Procedures name a permission, services and pages ask for one, docs are made from it.

export const roles = ['administrator', 'operator', 'auditor', 'requester'] as const
export type Role = (typeof roles)[number]

type Row = { readonly roles: readonly Role[]; readonly meaning: string }

const all: readonly Role[] = roles
const admin: readonly Role[] = ['administrator']
const operating: readonly Role[] = ['administrator', 'operator']
const looking: readonly Role[] = ['administrator', 'operator', 'auditor']

export const permissionTable = {
  'overview.read': { roles: looking, meaning: 'see the verdict, health and figures' },
  'schedules.read': { roles: looking, meaning: 'see schedules and when they run next' },
  'schedules.write': { roles: admin, meaning: 'create, change, pause and remove schedules' },
  'policies.read': { roles: looking, meaning: 'see retention policies' },
  'policies.write': { roles: admin, meaning: 'change retention policies' },
  'runs.read': { roles: looking, meaning: 'see runs, their progress and their log' },
  'runs.start': { roles: operating, meaning: 'start, retry and cancel backups and verifications' },
  'repositories.read': { roles: looking, meaning: 'see repositories, their size and state' },
  'repositories.write': { roles: admin, meaning: 'add, change and remove repositories' },
  'keys.read': { roles: looking, meaning: 'see which key slots there are' },
  'keys.write': { roles: admin, meaning: 'add, change and remove key slots, take the recovery kit' },
  'snapshots.read': { roles: looking, meaning: 'see snapshots and their figures' },
  'snapshots.browse': { roles: operating, meaning: 'see the names of files in snapshots' },
  'snapshots.download': { roles: operating, meaning: 'read the content of files in snapshots' },
  'restores.read': { roles: looking, meaning: 'see all restores' },
  'restores.start': { roles: operating, meaning: 'restore to a place of the server' },
  'requests.create': { roles: all, meaning: 'ask for files and see the own requests' },
  'requests.decide': { roles: operating, meaning: 'approve or refuse requests of others' },
  'holds.read': { roles: looking, meaning: 'see legal holds' },
  'holds.write': { roles: admin, meaning: 'place and release legal holds' },
  'audit.read': { roles: ['administrator', 'auditor'], meaning: 'see and check the audit trail' },
  'audit.export': { roles: ['administrator', 'auditor'], meaning: 'export the audit trail' },
  'settings.read': { roles: ['administrator', 'auditor'], meaning: 'see the configuration and its versions' },
  'settings.write': { roles: admin, meaning: 'change, import and roll back the configuration' },
  'users.read': { roles: ['administrator', 'auditor'], meaning: 'see users, roles and sessions' },
  'users.write': { roles: admin, meaning: 'create, change and disable users, revoke their sessions' },
  'api_keys.read': { roles: ['administrator', 'auditor'], meaning: 'see the API keys of everybody' },
  'api_keys.write': { roles: admin, meaning: 'create and revoke API keys' },
  'notifications.read': { roles: all, meaning: 'see the own notifications' },
  'profile.write': { roles: all, meaning: 'change the own name, password, second factor and sessions' },
  'metrics.read': { roles: looking, meaning: 'see measured values over time' },
} as const satisfies Record<string, Row>

export type Permission = keyof typeof permissionTable
export const permissions = Object.keys(permissionTable) as Permission[]

/** Whether the role has the permission by the table. */
export const roleHas = (role: Role, permission: Permission): boolean =>
  (permissionTable[permission].roles as readonly Role[]).includes(role)

/** All that the role may do. */
export const permissionsOf = (role: Role): Permission[] => permissions.filter((permission) => roleHas(role, permission))

/** What only a person can have who signed in, so that no key carries it. */
export const personal: readonly Permission[] = ['profile.write', 'notifications.read']
