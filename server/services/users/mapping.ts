// Rows of users as they are shown, and as the audit trail keeps them.

import { normalizeEmail } from '../../auth/sign-in.ts'
import { HoldfastError } from '../../contract/errors.ts'
import { firstUnseen, foldedName, maxNameLength } from '../../contract/person-names.ts'
import type { Catalog } from '../../db/index.ts'
import { isoTime } from '../../lib/clock.ts'
import type { UserItem } from './types.ts'

export type UserRow = NonNullable<Awaited<ReturnType<Catalog['db']['user']['findUnique']>>>

/** @param now in ms: a lock that is over is not shown */
export function userItem(row: UserRow, now: number): UserItem {
  const { id, email, name, role, status } = row
  const method = row.oidcSubject !== null ? 'oidc' : row.passwordHash !== null ? 'password' : 'none'
  const locked = row.lockedUntil !== null && row.lockedUntil.getTime() > now
  return {
    id,
    email,
    name,
    role,
    status,
    method,
    secondFactor: row.totpConfirmed !== null,
    lockedUntil: locked && row.lockedUntil ? isoTime(row.lockedUntil.getTime()) : null,
    createdAt: isoTime(row.createdAt.getTime()),
    lastSignInAt: row.lastSignInAt && isoTime(row.lastSignInAt.getTime()),
  }
}

/** What an audit event tells of a user. */
export const auditedUser = ({ email, name, role, status }: UserRow) => ({ email, name, role, status })

export const userTarget = ({ id, email }: Pick<UserRow, 'id' | 'email'>) => ({ kind: 'user', id, name: email })

/** @throws `usage` */
export function checkedEmail(email: string): string {
  const normal = normalizeEmail(email)
  if (normal.length > 254 || !/^[^\s@"<>]+@[^\s@"<>]+$/.test(normal)) {
    throw new HoldfastError(
      'usage',
      'The e-mail address has to look like name@example.com, with at most 254 characters',
    )
  }
  refuseUnseen('e-mail address', normal)
  return normal
}

/** The name of a person or key, as others see it. @throws `usage` */
export function checkedName(name: string): string {
  const normal = foldedName(name)
  if (normal === '' || normal.length > maxNameLength) {
    throw new HoldfastError('usage', `The name has to have 1 to ${maxNameLength} characters`)
  }
  refuseUnseen('name', normal)
  return normal
}

function refuseUnseen(what: string, text: string): void {
  const found = firstUnseen(text)?.codePointAt(0)
  if (found === undefined) return
  const code = `U+${found.toString(16).toUpperCase().padStart(4, '0')}`
  throw new HoldfastError('usage', `The ${what} holds the character ${code}, which cannot be seen: leave it out`)
}
