// Sign-in with a name, a password and, where it is set up, a second factor: the same work and the same answer whether or not somebody has that name.
import { HoldfastError } from '../contract/errors.ts'
import type { Catalog, Tx } from '../db/index.ts'
import { dateOf } from '../lib/clock.ts'
import { anonymousActor } from './actor.ts'
import { accountPolicy, addressKey, addressPolicy, backoff, createAttempts, type Reservation } from './attempts.ts'
import { hashPassword, needsRehash, verifyPassword } from './password.ts'
import { deriveKey, unseal } from './seal.ts'
import { spendRecoveryCode, totpStep } from './second-factor.ts'
import { openSession, type Person, personOf, userActor } from './sessions.ts'
import type { AccessDeps, Origin } from './types.ts'

export type Credentials = { readonly email: string; readonly password: string; readonly code: string }

/** Why nobody was let in. `wrong` covers every reason that would tell a stranger something. */
export type SignInRefusal = {
  readonly outcome: 'wrong' | 'code_required' | 'too_many'
  /** In ms, for too_many. */
  readonly retryAfter?: number
}
export type SignedIn = { readonly outcome: 'signed_in'; readonly person: Person; readonly sessionId: string }

export type PasswordSignIn = (credentials: Credentials, origin: Origin) => Promise<SignedIn | SignInRefusal>

type UserRow = NonNullable<Awaited<ReturnType<Catalog['db']['user']['findUnique']>>>
type Secrets = Pick<UserRow, 'totpSecret' | 'totpConfirmed' | 'totpLastStep' | 'recoveryCodes'>

/** How a second factor was shown: what has to be written so that it can't be shown again. */
export type Proof =
  | { readonly kind: 'totp'; readonly step: number }
  | { readonly kind: 'recovery'; readonly left: string[] }

const longest = { email: 254, password: 1024, code: 64 }

/** The key that second factors are sealed with. */
export const secondFactorKey = (secret: Uint8Array): Buffer => deriveKey(secret, 'second factor')

/** What a sealed second factor is bound to. */
export const secondFactorContext = (userId: string): string => `second factor of ${userId}`

export const normalizeEmail = (email: string): string => email.trim().normalize('NFKC').toLowerCase()

/** What was typed as a name, for the audit trail: an address as it is, anything else not at all, for it may be a password. */
const shownName = (email: string): string =>
  /^[^\s@]+@[^\s@]+\.[a-z]{2,}$/.test(email) ? email : '(no e-mail address)'

/** The proof that a code of a person gives; null when it is wrong or spent. */
export function proofOf(user: Secrets & { id: string }, code: string, key: Uint8Array, now: number): Proof | null {
  if (user.totpSecret === null) return null
  const secret = unseal(key, user.totpSecret, secondFactorContext(user.id))
  const step = totpStep(secret, code, user.totpLastStep, now)
  if (step !== null) return { kind: 'totp', step }
  const left = spendRecoveryCode(JSON.parse(user.recoveryCodes) as string[], code)
  return left ? { kind: 'recovery', left } : null
}

/** Marks the proof as used; false when somebody else used it in between. */
export async function spendProof(tx: Tx, user: Secrets & { id: string }, proof: Proof): Promise<boolean> {
  const { count } =
    proof.kind === 'totp'
      ? await tx.user.updateMany({
          where: { id: user.id, OR: [{ totpLastStep: null }, { totpLastStep: { lt: proof.step } }] },
          data: { totpLastStep: proof.step },
        })
      : await tx.user.updateMany({
          where: { id: user.id, recoveryCodes: user.recoveryCodes },
          data: { recoveryCodes: JSON.stringify(proof.left) },
        })
  return count === 1
}

/** Sign-in by password. One of these serves the whole process, for it counts the attempts. */
export function createPasswordSignIn(deps: AccessDeps): PasswordSignIn {
  const { catalog, clock, audit } = deps
  const key = secondFactorKey(deps.secret)
  const accounts = createAttempts(accountPolicy)
  const addresses = createAttempts(addressPolicy)

  const lockOut = async (origin: Origin, name: string, by: string, until: number): Promise<void> => {
    await audit.record({
      actor: anonymousActor(origin.ip),
      action: 'session.lock_out',
      target: { kind: 'user', name },
      result: 'denied',
      details: { by, seconds: Math.ceil((until - clock.now()) / 1000) },
    })
  }

  /** Takes an attempt of the address and of the account; gives the refusal when either has to wait. */
  const reserve = async (email: string, origin: Origin): Promise<SignInRefusal | null> => {
    const now = clock.now()
    const address = addresses.reserve(addressKey(origin.ip), now)
    if (!address.allowed) return await waits(address, origin, email, 'address')
    const account = accounts.reserve(email, now)
    if (account.allowed) return null
    addresses.forgive(addressKey(origin.ip))
    return await waits(account, origin, email, 'account')
  }

  /** The first refusal of a lock is audited at once, the others are counted and told with the next event. */
  const waits = async (
    { until, ...refused }: Reservation & { allowed: false },
    origin: Origin,
    email: string,
    by: string,
  ): Promise<SignInRefusal> => {
    if (refused.first) await lockOut(origin, shownName(email), by, until)
    return { outcome: 'too_many', retryAfter: until - clock.now() }
  }

  const fail = async (email: string, user: UserRow | null, origin: Origin, reason: string): Promise<SignInRefusal> => {
    const now = clock.now()
    const refused = accounts.takeRefused(email) + addresses.takeRefused(addressKey(origin.ip))
    await catalog.transaction(async (tx) => {
      // For a name that nobody has these change no row, and take as long.
      const forgotten = dateOf(now - accountPolicy.forgetMs)
      await tx.user.updateMany({ where: { email, lockedUntil: { lt: forgotten } }, data: { failedAttempts: 0 } })
      await tx.user.updateMany({ where: { email }, data: { failedAttempts: { increment: 1 } } })
      const failures = (await tx.user.findUnique({ where: { email } }))?.failedAttempts ?? 0
      await tx.user.updateMany({
        where: { email },
        data: { lockedUntil: dateOf(now + backoff(accountPolicy, failures)) },
      })
      await audit.append(tx, {
        actor: anonymousActor(origin.ip),
        action: 'session.sign_in',
        target: { kind: 'user', ...(user ? { id: user.id } : {}), name: user ? user.email : shownName(email) },
        result: 'failure',
        details: { method: 'password', reason, ...(refused > 0 ? { refusedBefore: refused } : {}) },
      })
    })
    return { outcome: 'wrong' }
  }

  const succeed = async (
    user: UserRow & { passwordHash: string },
    password: string,
    proof: Proof | null,
    origin: Origin,
  ): Promise<SignedIn | null> => {
    const passwordHash = needsRehash(user.passwordHash) ? await hashPassword(password) : user.passwordHash
    const now = clock.now()
    return await catalog.transaction(async (tx) => {
      const { count } = await tx.user.updateMany({
        where: { id: user.id, status: 'active', passwordHash: user.passwordHash },
        data: { passwordHash, failedAttempts: 0, lockedUntil: null, lastSignInAt: dateOf(now) },
      })
      if (count !== 1 || (proof && !(await spendProof(tx, user, proof)))) return null
      const current = await tx.user.findUnique({ where: { id: user.id } })
      const person = current && personOf(current)
      if (!person) return null
      const sessionId = await openSession(tx, { userId: user.id, method: 'password', origin, now })
      await audit.append(tx, {
        actor: userActor(person, origin.ip, sessionId),
        action: 'session.sign_in',
        target: { kind: 'session', id: sessionId },
        result: 'success',
        details: {
          method: 'password',
          secondFactor: proof?.kind ?? 'none',
          ...(proof?.kind === 'recovery' ? { left: proof.left.length } : {}),
        },
      })
      return { outcome: 'signed_in', person, sessionId }
    })
  }

  const attempt = async (
    email: string,
    { password, code }: Credentials,
    origin: Origin,
  ): Promise<SignedIn | SignInRefusal> => {
    const user = await catalog.db.user.findUnique({ where: { email } })
    const locked = (user?.lockedUntil?.getTime() ?? 0) - clock.now()
    if (locked > 0) return { outcome: 'too_many', retryAfter: locked }
    const right = await verifyPassword(user?.passwordHash ?? null, password)
    if (!right || !user || user.passwordHash === null)
      return await fail(email, user, origin, user ? 'wrong password' : 'unknown')
    if (!personOf(user)) return await fail(email, user, origin, 'disabled')
    const needed = user.totpConfirmed !== null
    if (needed && code === '') return { outcome: 'code_required' }
    const proof = needed ? proofOf(user, code, key, clock.now()) : null
    if (needed && !proof) return await fail(email, user, origin, 'wrong code')
    const done = await succeed({ ...user, passwordHash: user.passwordHash }, password, proof, origin)
    return done ?? (await fail(email, user, origin, 'changed meanwhile'))
  }

  return async (credentials, origin) => {
    const email = normalizeEmail(credentials.email)
    if (email === '' || email.length > longest.email) return { outcome: 'wrong' }
    if (credentials.password.length > longest.password || credentials.code.length > longest.code) {
      throw new HoldfastError('too_large', `A password has at most ${longest.password} characters`)
    }
    const refusal = await reserve(email, origin)
    if (refusal) return refusal
    let result: SignedIn | SignInRefusal | undefined
    try {
      result = await attempt(email, credentials, origin)
      return result
    } finally {
      // What failed for another reason than a wrong guess is not counted.
      const outcome = result?.outcome
      if (outcome !== 'wrong') addresses.forgive(addressKey(origin.ip))
      if (outcome === 'signed_in') accounts.clear(email)
      else if (outcome !== 'wrong') accounts.forgive(email)
    }
  }
}
