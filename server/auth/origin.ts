// Requests that change something have to come from the console's own pages: no other site can make a browser send them.
import type { IncomingMessage } from 'node:http'
import { HoldfastError } from '../contract/errors.ts'

/** Where the console lives on its host. */
export const basePath = '/backups'
export const authPath = `${basePath}/api/auth`

/** A header that forms and images of other sites can't send; its value doesn't matter. */
export const consoleHeader = 'x-holdfast-console'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

export const originOf = (publicUrl: string): string => new URL(publicUrl).origin
export const isSecure = (publicUrl: string): boolean => new URL(publicUrl).protocol === 'https:'

/** What NEXTAUTH_URL has to be for this console. */
export const authUrlOf = (publicUrl: string): string => originOf(publicUrl) + authPath

/**
 * Lets a request through that only reads, or that comes from the console's own origin.
 * @throws `forbidden` when another site sent it, or nothing says who did
 */
export function checkSameOrigin(req: Pick<IncomingMessage, 'method' | 'headers'>, publicUrl: string): void {
  if (safeMethods.has(req.method ?? 'GET')) return
  const { origin } = req.headers
  const site = req.headers['sec-fetch-site']
  const own = originOf(publicUrl)
  if (origin !== undefined && origin !== own) {
    throw new HoldfastError('forbidden', `A request from another site was refused: only pages of ${own} may send it`)
  }
  if (site !== undefined && site !== 'same-origin') {
    throw new HoldfastError(
      'forbidden',
      `A request that is not of the same origin was refused: open the console at ${own}`,
    )
  }
  if (origin === undefined && site === undefined) {
    throw new HoldfastError(
      'forbidden',
      `A request without Origin or Sec-Fetch-Site was refused: send "Origin: ${own}"`,
    )
  }
}

/**
 * The same for the console's API, which also wants the header `x-holdfast-console`.
 * @throws `forbidden`
 */
export function checkOrigin(req: Pick<IncomingMessage, 'method' | 'headers'>, publicUrl: string): void {
  if (safeMethods.has(req.method ?? 'GET')) return
  checkSameOrigin(req, publicUrl)
  if (req.headers[consoleHeader] === undefined) {
    throw new HoldfastError(
      'forbidden',
      `A request without the header ${consoleHeader} was refused: send "${consoleHeader}: 1"`,
    )
  }
}
