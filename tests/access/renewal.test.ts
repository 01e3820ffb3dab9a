// A password hash of former, cheaper parameters is renewed at the next sign-in, and only then.
import crypto from 'node:crypto'
import { expect, test } from 'vitest'
import { argon2Parameters } from '#server/auth/password.ts'
import { goodPassword, startConsole } from './testing.ts'

test('the hash is renewed by a sign-in that succeeds', async () => {
  await using console = await startConsole()
  const { userId } = await console.person('administrator')
  const cost = { memory: 8192, passes: 1, parallelism: 1, tagLength: 32 }
  const nonce = crypto.randomBytes(16)
  const tag = crypto.argon2Sync('argon2id', { ...cost, message: goodPassword, nonce })
  const [salt, hash] = [nonce, tag].map((bytes) => bytes.toString('base64').replace(/=+$/, ''))
  const old = `$argon2id$v=19$m=8192,t=1,p=1$${salt}$${hash}`
  await console.catalog.transaction((tx) => tx.user.update({ where: { id: userId }, data: { passwordHash: old } }))
  const stored = async () => (await console.catalog.db.user.findUniqueOrThrow({ where: { id: userId } })).passwordHash
  expect((await console.browser().signIn('administrator@example.com', 'not the password')).status).toBe(401)
  expect(await stored()).toBe(old)
  expect((await console.browser().signIn('administrator@example.com', goodPassword)).status).toBe(200)
  expect(await stored()).toContain(`$m=${argon2Parameters.memory},t=${argon2Parameters.passes},`)
  expect((await console.browser().signIn('administrator@example.com', goodPassword)).status).toBe(200)
})
