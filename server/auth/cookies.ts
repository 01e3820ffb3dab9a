// The cookies of the console: HttpOnly, SameSite=Lax, for /backups only, and marked secure (flag and prefix) where the console is served by https.
import { basePath, isSecure } from './origin.ts'

/** Longer ones are nobody's: no cookie of ours comes near. */
const longestHeader = 16_384

const nameOf = (publicUrl: string, name: string): string => `${isSecure(publicUrl) ? '__Secure-' : ''}holdfast.${name}`

/** The cookie that carries the session. */
export const sessionCookieName = (publicUrl: string): string => nameOf(publicUrl, 'session')

/** Names and attributes for next-auth's own cookies. __Host- would demand the path "/", so the prefix is __Secure-. */
export function cookieOptions(publicUrl: string) {
  const options = { httpOnly: true, sameSite: 'lax' as const, path: basePath, secure: isSecure(publicUrl) }
  const short = { ...options, maxAge: 15 * 60 }
  return {
    sessionToken: { name: sessionCookieName(publicUrl), options },
    csrfToken: { name: nameOf(publicUrl, 'csrf'), options },
    callbackUrl: { name: nameOf(publicUrl, 'callback-url'), options },
    pkceCodeVerifier: { name: nameOf(publicUrl, 'pkce'), options: short },
    state: { name: nameOf(publicUrl, 'state'), options: short },
    nonce: { name: nameOf(publicUrl, 'nonce'), options: short },
  }
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    // Not ours, for we encode what we set: as it is, it will match nothing.
    return value
  }
}

/** The cookies of a request by name; of two with one name the first counts, which is the one with the longer path. */
export function parseCookies(header: string | undefined): Record<string, string> {
  const cookies: Record<string, string> = Object.create(null)
  if (header === undefined || header.length > longestHeader) return cookies
  for (const part of header.split(';')) {
    const split = part.indexOf('=')
    if (split < 1) continue
    const name = part.slice(0, split).trim()
    const value = part
      .slice(split + 1)
      .trim()
      .replace(/^"(.*)"$/, '$1')
    if (!(name in cookies)) cookies[name] = decoded(value)
  }
  return cookies
}
