// What the pages of users ask for: the same on the server, which fetches ahead, and in the browser.
import type { Inputs } from '../../data/provider.tsx'

export const userFilters = { search: '', role: '', status: '', dialog: '' }

type Filters = Readonly<Record<'search' | 'role' | 'status', string>>

/** What the address says, as the input of `users.list`. */
export const usersInput = ({ search, role, status }: Filters): Omit<Inputs['users']['list'], 'cursor'> => ({
  limit: 50,
  ...(search.trim() === '' ? {} : { search: search.trim().slice(0, 200) }),
  ...(role === 'administrator' || role === 'operator' || role === 'auditor' || role === 'requester' ? { role } : {}),
  ...(status === 'active' || status === 'disabled' ? { status } : {}),
})

/** The first sessions of a user. */
export const sessionsOf = (userId: string) => ({ userId, limit: 50 })
