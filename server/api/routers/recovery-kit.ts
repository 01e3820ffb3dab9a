// The recovery kit: taking it, and saying that it is kept in a safe place.
import { z } from 'zod'
import { recoveryKitInputs } from '../../services/recovery-kit/index.ts'
import { maybeTime, nothing } from '../schemas.ts'
import { permission, router } from '../trpc.ts'

const state = z.object({
  /** False where the key is no file, so that there is no kit. */
  available: z.boolean(),
  confirmedAt: maybeTime,
  confirmedBy: z.string().nullable(),
  /** The key or a repository changed since then. */
  changed: z.boolean(),
})

export const recoveryKitRouter = router({
  // No query, though it changes nothing: what it gives belongs into no cache.
  get: permission('keys.write', 'data', 'The recovery kit of now, which holds the key')
    .input(nothing)
    .output(z.object({ text: z.string(), fileName: z.string(), keyIsText: z.boolean() }))
    .mutation(({ ctx }) => ctx.services.recoveryKit.get(ctx.actor)),
  confirm: permission('keys.write', 'change', 'Note that the kit is kept, proved by the last characters of its key')
    .input(recoveryKitInputs.confirm)
    .output(state)
    .mutation(({ ctx, input }) => ctx.services.recoveryKit.confirm(ctx.actor, input)),
  state: permission('keys.read', 'read', 'Who confirmed the kit, and whether it changed since')
    .input(nothing)
    .output(state)
    .query(({ ctx }) => ctx.services.recoveryKit.state()),
})
