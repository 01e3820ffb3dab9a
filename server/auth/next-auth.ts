// What next-auth is told for one request: its two providers, our cookies, and that a session is a row of ours.
import type { Account, AuthOptions, LoggerInstance, Profile, User } from 'next-auth'
import type { Provider } from 'next-auth/providers/index'
import { messageOf } from '../contract/errors.ts'
import { isoTime } from '../lib/clock.ts'
import { cookieOptions } from './cookies.ts'
import { accessLimits } from './limits.ts'
import { type Claims, createOidcSignIn } from './oidc.ts'
import { basePath, isSecure, originOf } from './origin.ts'
import { cookieSecret, createSessionReader, revokeSessions, userActor } from './sessions.ts'
import { createPasswordSignIn, type SignInRefusal } from './sign-in.ts'
import type { AccessDeps, AccessLog, AccessPages, OidcSettings, Origin } from './types.ts'

/** The ids of the providers, as they stand in URLs. */
export const passwordProvider = 'password'
export const oidcProvider = 'oidc'

/** What goes to the page, and into next-auth's `error` parameter. */
export const refusalCodes = {
  wrong: 'CredentialsSignin',
  code_required: 'SecondFactorRequired',
  too_many: 'TooManyAttempts',
} as const satisfies Record<SignInRefusal['outcome'], string>

/** One request's state, filled while next-auth handles it. */
export type Visit = {
  readonly origin: Origin
  /** The session that the sign-in of this request opened. */
  sessionId?: string
  /** Why the sign-in of this request was refused. */
  refusal?: SignInRefusal
  /** The refusal of this request is in the audit trail already. */
  audited?: boolean
  /** What went wrong on our side; the answer is then not a refusal. */
  failure?: unknown
}

export const defaultPages: AccessPages = {
  signIn: `${basePath}/sign-in`,
  signOut: `${basePath}/sign-out`,
  error: `${basePath}/sign-in`,
}

const discoveryTimeout = 10_000
const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** next-auth hands out codes and tokens with its messages: only its code and the error's own text are logged. */
function loggerOf(log: AccessLog): Partial<LoggerInstance> {
  const quiet = new Set(['JWT_SESSION_ERROR'])
  return {
    error: (code, metadata) => {
      const { error } = metadata as { error?: unknown }
      const reason = messageOf(error ?? metadata).slice(0, 300)
      if (quiet.has(code)) log.debug('sign-in: a session is over', { code, reason })
      else log.warn('sign-in: next-auth reports a failure', { code, reason })
    },
    warn: (code) => log.warn('sign-in: next-auth warns', { code }),
    debug: (code) => log.debug('sign-in', { code }),
  }
}

/** A generic OpenID Connect provider, found by its well-known document; code flow with PKCE, state and nonce. */
function oidcProviderOf(settings: OidcSettings): Provider {
  return {
    id: oidcProvider,
    name: settings.name,
    type: 'oauth',
    wellKnown: `${settings.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
    issuer: settings.issuer,
    clientId: settings.clientId,
    clientSecret: settings.clientSecret,
    // A public client has no secret to show; PKCE keeps the code its own.
    ...(settings.clientSecret === '' ? { client: { token_endpoint_auth_method: 'none' } } : {}),
    authorization: { params: { scope: settings.scope ?? 'openid email profile' } },
    idToken: true,
    checks: ['pkce', 'state', 'nonce'],
    httpOptions: { timeout: discoveryTimeout },
    userinfo: {
      async request({ client, tokens }) {
        const claims = tokens instanceof Object && 'claims' in tokens ? (tokens as { claims(): Profile }).claims() : {}
        if (settings.groupsClaim in claims || !client.issuer.metadata.userinfo_endpoint) return claims
        return { ...claims, ...(await client.userinfo(text(tokens.access_token))) }
      },
    },
    profile: (claims: Claims) => ({ id: claims.sub, email: text(claims.email), name: text(claims.name) }),
  }
}

/** Where the browser may be sent after sign-in or sign-out: pages of this console, by path or by URL. */
export function safeCallback(url: string, publicUrl: string): string {
  const origin = originOf(publicUrl)
  const home = origin + basePath
  if (!URL.canParse(url, origin)) return home
  const target = new URL(url, origin)
  const inside = target.pathname === basePath || target.pathname.startsWith(`${basePath}/`)
  return target.origin === origin && inside && target.username === '' ? target.href : home
}

/** @returns the options for a request; the counters of failed attempts are shared by all of them */
export function createOptions(deps: AccessDeps): (visit: Visit) => AuthOptions {
  const { catalog, clock, audit, log, publicUrl, oidc } = deps
  const sessions = createSessionReader(deps)
  const signIn = createPasswordSignIn(deps)
  const enter = oidc && createOidcSignIn(deps, oidc)
  const maxAge = Math.floor(accessLimits.sessionAbsolute / 1000)

  const passwordOf = (visit: Visit): Provider => ({
    id: passwordProvider,
    name: 'Password',
    type: 'credentials',
    credentials: {},
    options: {},
    async authorize(credentials: Record<string, unknown> | undefined): Promise<User | null> {
      const { email, password, code } = credentials ?? {}
      try {
        const given = { email: text(email), password: text(password), code: text(code).trim() }
        const result = await signIn(given, visit.origin)
        if (result.outcome === 'signed_in') {
          visit.sessionId = result.sessionId
          return { id: result.person.id }
        }
        visit.refusal = result
      } catch (error) {
        visit.failure = error
      }
      return null
    },
  })

  const allowed = async (visit: Visit, account: Account | null, profile: Profile | undefined): Promise<boolean> => {
    if (account?.provider === passwordProvider) return visit.sessionId !== undefined
    if (account?.provider !== oidcProvider || !enter || typeof profile?.sub !== 'string') return false
    try {
      const result = await enter(profile as Claims, visit.origin)
      if (result.outcome === 'signed_in') visit.sessionId = result.sessionId
      else visit.audited = true
      return result.outcome === 'signed_in'
    } catch (error) {
      visit.failure = error
      return false
    }
  }

  const signedOut = async (sid: unknown, visit: Visit): Promise<void> => {
    if (typeof sid !== 'string') return
    const session = await sessions.read(sid)
    if (!session) return
    await catalog.transaction(async (tx) => {
      await revokeSessions(tx, { id: sid }, clock.now())
      const actor = userActor(session.person, visit.origin.ip, sid)
      await audit.append(tx, {
        actor,
        action: 'session.sign_out',
        target: { kind: 'session', id: sid },
        result: 'success',
      })
    })
  }

  return (visit) => ({
    secret: cookieSecret(deps.secret),
    useSecureCookies: isSecure(publicUrl),
    cookies: cookieOptions(publicUrl),
    pages: deps.pages ?? defaultPages,
    providers: [passwordOf(visit), ...(oidc ? [oidcProviderOf(oidc)] : [])],
    session: { strategy: 'jwt', maxAge },
    logger: loggerOf(log),
    callbacks: {
      signIn: ({ account, profile }) => allowed(visit, account, profile),
      redirect: ({ url }) => safeCallback(url, publicUrl),
      async jwt({ token, user }) {
        if (user && visit.sessionId !== undefined) return { sid: visit.sessionId }
        const session = typeof token.sid === 'string' ? await sessions.read(token.sid) : null
        if (!session) throw new Error('the session is over')
        return { sid: session.id }
      },
      async session({ token }) {
        const session = await sessions.read(text(token.sid))
        if (!session) throw new Error('the session is over')
        return { user: session.person, expires: isoTime(session.endsAt) }
      },
    },
    events: {
      signOut: async ({ token }) => {
        try {
          await signedOut(token?.sid, visit)
        } catch (error) {
          visit.failure = error
        }
      },
    },
  })
}
