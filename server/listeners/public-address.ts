// Whether a browser has the console at its public address: sign-in works at no other, for only what that origin sends is taken.
import type { IncomingMessage } from 'node:http'
import { originOf } from '../auth/origin.ts'

/** Signs of a proxy that may have put its own name for the console in place of the browser's. */
const proxySigns = ['x-forwarded-for', 'x-forwarded-proto', 'forwarded', 'via'] as const

/** The address at which the browser has the console, as far as the request says; undefined when that can't be known. It decides about nothing but advice. */
function askedAt({ headers }: Pick<IncomingMessage, 'headers'>, publicUrl: string): URL | undefined {
  const forwarded = headers['x-forwarded-host']
  const told = (Array.isArray(forwarded) ? forwarded[0] : forwarded)?.split(',', 1)[0]?.trim()
  const direct = proxySigns.some((name) => headers[name] !== undefined) ? undefined : headers.host
  const host = told ?? direct
  return host === undefined ? undefined : (URL.parse(`${new URL(publicUrl).protocol}//${host}`) ?? undefined)
}

const isLoopback = ({ hostname }: URL): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)

/** The public origin when the browser has another one; undefined when all is well, or nothing is known. */
export function otherOrigin(request: Pick<IncomingMessage, 'headers'>, publicUrl: string): string | undefined {
  const own = originOf(publicUrl)
  const asked = askedAt(request, publicUrl)
  return asked === undefined || asked.host === new URL(own).host ? undefined : own
}

/**
 * Where a page is that was opened at another name of this machine than the public one, which is of this machine as well: the same path there.
 * @param path of the request, with its query; begins with a slash
 */
export function samePageAtHome(
  request: Pick<IncomingMessage, 'headers' | 'method'>,
  path: string,
  publicUrl: string,
): string | undefined {
  if (request.method !== 'GET' && request.method !== 'HEAD') return undefined
  const own = new URL(originOf(publicUrl))
  const asked = askedAt(request, publicUrl)
  if (asked === undefined || asked.host === own.host || asked.port !== own.port) return undefined
  return isLoopback(asked) && isLoopback(own) ? own.origin + path : undefined
}
