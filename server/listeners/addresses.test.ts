import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { addressList, addressOf } from './addresses.ts'

test.each([
  ['10.0.0.0/8', '10.255.0.1', true],
  ['10.0.0.0/8', '11.0.0.1', false],
  ['192.0.2.7', '192.0.2.7', true],
  ['192.0.2.7', '192.0.2.8', false],
  ['fd00::/8', 'fd12::1', true],
  ['fd00::/8', '::1', false],
  ['0.0.0.0/0', '203.0.113.9', true],
  ['0.0.0.0/0', '2001:db8::1', false],
  ['10.0.0.0/8', 'no address', false],
])('%s and %s: %s', (network, address, inside) => {
  expect(addressList([network], 'setting')(address)).toBe(inside)
})

test.each(['10.0.0.0/33', 'fd00::/129', '10.0.0/8', 'host.example', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0.0/-1', ''])(
  '"%s" is named as wrong',
  (entry) => {
    expect(() => addressList([entry], 'network_security.firewall.allowed_ips')).toThrow(
      /network_security\.firewall\.allowed_ips: ".*" is no address/,
    )
  },
)

const from = (remoteAddress: string, forwarded?: string | string[]): IncomingMessage =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage

test('X-Forwarded-For is believed of trusted proxies only, and from the right', () => {
  const nobody = addressList([], 'x')
  const proxies = addressList(['10.0.0.0/8'], 'x')
  expect(addressOf(from('192.0.2.1', '203.0.113.5'), nobody)).toBe('192.0.2.1')
  expect(addressOf(from('192.0.2.1', '203.0.113.5'), proxies)).toBe('192.0.2.1')
  expect(addressOf(from('10.0.0.1', '203.0.113.5'), proxies)).toBe('203.0.113.5')
  // What stands left of the last stranger is the stranger's own claim.
  expect(addressOf(from('10.0.0.1', '127.0.0.1, 203.0.113.5, 10.0.0.2'), proxies)).toBe('203.0.113.5')
  expect(addressOf(from('10.0.0.1', 'unknown'), proxies)).toBe('10.0.0.1')
  expect(addressOf(from('10.0.0.1'), proxies)).toBe('10.0.0.1')
  expect(addressOf(from('10.0.0.1', ['203.0.113.5', '203.0.113.6']), proxies)).toBe('203.0.113.6')
})

test('an IPv4 client on an IPv6 socket is an IPv4 client', () => {
  const proxies = addressList(['10.0.0.0/8'], 'x')
  expect(addressOf(from('::ffff:192.0.2.1'), proxies)).toBe('192.0.2.1')
  expect(addressOf(from('::ffff:10.0.0.1', '::ffff:203.0.113.5'), proxies)).toBe('203.0.113.5')
  expect(addressOf(from('fe80::1%eth0'), proxies)).toBe('fe80::1')
})
