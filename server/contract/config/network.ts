// Addresses as text: IPv4, IPv6, ranges of them, host names. Pure, so that a form can check them as the server does.

export type Address = { readonly version: 4 | 6; readonly bits: bigint }
export type Range = Address & { readonly prefix: number }

const widths = { 4: 32, 6: 128 } as const

function parseV4(text: string): bigint | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  let bits = 0n
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined
    bits = (bits << 8n) | BigInt(part)
  }
  return bits
}

function parseV6(text: string): bigint | undefined {
  const embedded = /^(.*:)([^:]*\.[^:]*)$/.exec(text)
  const v4 = embedded ? parseV4(embedded[2] ?? '') : undefined
  if (embedded && v4 === undefined) return undefined
  const hex = embedded
    ? `${embedded[1]}${((v4 ?? 0n) >> 16n).toString(16)}:${((v4 ?? 0n) & 0xffffn).toString(16)}`
    : text
  const halves = hex.split('::')
  if (halves.length > 2) return undefined
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail]
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined
  return groups.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n)
}

const MAPPED = 0xffffn << 32n

/** An IPv4 or IPv6 address; ::ffff:10.0.0.1 is 10.0.0.1. Undefined for anything else. */
export function parseAddress(text: string): Address | undefined {
  const v4 = parseV4(text)
  if (v4 !== undefined) return { version: 4, bits: v4 }
  const v6 = text.includes(':') ? parseV6(text) : undefined
  if (v6 === undefined) return undefined
  return v6 >> 32n === MAPPED >> 32n ? { version: 4, bits: v6 & 0xffffffffn } : { version: 6, bits: v6 }
}

/** "10.0.0.0/8", or one address. Undefined for anything else, also for a range with bits set behind its prefix. */
export function parseRange(text: string): Range | undefined {
  const [start = '', prefixText, ...rest] = text.split('/')
  const address = parseAddress(start)
  if (!address || rest.length > 0) return undefined
  const width = widths[address.version]
  if (prefixText === undefined) return { ...address, prefix: width }
  const prefix = /^(0|[1-9]\d{0,2})$/.test(prefixText) ? Number(prefixText) : Number.NaN
  if (!(prefix <= width)) return undefined
  const loose = address.bits & ((1n << BigInt(width - prefix)) - 1n)
  return loose === 0n ? { ...address, prefix } : undefined
}

/** Whether the address (text) lies in one of the ranges; false for what is no address. */
export function inRanges(text: string, ranges: readonly Range[]): boolean {
  const address = parseAddress(text)
  return address !== undefined && ranges.some((range) => contains(range, address))
}

function contains(range: Range, address: Address): boolean {
  const shift = BigInt(widths[range.version] - range.prefix)
  return range.version === address.version && range.bits >> shift === address.bits >> shift
}

/** A host name or an address, with no port. */
export function isHost(text: string): boolean {
  if (text.length > 253) return false
  if (parseAddress(text)) return true
  const labels = text.replace(/\.$/, '').split('.')
  const named = labels.every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i.test(label))
  // Of numbers alone, it is an address with a mistake in it.
  return named && !labels.every((label) => /^\d+$/.test(label))
}

/** One mail address, with no name around it. */
export const isEmail = (text: string): boolean =>
  text.length <= 254 &&
  /^[^\s@"(),:;<>[\\\]]{1,64}@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/i.test(text) &&
  !/^\.|\.\.|\.@/.test(text)

/** An address of the web, without a user or a password in it. */
export function isWebAddress(text: string): boolean {
  if (text.length > 2000 || !/^https?:\/\/[^\s/]/.test(text) || !URL.canParse(text)) return false
  const { username, password } = new URL(text)
  return username === '' && password === ''
}
