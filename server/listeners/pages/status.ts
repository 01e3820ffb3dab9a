// The status page: how it stands, what runs, what ran last and what runs next, as far as the visitor may see.
import type { AppRouter } from '../../api/root.ts'
import { type Actor, basePath } from '../../auth/index.ts'
import type { Clock } from '../../lib/clock.ts'
import { isoTime } from '../../lib/clock.ts'
import { type Html, html } from './html.ts'

export async function statusBody(
  actor: Actor,
  _call: ReturnType<AppRouter['createCaller']>,
  clock: Clock,
): Promise<Html> {
  return html`<p>${isoTime(clock.now())} ${actor.name} <a href="${basePath}/sign-out">Sign out</a></p>`
}
