// What the list of API keys is asked for, on the server and in the browser; and what a new key may be given.
import { type Permission, permissions, personal } from '#server/contract/permissions.ts'
import { permissionGroups } from '../../patterns/role-words.ts'

export const keyFilters = { user: '', dialog: '' }

export const keysInput = ({ user }: { readonly user: string }) => ({
  limit: 50,
  ...(user === '' ? {} : { userId: user.slice(0, 100) }),
})

/** Groups of what a key of this person can have: nothing personal, and nothing that they lack. */
export const grantable = (held: readonly Permission[]) =>
  permissionGroups
    .map(({ label, permissions: all }) => ({
      label,
      permissions: all.filter((each) => held.includes(each) && !personal.includes(each)),
    }))
    .filter(({ permissions: some }) => some.length > 0)

/** Usual sets of permissions, to begin with. */
export const keyPresets: readonly {
  readonly label: string
  readonly has: (permission: Permission) => boolean
}[] = [
  { label: 'Monitoring', has: (each) => /^(overview|runs|schedules|repositories|metrics|snapshots)\.read$/.test(each) },
  { label: 'Start backups', has: (each) => /^(runs\.(read|start)|schedules\.read|repositories\.read)$/.test(each) },
  { label: 'Read everything but files', has: (each) => each.endsWith('.read') },
  { label: 'Nothing', has: () => false },
]

/** In the order of the table. */
export const inOrder = (chosen: ReadonlySet<Permission>): Permission[] => permissions.filter((each) => chosen.has(each))
