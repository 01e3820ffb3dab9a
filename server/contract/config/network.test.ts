// Addresses and ranges, against Node's own reading of them.
import { BlockList, isIP } from 'node:net'
import { getCiphers } from 'node:tls'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inRanges, isEmail, isHost, isWebAddress, parseAddress, parseRange } from './network.ts'
import { cipherSuites } from './tls.ts'

const v6 = fc.oneof(
  fc.ipV6(),
  fc
    .array(fc.constantFrom('0', '1', 'ffff', '', 'a00', '::', '1.2.3.4', 'g', '00001'), { maxLength: 9 })
    .map((parts) => parts.join(':')),
)

describe('an address', () => {
  it('is what Node takes for one', () => {
    const text = fc.oneof(fc.ipV4(), v6, fc.stringMatching(/^[0-9.]{1,16}$/))
    fc.assert(
      fc.property(text, (given) => {
        fc.pre(!given.includes('%'))
        expect(parseAddress(given) !== undefined).toBe(isIP(given) !== 0)
      }),
      { numRuns: 1000 },
    )
  })

  it('lies in the ranges that Node says', () => {
    const range = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }))
    fc.assert(
      fc.property(range, fc.ipV4(), fc.integer({ min: 0, max: 32 }), ([base, prefix], other, shared) => {
        const bits = parseAddress(base)?.bits ?? 0n
        const start = (bits >> BigInt(32 - prefix)) << BigInt(32 - prefix)
        const text = [24n, 16n, 8n, 0n].map((shift) => (start >> shift) & 255n).join('.')
        const near =
          ((bits >> BigInt(32 - shared)) << BigInt(32 - shared)) |
          ((parseAddress(other)?.bits ?? 0n) & ((1n << BigInt(32 - shared)) - 1n))
        const address = [24n, 16n, 8n, 0n].map((shift) => (near >> shift) & 255n).join('.')
        const list = new BlockList()
        list.addSubnet(text, prefix)
        const parsed = parseRange(`${text}/${prefix}`)
        expect(parsed).toBeDefined()
        expect(inRanges(address, parsed ? [parsed] : [])).toBe(list.check(address))
        expect(inRanges(`::ffff:${address}`, parsed ? [parsed] : [])).toBe(list.check(address))
      }),
    )
  })

  it('of one kind lies in no range of the other', () => {
    const all = [parseRange('0.0.0.0/0'), parseRange('2001:db8::/32')].filter((range) => range !== undefined)
    expect(inRanges('2001:db8::7', all)).toBe(true)
    expect(inRanges('2001:db9::7', all)).toBe(false)
    expect(inRanges('nonsense', all)).toBe(false)
  })
})

describe('a range', () => {
  it.each(['10.0.0.0/8', '192.168.1.7', '::1', 'fe80::/10', '0.0.0.0/0', '::/0'])('%s is one', (text) => {
    expect(parseRange(text)).toBeDefined()
  })
  it.each(['10.0.0.1/8', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/08', '10.0.0/8', '::1/64', '1.2.3.4/8/9', 'all'])(
    '%s is none',
    (text) => expect(parseRange(text)).toBeUndefined(),
  )
})

describe('other names of the network', () => {
  it.each([
    ['backup.example.com', true],
    ['localhost', true],
    ['10.0.0.7', true],
    ['::1', true],
    ['1.2.3', false],
    ['300.1.1.1', false],
    ['a b', false],
    ['host:22', false],
    ['-x.com', false],
    ['', false],
  ])('host %j: %s', (text, expected) => expect(isHost(text)).toBe(expected))

  it.each([
    ['admin@example.com', true],
    ["o'neil+backup@sub.example.org", true],
    ['root@localhost', true],
    ['admin', false],
    ['a@b@c', false],
    ['Ann <ann@example.com>', false],
    ['.a@b.c', false],
    ['a..b@c.d', false],
    ['a@-b.c', false],
    ['a@b.c\nBcc: d@e.f', false],
  ])('mail %j: %s', (text, expected) => expect(isEmail(text)).toBe(expected))

  it.each([
    ['https://dashboard.acme.com/backups', true],
    ['http://prometheus:9090', true],
    ['ftp://a.b', false],
    ['https://user:secret@a.b', false],
    ['https://', false],
    ['dashboard.acme.com', false],
    ['javascript:alert(1)', false],
  ])('web %j: %s', (text, expected) => expect(isWebAddress(text)).toBe(expected))
})

describe('cipher suites', () => {
  it('are all known to Node', () => {
    const known = new Set(getCiphers())
    for (const suite of cipherSuites) expect(known).toContain(suite.toLowerCase())
  })
})
