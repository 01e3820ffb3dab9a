'use client'
// What each role may do: the table that the server decides by.
import { Check, Minus } from 'lucide-react'
import { type Permission, permissionTable, roleHas, roles } from '#server/contract/permissions.ts'
import { PageHeader } from '../../patterns/page.tsx'
import { permissionGroups, roleWords } from '../../patterns/role-words.ts'
import { Card } from '../../ui/surfaces.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { userTabs } from './users.tsx'

export function RoleTable() {
  return (
    <>
      <PageHeader
        title="What each role may do"
        lead="The server decides by this table, for pages and for programs. Everybody has exactly one role."
      />
      <Tabs label="Users and roles" items={userTabs} current="/users/roles" />
      <ul className="my-4 grid gap-3 sm:grid-cols-2 xl:grid-cols-4">
        {roles.map((role) => (
          <li key={role} className="rounded-lg border bg-surface px-4 py-3">
            <p className="font-semibold">{roleWords[role].label}</p>
            <p className="text-muted">{roleWords[role].hint}</p>
          </li>
        ))}
      </ul>
      <Card flush>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways on phones, which a keyboard must be able to do */}
        <section aria-label="Permissions by role" className="overflow-x-auto" tabIndex={0}>
          <table className="w-full min-w-[34rem] border-collapse text-left">
            <thead>
              <tr className="border-b text-sm text-muted">
                <th scope="col" className="px-4 py-2 font-medium">
                  May
                </th>
                {roles.map((role) => (
                  <th key={role} scope="col" className="w-28 px-2 py-2 text-center font-medium">
                    {roleWords[role].label}
                  </th>
                ))}
              </tr>
            </thead>
            {permissionGroups.map((group) => (
              <tbody key={group.label}>
                <tr className="border-b bg-bg">
                  <th scope="rowgroup" colSpan={roles.length + 1} className="px-4 py-1.5 text-sm font-semibold">
                    {group.label}
                  </th>
                </tr>
                {group.permissions.map((permission) => (
                  <PermissionRow key={permission} permission={permission} />
                ))}
              </tbody>
            ))}
          </table>
        </section>
      </Card>
    </>
  )
}

const PermissionRow = ({ permission }: { permission: Permission }) => (
  <tr className="border-b last:border-b-0">
    <th scope="row" className="px-4 py-2 font-normal">
      {permissionTable[permission].meaning}
      <span className="block font-mono text-xs text-muted">{permission}</span>
    </th>
    {roles.map((role) => (
      <td key={role} className="px-2 py-2 text-center">
        {roleHas(role, permission) ? (
          <Check aria-label="Yes" role="img" className="mx-auto size-4 text-ok" />
        ) : (
          <Minus aria-label="No" role="img" className="mx-auto size-4 text-muted" />
        )}
      </td>
    ))}
  </tr>
)
