// What both listeners demand of a connection: not too many, not too slow, closed when the listener closes.
import type { Server as HttpServer } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { addressKey } from '../auth/attempts.ts'
import { portVariables } from '../contract/config/environment.ts'
import { HoldfastError } from '../contract/errors.ts'
import type { AddressList } from './addresses.ts'
import type { Limits } from './limits.ts'

export type Server = HttpServer | HttpsServer

/** What goes into `createServer`. */
export const serverOptions = (limits: Limits) => ({
  maxHeaderSize: limits.headerBytes,
  headersTimeout: limits.headersTimeout,
  requestTimeout: limits.requestTimeout,
  connectionsCheckingInterval: limits.checkInterval,
  keepAliveTimeout: limits.keepAlive,
})

/**
 * Bounds the connections of each address and in all; those beyond are closed at once.
 * @param proxies trusted ones: all their clients come from their address, so it is not bounded
 */
export function boundConnections(server: Server, limits: Limits, proxies: AddressList): void {
  const open = new Map<string, number>()
  server.maxConnections = limits.connections
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? ''
    if (proxies(address)) return
    const who = addressKey(address)
    const count = (open.get(who) ?? 0) + 1
    open.set(who, count)
    socket.once('close', () => {
      const left = (open.get(who) ?? 1) - 1
      if (left === 0) open.delete(who)
      else open.set(who, left)
    })
    if (count > limits.connectionsPerAddress) socket.destroy()
  })
}

export type Place = {
  readonly name: 'console' | 'API'
  readonly host: string
  /** 0: the system chooses. */
  readonly port: number
}

/**
 * Starts to listen.
 * @returns the port, which the system chose when 0 was asked for
 * @throws `unavailable` when address or port cannot be had
 */
export function listen(server: Server, place: Place): Promise<number> {
  const { host, port } = place
  return new Promise((resolve, reject) => {
    const failed = (cause: NodeJS.ErrnoException): void =>
      reject(new HoldfastError('unavailable', whyNot(place, cause), { cause }))
    server.once('error', failed)
    server.listen({ host, port }, () => {
      server.off('error', failed)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

function whyNot({ name, host, port }: Place, cause: NodeJS.ErrnoException): string {
  const where = `The ${name} cannot listen on ${host}:${port}`
  if (cause.code !== 'EADDRINUSE') return `${where}: ${cause.message}`
  const [variable, key] = [portVariables[name], `${name.toLowerCase()}.port`]
  return (
    `${where}: something listens there already, perhaps another Holdfast (ss -ltnp 'sport = :${port}' shows what). ` +
    `Choose another port with ${variable}=NUMBER, or with ${key} in the configuration`
  )
}

/** Takes no more connections and gives those with a request `grace` ms to end; streams are cut. */
export async function close(server: Server, grace = 2000): Promise<void> {
  if (!server.listening) return
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), grace)
  await closed
  clearTimeout(timer)
}
