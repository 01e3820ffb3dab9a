// What the tests use of oidc-provider, which has no types of its own.
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  type Grant = { addOIDCScope(scope: string): void; save(): Promise<string> }
  type GrantContext = { oidc: { client: { clientId: string }; session: { accountId: string } } }

  export default class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>)
    readonly Grant: new (of: {
      clientId: string
      accountId: string
    }) => Grant
    callback(): (req: IncomingMessage, res: ServerResponse) => Promise<void>
    interactionFinished(req: IncomingMessage, res: ServerResponse, result: Record<string, unknown>): Promise<void>
    on(event: string, listener: (...parameters: unknown[]) => void): this
  }
  export type { GrantContext }
}

declare module 'oidc-provider/lib/adapters/memory_adapter.js' {
  /** A store of its own, and with no warning that it is not for production. */
  export function createMemoryAdapter(clockTolerance?: number): (model: string) => object
}
