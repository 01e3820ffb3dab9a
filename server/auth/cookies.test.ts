// Names and attributes of cookies by the public URL, and reading them.
import { expect, test } from 'vitest'
import { cookieOptions, parseCookies, sessionCookieName } from './cookies.ts'

test('over https every cookie is secure by flag and by prefix; always HttpOnly, Lax and for /backups only', () => {
  for (const [url, secure] of [
    ['https://a.example/backups', true],
    ['http://localhost:3000', false],
  ] as const) {
    for (const { name, options } of Object.values(cookieOptions(url))) {
      expect(options).toMatchObject({ httpOnly: true, sameSite: 'lax', path: '/backups', secure })
      expect(name.startsWith('__Secure-holdfast.')).toBe(secure)
    }
  }
  expect(sessionCookieName('https://a.example')).toBe('__Secure-holdfast.session')
})

test('no name is the beginning of another: next-auth takes every cookie that begins like the session', () => {
  const names = Object.values(cookieOptions('http://localhost')).map(({ name }) => name)
  for (const one of names) for (const other of names) expect(one !== other && other.startsWith(one)).toBe(false)
})

test('cookies are read as they are; the first of a name counts; odd ones harm nobody', () => {
  const cookies = parseCookies('a=1; b="two"; a=3; c=%7Cx; d=%zz; e; __proto__=g; g=h=i')
  expect({ ...cookies }).toEqual({ a: '1', b: 'two', c: '|x', d: '%zz', ['__proto__']: 'g', g: 'h=i' })
  expect({ ...parseCookies(undefined) }).toEqual({})
  expect({ ...parseCookies(`a=${'x'.repeat(20_000)}`) }).toEqual({})
})
