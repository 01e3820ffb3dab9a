// The own account: whoever asks, it is about them.
import { z } from 'zod'
import { permissions } from '../../contract/permissions.ts'
import { byId, nothing, pageOf, paging, words } from '../schemas.ts'
import { permission, router, signedIn } from '../trpc.ts'
import { sessionItem } from './sessions.ts'
import { userItem } from './users.ts'

const password = z.string().min(1).max(1024)
const code = z.string().min(1).max(64)
const proof = z.strictObject({ password, code })
const recoveryCodes = z.object({ recoveryCodes: z.array(z.string()) })

export const profileRouter = router({
  whoAmI: signedIn('read', 'Who the session or key stands for, and what it may do')
    .input(nothing)
    .output(
      z.object({
        kind: z.string(),
        name: z.string(),
        role: z.string().nullable(),
        permissions: z.array(z.enum(permissions)),
      }),
    )
    .query(({ ctx: { actor } }) => ({
      kind: actor.kind,
      name: actor.name,
      role: actor.role,
      permissions: permissions.filter((each) => actor.permissions.has(each)),
    })),
  get: permission('profile.write', 'read', 'The own account')
    .input(nothing)
    .output(userItem.extend({ recoveryCodes: z.int() }))
    .query(({ ctx }) => ctx.services.profile.get(ctx.actor)),
  update: permission('profile.write', 'change', 'Change the own name')
    .input(z.strictObject({ name: words(200) }))
    .output(userItem)
    .mutation(({ ctx, input }) => ctx.services.profile.update(ctx.actor, input)),
  changePassword: permission('profile.write', 'change', 'Set a new password; the other sessions end')
    .input(z.strictObject({ current: password, next: password }))
    .output(z.object({ sessionsRevoked: z.int() }))
    .mutation(({ ctx, input }) => ctx.services.profile.changePassword(ctx.actor, input)),
  startSecondFactor: permission('profile.write', 'change', 'Make a secret for an authenticator app')
    .input(z.strictObject({ password }))
    .output(z.object({ secret: z.string(), url: z.string() }))
    .mutation(({ ctx, input }) => ctx.services.profile.startSecondFactor(ctx.actor, input)),
  confirmSecondFactor: permission('profile.write', 'change', 'Turn the second factor on; gives the recovery codes')
    .input(proof)
    .output(recoveryCodes)
    .mutation(({ ctx, input }) => ctx.services.profile.confirmSecondFactor(ctx.actor, input)),
  createRecoveryCodes: permission('profile.write', 'change', 'New recovery codes in place of the old ones')
    .input(proof)
    .output(recoveryCodes)
    .mutation(({ ctx, input }) => ctx.services.profile.createRecoveryCodes(ctx.actor, input)),
  disableSecondFactor: permission('profile.write', 'change', 'Take the own second factor off')
    .input(proof)
    .output(z.object({ disabled: z.boolean() }))
    .mutation(({ ctx, input }) => ctx.services.profile.disableSecondFactor(ctx.actor, input)),
  sessions: permission('profile.write', 'read', 'The own sessions, newest first')
    .input(z.strictObject({ ...paging }))
    .output(pageOf(sessionItem))
    .query(({ ctx, input }) => ctx.services.profile.sessions(ctx.actor, input)),
  revokeSession: permission('profile.write', 'change', 'End one of the own sessions')
    .input(byId)
    .output(sessionItem)
    .mutation(({ ctx, input }) => ctx.services.profile.revokeSession(ctx.actor, input)),
  revokeOtherSessions: permission('profile.write', 'change', 'End all own sessions but this one')
    .input(nothing)
    .output(z.object({ revoked: z.int() }))
    .mutation(({ ctx }) => ctx.services.profile.revokeOtherSessions(ctx.actor)),
})
