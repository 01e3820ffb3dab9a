// The second factor from enrolment to sign-in: each code and each recovery code works once.
import { Secret, TOTP } from 'otpauth'
import { describe, expect, test } from 'vitest'
import { codeOf } from '#server/contract/errors.ts'
import { type Console, goodPassword, startConsole } from './testing.ts'

const email = 'administrator@example.com'
const STEP = 30_000

const codeOfTime = (secret: string, ms: number): string =>
  new TOTP({ secret: Secret.fromBase32(secret), algorithm: 'SHA1', digits: 6, period: 30 }).generate({ timestamp: ms })

/** An administrator with a second factor. */
async function enrol(console: Console) {
  const actor = await console.person('administrator', email)
  const { secret, url } = await console.profile.startSecondFactor(actor, { password: goodPassword })
  const code = codeOfTime(secret, console.clock.now())
  const { recoveryCodes } = await console.profile.confirmSecondFactor(actor, { password: goodPassword, code })
  return { actor, secret, url, recoveryCodes, spent: code, next: () => codeOfTime(secret, console.clock.now()) }
}

const signIn = async (console: Console, code: string, password = goodPassword) => {
  const browser = console.browser()
  const { status, json } = await browser.signIn(email, password, { code })
  const reason = new URL((json as { url: string }).url).searchParams.get('error')
  return { status, reason, kind: (await browser.whoAmI()).kind }
}

describe('sign-in', () => {
  test('asks for a code only when the password is right, and counts that as no failure', async () => {
    await using console = await startConsole()
    const { next } = await enrol(console)
    for (let made = 0; made < 8; made++) {
      expect(await signIn(console, '')).toEqual({ status: 401, reason: 'SecondFactorRequired', kind: 'anonymous' })
    }
    expect(await signIn(console, '', 'not the password')).toMatchObject({ reason: 'CredentialsSignin' })
    console.clock.advance(STEP)
    expect(await signIn(console, next())).toMatchObject({ status: 200, kind: 'user' })
  })

  test('takes a code once, also when two come at the same time, and not the one that confirmed', async () => {
    await using console = await startConsole()
    const { next, spent } = await enrol(console)
    expect(await signIn(console, spent)).toMatchObject({ reason: 'CredentialsSignin' })
    console.clock.advance(STEP)
    const both = await Promise.all([signIn(console, next()), signIn(console, next())])
    expect(both.map(({ kind }) => kind).sort()).toEqual(['anonymous', 'user'])
    expect(await signIn(console, next())).toMatchObject({ kind: 'anonymous' })
    const reasons = (await console.events('session.sign_in')).map(({ details }) => JSON.parse(details ?? '{}').reason)
    expect(reasons).toContain('wrong code')
  })

  test('counts wrong codes like wrong passwords: they can not be tried out', async () => {
    await using console = await startConsole()
    await enrol(console)
    for (let made = 0; made < 5; made++) expect((await signIn(console, '000000')).status).toBe(401)
    expect(await signIn(console, '000000')).toMatchObject({ status: 429, reason: 'TooManyAttempts' })
  })

  test('takes each recovery code once', async () => {
    await using console = await startConsole()
    const { recoveryCodes, actor } = await enrol(console)
    const [first = '', second = ''] = recoveryCodes
    expect(await signIn(console, first)).toMatchObject({ kind: 'user' })
    expect(await signIn(console, first)).toMatchObject({ kind: 'anonymous' })
    const both = await Promise.all([signIn(console, second), signIn(console, second)])
    expect(both.filter(({ kind }) => kind === 'user')).toHaveLength(1)
    expect(await console.profile.get(actor)).toMatchObject({ secondFactor: true, recoveryCodes: 8 })
    const [used] = (await console.events('session.sign_in')).filter(({ result }) => result === 'success')
    expect(JSON.parse(used?.details ?? '')).toMatchObject({ secondFactor: 'recovery', left: 9 })
  })
})

describe('the own second factor', () => {
  test('counts only once it was confirmed', async () => {
    await using console = await startConsole()
    const actor = await console.person('administrator', email)
    await console.profile.startSecondFactor(actor, { password: goodPassword })
    expect(await signIn(console, '')).toMatchObject({ kind: 'user' })
    const wrong = await console.profile
      .confirmSecondFactor(actor, { password: goodPassword, code: '000000' })
      .catch(codeOf)
    expect(wrong).toBe('wrong_secret')
    expect(await console.profile.get(actor)).toMatchObject({ secondFactor: false, recoveryCodes: 0 })
  })

  test('is sealed in the catalog, and its recovery codes are hashes', async () => {
    await using console = await startConsole()
    const { actor, secret, url, recoveryCodes } = await enrol(console)
    const row = await console.catalog.db.user.findUniqueOrThrow({ where: { id: actor.userId } })
    expect(row.totpSecret).toMatch(/^v1\./)
    expect(url).toContain(secret)
    for (const text of [secret, ...recoveryCodes]) expect(JSON.stringify(row)).not.toContain(text)
  })

  test('can not be replaced, only taken off, with the password and a code', async () => {
    await using console = await startConsole()
    const { actor, next, spent } = await enrol(console)
    const { profile } = console
    expect(await profile.startSecondFactor(actor, { password: goodPassword }).catch(codeOf)).toBe('refused')
    const tries = [
      { password: 'not the password', code: next() },
      { password: goodPassword, code: spent },
    ]
    for (const input of tries)
      expect(await profile.disableSecondFactor(actor, input).catch(codeOf)).toBe('wrong_secret')
    console.clock.advance(STEP)
    expect(await profile.disableSecondFactor(actor, { password: goodPassword, code: next() })).toEqual({
      disabled: true,
    })
    expect(await signIn(console, '')).toMatchObject({ kind: 'user' })
    expect(await profile.disableSecondFactor(actor, { password: goodPassword, code: next() }).catch(codeOf)).toBe(
      'refused',
    )
  })

  test('gets new recovery codes, and the old ones open nothing', async () => {
    await using console = await startConsole()
    const { actor, recoveryCodes: old, next } = await enrol(console)
    console.clock.advance(STEP)
    const { recoveryCodes } = await console.profile.createRecoveryCodes(actor, { password: goodPassword, code: next() })
    expect(await signIn(console, old[0] ?? '')).toMatchObject({ kind: 'anonymous' })
    expect(await signIn(console, recoveryCodes[0] ?? '')).toMatchObject({ kind: 'user' })
  })

  test('asks for proof no more than five times in a row', async () => {
    await using console = await startConsole()
    const { actor } = await enrol(console)
    const guess = () =>
      console.profile.disableSecondFactor(actor, { password: 'not the password', code: '1' }).catch(codeOf)
    for (let made = 0; made < 5; made++) expect(await guess()).toBe('wrong_secret')
    expect(await guess()).toBe('rate_limited')
    expect((await console.events('profile.second_factor')).map(({ result }) => result)).toEqual(Array(6).fill('denied'))
  })

  test('is taken off by an administrator for somebody who lost it, whose sessions end', async () => {
    await using console = await startConsole()
    const { actor, recoveryCodes } = await enrol(console)
    const browser = console.browser()
    await browser.signIn(email, goodPassword, { code: recoveryCodes[0] ?? '' })
    const other = await console.person('administrator', 'other@example.com')
    expect(await console.users.resetSecondFactor(other, { id: actor.userId })).toMatchObject({ secondFactor: false })
    expect(await browser.whoAmI()).toMatchObject({ kind: 'anonymous' })
    expect(await signIn(console, '')).toMatchObject({ kind: 'user' })
  })
})
