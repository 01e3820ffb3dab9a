// Long answers end when the caller's session does, as live events do.
import { HoldfastError, messageOf } from '../contract/errors.ts'
import type { Context } from './context.ts'

type Caller = Pick<Context, 'clock' | 'log' | 'pace' | 'stillValid'>

/**
 * The same pieces, as long as the caller may have them: that is asked before a piece once `pace.check` has passed since it was last asked.
 * @throws `unauthenticated` once the session is over, the key revoked or the user disabled
 */
export async function* whileValid<T>(ctx: Caller, pieces: AsyncIterable<T>): AsyncGenerator<T> {
  let asked = ctx.clock.now()
  for await (const piece of pieces) {
    const now = ctx.clock.now()
    // A clock that was set back must not put off the question.
    if (Math.abs(now - asked) >= ctx.pace.check) {
      asked = now
      if (!(await holds(ctx))) throw new HoldfastError('unauthenticated', 'The session is over: sign in again')
    }
    yield piece
  }
}

/** A catalog that cannot be asked for a while breaks no download. */
async function holds(ctx: Caller): Promise<boolean> {
  try {
    return await ctx.stillValid()
  } catch (error) {
    ctx.log.warn('It could not be asked whether a session still holds; it is asked again', { error: messageOf(error) })
    return true
  }
}
