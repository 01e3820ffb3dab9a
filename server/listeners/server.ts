// One server socket, plain or TLS: bounded connections, certificates that are taken up while it runs, an orderly end.
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import https from 'node:https'
import { messageOf } from '../contract/errors.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import type { AddressList } from './addresses.ts'
import { dataOfThrown, guardHeaders, sendError } from './answers.ts'
import { boundConnections, close, listen, type Place, serverOptions } from './connections.ts'
import type { Limits } from './limits.ts'
import { type Home, stateOf, type TlsSettings, tlsOptions, watchedFiles } from './tls.ts'

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

export type ServerOptions = Place & {
  /** Null: plain HTTP. */
  readonly tls: TlsSettings | null
  /** Whether browsers reach the console by https, here or at a proxy: then they are told to use nothing else on this host. */
  readonly secure: boolean
  readonly home: Home
  readonly trustedProxies: AddressList
  readonly limits: Limits
  readonly log: Logger
  readonly clock: Clock
  readonly handler: Handler
  /** How often certificate files are looked at, ms. */
  readonly watchInterval?: number
}

/** Something that listens. */
export type Listener = {
  readonly host: string
  /** The port that it really has. */
  readonly port: number
  /** Takes up the certificate files anew; keeps the old ones when the new ones make no TLS, and says so in the log. */
  reload(): Promise<void>
  close(): Promise<void>
}

const WATCH_INTERVAL = 5000
/** How often an own certificate is looked at, to renew it in time, ms. */
const RENEW_INTERVAL = 6 * 3_600_000

/**
 * Starts a server.
 * @throws `unavailable` when address, port or a certificate file cannot be had, `usage` for TLS settings that make no TLS
 */
export async function startServer(options: ServerOptions): Promise<Listener> {
  const { name, host, tls, home, limits, log } = options
  const handle = guarded(options)
  const server =
    tls === null
      ? http.createServer(serverOptions(limits), handle)
      : https.createServer(
          { ...serverOptions(limits), handshakeTimeout: limits.handshakeTimeout, ...(await tlsOptions(tls, home)) },
          handle,
        )
  // A client that asks before it sends a body gets its refusal, or is told to go on once the body is read.
  server.on('checkContinue', handle)
  server.on('tlsClientError', (error: Error) => log.debug('A TLS handshake failed', { error: messageOf(error) }))
  boundConnections(server, limits, options.trustedProxies)
  const port = await listen(server, options)

  const reload = async (): Promise<void> => {
    if (tls === null || !(server instanceof https.Server)) return
    try {
      server.setSecureContext(await tlsOptions(tls, home))
      log.info(`The certificates of the ${name} were read anew`)
    } catch (error) {
      log.error(`New certificates of the ${name} cannot be used; the old ones stay`, { error })
    }
  }
  const stopWatching = tls === null ? () => undefined : watch(options, watchedFiles(tls, home), reload)
  return {
    host,
    port,
    reload,
    async close() {
      stopWatching()
      await close(server)
    },
  }
}

/** Calls `reload` when a file changed, and now and then so that an own certificate is renewed. */
function watch(options: ServerOptions, files: readonly string[], reload: () => Promise<void>): () => void {
  const { clock, watchInterval = WATCH_INTERVAL } = options
  let state = stateOf(files)
  let checkedAt = clock.now()
  const timer = setInterval(async () => {
    const due = clock.now() - checkedAt >= RENEW_INTERVAL
    if (!due && stateOf(files) === state) return
    state = stateOf(files)
    checkedAt = clock.now()
    await reload()
    if (due) state = stateOf(files)
  }, watchInterval)
  timer.unref()
  return () => clearInterval(timer)
}

/** Sets the headers of every answer, and answers even when the handler fails. */
function guarded({ name, secure, handler, log }: ServerOptions) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    guardHeaders(response, secure)
    handler(request, response).catch((error: unknown) => {
      log.error(`A request to the ${name} could not be answered`, { error })
      sendError(response, dataOfThrown(error))
    })
  }
}
