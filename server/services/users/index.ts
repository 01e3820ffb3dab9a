// Users: who may sign in, with which role, and the one-time links that let them.
import { userCommands } from './commands.ts'
import { linkCommands } from './links.ts'
import { userQueries } from './queries.ts'
import type { UsersDeps } from './types.ts'

export type { Page, PageRequest } from './paging.ts'
export type { NewUser, OneTimeLink, UserChange, UserDetails, UserFilter, UserItem, UsersDeps } from './types.ts'

export type UsersService = ReturnType<typeof createUsersService>

export const createUsersService = (deps: UsersDeps) => ({
  ...userQueries(deps),
  ...userCommands(deps),
  ...linkCommands(deps),
})
