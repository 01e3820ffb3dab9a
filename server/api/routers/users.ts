// Users: who may sign in and with which role, and the one-time links that let them.
import { z } from 'zod'
import { roles } from '../../contract/permissions.ts'
import { byId, id, maybeTime, pageOf, paging, time, words } from '../schemas.ts'
import { permission, publicly, router } from '../trpc.ts'

const role = z.enum(roles)
const status = z.enum(['active', 'disabled'])
const email = z.string().min(3).max(254)
const password = z.string().min(1).max(1024)
const token = z.string().min(1).max(200)

export const userItem = z.object({
  id,
  email: z.string(),
  name: z.string(),
  role: z.string(),
  status: z.string(),
  /** How they sign in; `none` until the first password is set. */
  method: z.enum(['password', 'oidc', 'none']),
  secondFactor: z.boolean(),
  /** Null unless too many wrong passwords were tried. */
  lockedUntil: maybeTime,
  createdAt: time,
  lastSignInAt: maybeTime,
})

/** With what ends when they are disabled; `activeKeys` is null for whoever may not see keys. */
const userDetails = userItem.extend({ openSessions: z.int(), activeKeys: z.int().nullable() })

/** A link that works once, shown once. */
const link = z.object({ token: z.string(), url: z.string(), expiresAt: time })

export const usersRouter = router({
  list: permission('users.read', 'read', 'Users by e-mail address')
    .input(
      z.strictObject({
        ...paging,
        role: role.optional(),
        status: status.optional(),
        /** A part of the address or of the name. */
        search: z.string().max(200).optional(),
      }),
    )
    .output(pageOf(userItem))
    .query(({ ctx, input }) => ctx.services.users.list(ctx.actor, input)),
  get: permission('users.read', 'read', 'One user')
    .input(byId)
    .output(userDetails)
    .query(({ ctx, input }) => ctx.services.users.get(ctx.actor, input)),
  create: permission('users.write', 'change', 'Make a user, and the link to set the first password')
    .input(z.strictObject({ email, name: words(200), role }))
    .output(z.object({ user: userItem, link }))
    .mutation(({ ctx, input }) => ctx.services.users.create(ctx.actor, input)),
  update: permission('users.write', 'change', 'Change name, role or status of a user')
    .input(byId.extend({ name: words(200).optional(), role: role.optional(), status: status.optional() }))
    .output(userItem)
    .mutation(({ ctx, input }) => ctx.services.users.update(ctx.actor, input)),
  disable: permission('users.write', 'change', 'Let a user in no more; sessions and keys end')
    .input(byId)
    .output(userItem)
    .mutation(({ ctx, input }) => ctx.services.users.disable(ctx.actor, input)),
  createPasswordLink: permission('users.write', 'change', 'Make a link to set a new password')
    .input(byId)
    .output(link)
    .mutation(({ ctx, input }) => ctx.services.users.createPasswordLink(ctx.actor, input)),
  resetSecondFactor: permission('users.write', 'change', 'Take the second factor off a user who lost it')
    .input(byId)
    .output(userItem)
    .mutation(({ ctx, input }) => ctx.services.users.resetSecondFactor(ctx.actor, input)),
  redeemSetupLink: publicly('change', 'Make the first administrator, with the token printed at the first start')
    .input(z.strictObject({ token, email, name: words(200), password }))
    .output(userItem)
    .mutation(({ ctx, input }) => ctx.services.users.redeemSetupLink(ctx.actor, input)),
  redeemPasswordLink: publicly('change', 'Set the own password, with the token of a link')
    .input(z.strictObject({ token, password }))
    .output(userItem)
    .mutation(({ ctx, input }) => ctx.services.users.redeemPasswordLink(ctx.actor, input)),
})
