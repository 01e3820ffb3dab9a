// A real OpenID Connect provider on 127.0.0.1: whoever is set as signed in there is let through without a page.
import crypto from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider, { type GrantContext } from 'oidc-provider'
import { createMemoryAdapter } from 'oidc-provider/lib/adapters/memory_adapter.js'

export type OidcAccount = {
  readonly sub: string
  readonly email?: string
  readonly email_verified?: boolean
  readonly name?: string
  readonly groups?: readonly string[]
}

export type OidcServer = AsyncDisposable & {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Who is at the keyboard: null cancels. */
  account: OidcAccount | null
  /** The parameters of each authorization request. */
  readonly requests: URLSearchParams[]
}

export type OidcOptions = {
  readonly redirectUri: string
  /** True: the ID token holds no more than the subject, everything else is asked of userinfo. */
  readonly lean?: boolean
  /** True: the client has no secret. */
  readonly publicClient?: boolean
}

const scopes = 'openid email profile groups'

const signingKey = (): crypto.JsonWebKey => {
  const { privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { ...privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig' }
}

/** Starts it; PKCE is required, and nothing but the code flow is offered. */
export async function startOidcProvider({
  redirectUri,
  lean = false,
  publicClient = false,
}: OidcOptions): Promise<OidcServer> {
  const server = http.createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const clientId = 'holdfast'
  const clientSecret = publicClient ? '' : crypto.randomBytes(24).toString('hex')
  const state: Pick<OidcServer, 'account' | 'requests'> = { account: null, requests: [] }

  const provider = new Provider(issuer, {
    adapter: createMemoryAdapter(),
    clients: [
      {
        client_id: clientId,
        ...(publicClient ? { token_endpoint_auth_method: 'none' } : { client_secret: clientSecret }),
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    jwks: { keys: [signingKey()] },
    cookies: { keys: [crypto.randomBytes(16).toString('hex')] },
    scopes: scopes.split(' '),
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
    conformIdTokenClaims: lean,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: () => '/interaction' },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ ...state.account, sub: id }) }),
    async loadExistingGrant({ oidc }: GrantContext) {
      const grant = new provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId })
      grant.addOIDCScope(scopes)
      await grant.save()
      return grant
    },
  })
  const handle = provider.callback()

  server.on('request', (req, res) => {
    const url = new URL(req.url ?? '/', issuer)
    if (url.pathname === '/auth') state.requests.push(url.searchParams)
    const result = state.account
      ? { login: { accountId: state.account.sub } }
      : { error: 'access_denied', error_description: 'cancelled at the provider' }
    const answered = url.pathname === '/interaction' ? provider.interactionFinished(req, res, result) : handle(req, res)
    answered.catch((error: unknown) => {
      res.statusCode = 500
      res.end(String(error))
    })
  })
  return Object.assign(state, {
    issuer,
    clientId,
    clientSecret,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  })
}
