// The own second factor: enrol, confirm, new recovery codes, take off. Secrets and codes are shown once.
import type { Actor } from '../../auth/actor.ts'
import { seal, unseal } from '../../auth/seal.ts'
import { createRecoveryCodes, createTotpSecret, totpStep, totpUrl } from '../../auth/second-factor.ts'
import { type Proof, proofOf, secondFactorContext, secondFactorKey, spendProof } from '../../auth/sign-in.ts'
import type { AuditAction } from '../../contract/audit-actions.ts'
import { HoldfastError } from '../../contract/errors.ts'
import type { Tx } from '../../db/index.ts'
import { dateOf } from '../../lib/clock.ts'
import { type UserRow, userTarget } from '../users/mapping.ts'
import { createReconfirm, ownUser, type ProfileDeps, type UserWithPassword, withPassword } from './own.ts'

const none = { totpSecret: null, totpConfirmed: null, totpLastStep: null, recoveryCodes: '[]' }

const spent = (): HoldfastError => new HoldfastError('wrong_secret', 'The code is wrong, or was used before')

export function secondFactorCommands(deps: ProfileDeps) {
  const { catalog, clock, audit } = deps
  const key = secondFactorKey(deps.secret)
  const reconfirm = createReconfirm(deps, 'profile.second_factor')

  const note = (tx: Tx, actor: Actor, user: UserRow, action: AuditAction, details?: unknown): Promise<void> =>
    audit.append(tx, { actor, action, target: userTarget(user), result: 'success', ...(details ? { details } : {}) })

  /** The password and a code, both right. */
  const prove = async (
    actor: Actor,
    input: { password: string; code: string },
  ): Promise<{ user: UserWithPassword; proof: Proof }> => {
    const user = withPassword(await ownUser(catalog.db, actor))
    if (user.totpConfirmed === null) throw new HoldfastError('refused', 'There is no second factor')
    const proof = await reconfirm(actor, user, input.password, () => proofOf(user, input.code, key, clock.now()))
    return { user, proof }
  }

  return {
    /**
     * Makes a secret for an authenticator app; it counts once a code of it was confirmed.
     * @returns `url` for a QR code, `secret` (base 32) to type in
     * @throws `wrong_secret`, `rate_limited`; `refused` when there is a second factor already, or no local password
     */
    async startSecondFactor(
      actor: Actor,
      { password }: { password: string },
    ): Promise<{ secret: string; url: string }> {
      const user = withPassword(await ownUser(catalog.db, actor))
      if (user.totpConfirmed !== null) throw new HoldfastError('refused', 'There is a second factor: take it off first')
      await reconfirm(actor, user, password, () => true)
      const secret = createTotpSecret()
      const totpSecret = seal(key, secret, secondFactorContext(user.id))
      await catalog.transaction(async (tx) => {
        const where = { id: user.id, totpConfirmed: null }
        const { count } = await tx.user.updateMany({ where, data: { ...none, totpSecret } })
        if (count !== 1) throw new HoldfastError('refused', 'There is a second factor: take it off first')
        await note(tx, actor, user, 'profile.second_factor_start')
      })
      return { secret, url: totpUrl(secret, user.email) }
    },

    /**
     * Turns the second factor on with the first code of it.
     * @returns the recovery codes, shown this once
     * @throws `wrong_secret` for a wrong code, `rate_limited` after several, `refused` when nothing was started
     */
    async confirmSecondFactor(
      actor: Actor,
      { password, code }: { password: string; code: string },
    ): Promise<{ recoveryCodes: string[] }> {
      const user = withPassword(await ownUser(catalog.db, actor))
      const { totpSecret, totpConfirmed } = user
      if (totpSecret === null || totpConfirmed !== null)
        throw new HoldfastError('refused', 'No second factor is being set up')
      const secret = unseal(key, totpSecret, secondFactorContext(user.id))
      const now = clock.now()
      const step = await reconfirm(actor, user, password, () => totpStep(secret, code, null, now))
      const { codes, hashes } = createRecoveryCodes()
      await catalog.transaction(async (tx) => {
        const { count } = await tx.user.updateMany({
          where: { id: user.id, totpSecret, totpConfirmed: null },
          data: { totpConfirmed: dateOf(now), totpLastStep: step, recoveryCodes: JSON.stringify(hashes) },
        })
        if (count !== 1) throw new HoldfastError('refused', 'The set-up was begun anew meanwhile')
        await note(tx, actor, user, 'profile.second_factor_confirm', { count: codes.length })
      })
      return { recoveryCodes: codes }
    },

    /** New recovery codes; the old ones open nothing any more. @throws `wrong_secret`, `rate_limited`, `refused` without a second factor */
    async createRecoveryCodes(
      actor: Actor,
      input: { password: string; code: string },
    ): Promise<{ recoveryCodes: string[] }> {
      const { user, proof } = await prove(actor, input)
      const { codes, hashes } = createRecoveryCodes()
      await catalog.transaction(async (tx) => {
        if (!(await spendProof(tx, user, proof))) throw spent()
        await tx.user.update({ where: { id: user.id }, data: { recoveryCodes: JSON.stringify(hashes) } })
        await note(tx, actor, user, 'profile.recovery_codes', { count: codes.length })
      })
      return { recoveryCodes: codes }
    },

    /** Takes the second factor off. @throws `wrong_secret`, `rate_limited`, `refused` without one */
    async disableSecondFactor(actor: Actor, input: { password: string; code: string }): Promise<{ disabled: true }> {
      const { user, proof } = await prove(actor, input)
      await catalog.transaction(async (tx) => {
        if (!(await spendProof(tx, user, proof))) throw spent()
        await tx.user.update({ where: { id: user.id }, data: none })
        await note(tx, actor, user, 'profile.second_factor_disable')
      })
      return { disabled: true }
    },
  }
}
