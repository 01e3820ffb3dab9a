// Where a request comes from, and whether that place may ask at all.
import type { IncomingMessage } from 'node:http'
import { BlockList, isIP, isIPv6 } from 'node:net'
import { HoldfastError } from '../contract/errors.ts'

/** Says whether an address is in the list. */
export type AddressList = (address: string) => boolean

/**
 * A list of addresses and networks such as `10.0.0.0/8`, `fd00::/8` or `192.0.2.7`.
 * @param where for the error: which setting the list is from
 * @throws `usage` for an entry that is neither
 */
export function addressList(entries: readonly string[], where: string): AddressList {
  const list = new BlockList()
  for (const entry of entries) add(list, entry, where)
  return (address) => isIP(address) !== 0 && list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

function add(list: BlockList, entry: string, where: string): void {
  const [network = '', bits, ...rest] = entry.trim().split('/')
  const version = isIP(network)
  const longest = version === 6 ? 128 : 32
  const prefix = bits === undefined ? longest : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN
  if (version === 0 || rest.length > 0 || !(prefix >= 0 && prefix <= longest)) {
    throw new HoldfastError(
      'usage',
      `${where}: "${entry}" is no address or network; allowed are forms such as 192.0.2.7, 10.0.0.0/8 and fd00::/8`,
    )
  }
  list.addSubnet(network, prefix, version === 6 ? 'ipv6' : 'ipv4')
}

/**
 * The address that counts for a request: the socket's, or behind trusted proxies the last one in X-Forwarded-For that is none of them.
 * What a client writes there itself stands further left and never counts.
 */
export function addressOf(request: IncomingMessage, trusted: AddressList): string {
  const socket = plain(request.socket.remoteAddress ?? '')
  if (!trusted(socket)) return socket
  const header = request.headers['x-forwarded-for']
  const hops = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',').map((hop) => plain(hop.trim()))
  const strangers = hops.filter((hop) => isIP(hop) !== 0 && !trusted(hop))
  return strangers.at(-1) ?? socket
}

const known = new WeakMap<IncomingMessage, string>()

/** Keeps the address for others who see the same request, such as sign-in. */
export const noteAddress = (request: IncomingMessage, address: string): void => {
  known.set(request, address)
}

/** The address that the gate found; null for a request that did not pass one. For `createAccess`. */
export const addressOfRequest = (request: IncomingMessage): string | null => known.get(request) ?? null

/** IPv4 that arrived over an IPv6 socket is IPv4. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
