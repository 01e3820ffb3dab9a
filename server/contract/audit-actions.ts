// What the audit trail calls what was done, and the same in words. The code is what is stored, hashed, filtered by and exported; the words are for people.

/** Every action that an event can have, by its noun. An event that can also fail or be denied is named by what was tried: the result says how it ended. */
export const auditActions = {
  'api_key.create': 'API key made',
  'api_key.revoke': 'API key revoked',
  'audit.export': 'Export of the audit trail',
  'audit.verify': 'Check of the audit trail',
  'catalog.rebuild': 'Catalog rebuilt from the repositories',
  'health.run': 'Health checks run',
  'notification.read': 'Notifications marked as read',
  'profile.password': 'Change of the own password',
  'profile.recovery_codes': 'New recovery codes made',
  'profile.second_factor': 'Proof for a change of the own second factor',
  'profile.second_factor_confirm': 'Own second factor turned on',
  'profile.second_factor_disable': 'Own second factor taken off',
  'profile.second_factor_start': 'Own second factor begun',
  'profile.update': 'Own name changed',
  'recovery_kit.confirm': 'Confirmation that the recovery kit is kept',
  'recovery_kit.take': 'Recovery kit taken',
  'repository.archive': 'Repository archived',
  'repository.create': 'Repository added',
  'repository.make': 'Repository made in its storage',
  'repository.open': 'Repository opened for the first time',
  'repository.test': 'Connection to a repository tested',
  'repository.update': 'Repository changed',
  'restore.plan': 'Dry run of a restore started',
  'restore.start': 'Restore started',
  'run.cancel': 'Run cancelled',
  'run.retry': 'Run retried',
  'run.start': 'Run started',
  'schedule.create': 'Schedule added',
  'schedule.folders': 'Folders of the server listed',
  'schedule.matches': 'Preview of what a backup would take',
  'schedule.pause': 'Schedule paused',
  'schedule.remove': 'Schedule removed',
  'schedule.resume': 'Schedule resumed',
  'schedule.run': 'Schedule run by hand',
  'schedule.update': 'Schedule changed',
  'server.start': 'Server started',
  'session.lock_out': 'Sign-in locked after too many attempts',
  'session.revoke': 'Session ended',
  'session.revoke_all': 'All sessions of a user ended',
  'session.sign_in': 'Sign-in',
  'session.sign_out': 'Sign-out',
  'settings.import': 'Settings imported',
  'settings.initial': 'Settings of the first start stored',
  'settings.rollback': 'Settings rolled back',
  'settings.update': 'Settings changed',
  'setup.link_create': 'Link for the first administrator made',
  'setup.redeem': 'Set-up of the first administrator',
  'snapshot.browse': 'Files of a snapshot listed',
  'snapshot.diff': 'Snapshots compared',
  'snapshot.download': 'Files downloaded',
  'snapshot.find': 'Names searched in snapshots',
  'snapshot.preview': 'File previewed',
  'snapshot.vanished': 'Snapshot found missing',
  'snapshot.versions': 'Versions of a file listed',
  'user.create': 'User added',
  'user.disable': 'User disabled',
  'user.password_link_create': 'Link for a new password made',
  'user.password_set': 'Password set by a link',
  'user.second_factor_reset': 'Second factor of a user taken off',
  'user.update': 'User changed',
} as const satisfies Readonly<Record<string, string>>

export type AuditAction = keyof typeof auditActions

/** What a refusal can be about besides procedures: it has no event of its own. */
export const otherRefusals: ReadonlyMap<string, string> = new Map([
  ['page', 'Page of the console'],
  ['request', 'Request to the API'],
])

/** Whether the text of a filter means this action alone; any other text is the beginning of actions. */
export const isWholeAction = (text: string): boolean => Object.hasOwn(auditActions, text) || otherRefusals.has(text)

/** Routers of the API: a refusal is recorded under the path of the procedure ("schedules.runNow"). */
export const apiAreas: Readonly<Record<string, string>> = {
  apiKeys: 'API keys',
  audit: 'Audit trail',
  events: 'Live events',
  health: 'Health',
  metrics: 'Measured values',
  notifications: 'Notifications',
  overview: 'Overview',
  policies: 'Retention policies',
  profile: 'Own profile',
  recoveryKit: 'Recovery kit',
  repositories: 'Repositories',
  restores: 'Restores',
  runs: 'Runs',
  schedules: 'Schedules',
  sessions: 'Sessions',
  settings: 'Settings',
  setup: 'First steps',
  snapshots: 'Snapshots',
  users: 'Users',
}

/** What was done, in words; of an action that this version does not know, its code. */
export function actionWords(code: string): string {
  if (Object.hasOwn(auditActions, code)) return auditActions[code as AuditAction]
  return otherRefusals.get(code) ?? procedureWords(code) ?? code
}

/** "schedules.runNow" is "Schedules: run now". */
function procedureWords(path: string): string | undefined {
  const [, area = '', verb] = /^(\w+)\.([A-Za-z]+)$/.exec(path) ?? []
  if (verb === undefined || !Object.hasOwn(apiAreas, area)) return undefined
  return `${apiAreas[area]}: ${verb.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}`
}

/** What an event can be about, one and many. */
export const targetKinds = {
  api_key: ['API key', 'API keys'],
  policy: ['Policy', 'Policies'],
  recovery_kit: ['Recovery kit', 'Recovery kit'],
  repository: ['Repository', 'Repositories'],
  restore: ['Restore', 'Restores'],
  run: ['Run', 'Runs'],
  schedule: ['Schedule', 'Schedules'],
  session: ['Session', 'Sessions'],
  settings: ['Settings version', 'Settings'],
  snapshot: ['Snapshot', 'Snapshots'],
  user: ['User', 'Users'],
} as const satisfies Readonly<Record<string, readonly [one: string, many: string]>>

type TargetKind = keyof typeof targetKinds
type NounOf<Code> = Code extends `${infer Noun}.${string}` ? Noun : never

/** Nouns of actions that no event has as its target. */
const otherNouns: Readonly<Record<Exclude<NounOf<AuditAction>, TargetKind>, string>> = {
  audit: 'Audit trail',
  catalog: 'Catalog',
  health: 'Health',
  notification: 'Notifications',
  profile: 'Own profile',
  server: 'Server',
  setup: 'Set-up',
}

/** "api_key" of "api_key.create" is "API keys". */
export const actionNouns: Readonly<Record<string, string>> = {
  ...otherNouns,
  ...Object.fromEntries(Object.entries(targetKinds).map(([kind, [, many]]) => [kind, many])),
}

/** What an event is about, as one; a kind that this version does not know is its own word. */
export const targetKindWord = (kind: string): string =>
  Object.hasOwn(targetKinds, kind) ? targetKinds[kind as TargetKind][0] : kind
