// What each role may do.
import type { Metadata } from 'next'
import { RoleTable } from '#components/features/users/role-table.tsx'

export const metadata: Metadata = { title: 'Roles' }

export default function RolesPage() {
  return <RoleTable />
}
