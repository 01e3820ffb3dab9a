import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMasker, isSecretName, MASK, maskSecrets, maskText } from './mask.ts'

describe('texts', () => {
  it.each([
    ['Authorization: Bearer abcdef123456', 'Authorization: ***'],
    ['authorization: Basic dXNlcjpwYXNz', 'authorization: ***'],
    ['"authorization":"Bearer abc.def"', '"authorization":"***"'],
    ['got Bearer abcdefgh-1234', 'got Bearer ***'],
    ['Cookie: a=b; next-auth.session-token=xyz', 'Cookie: ***'],
    ['Set-Cookie: sid=1234; HttpOnly\nHost: x', 'Set-Cookie: ***\nHost: x'],
    ['postgresql://holdfast:s3cret@db:5432/x', 'postgresql://***@db:5432/x'],
    ['postgresql://holdfast:p/a?s#s@db/x', 'postgresql://***@db/x'],
    ['https://token@host/path', 'https://***@host/path'],
    ['https://hooks.slack.com/services/T0/B0/xyz', 'https://hooks.slack.com/***'],
    ['https://discord.com/api/webhooks/1/abc', 'https://discord.com/***'],
    ['https://acme.webhook.office.com/a/b', 'https://acme.webhook.office.com/***'],
    ['https://chat.example.com/hooks/abc?x=1', 'https://chat.example.com/hooks/***'],
    ['GET /a?user=u&token=abc&x=1', 'GET /a?user=u&token=***&x=1'],
    ['https://b.s3/x?X-Amz-Signature=aa&X-Amz-Date=1', 'https://b.s3/x?X-Amz-Signature=***&X-Amz-Date=1'],
    ['otpauth://totp/Holdfast:a@b?secret=JBSWY3DP', 'otpauth://***'],
    ['password=hunter2 and more', 'password=*** and more'],
    ['{"password": "with \\" quote", "a": 1}', '{"password": ***, "a": 1}'],
    ['--password hunter2 --repo /r', '--password *** --repo /r'],
    ['SMTP_PASSWORD=abc', 'SMTP_PASSWORD=***'],
    ['api-key: abc', 'api-key: ***'],
    ['key AKIAIOSFODNN7EXAMPLE used', 'key *** used'],
    ['eyJhbGciOi.eyJzdWIi.c2ln', '***'],
    ['xoxb-123456789-abc', '***'],
    ['hf_0123456789abcdefABCDEF', 'hf_***'],
    ['-----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY-----', '***'],
  ])('%s', (text, expected) => {
    expect(maskText(text)).toBe(expected)
    expect(maskText(maskText(text))).toBe(maskText(text))
  })

  it.each([
    'https://host:8080/a@b',
    'https://example.com/backups?page=2',
    'Run 0199 of schedule daily_full: 12 files, 3 problems',
    '/srv/tokens/secret-plans/password.txt is unreadable',
    'mail to anna@example.org at 10:30',
    '192.0.2.7:443',
    'hf_01234567',
    'a secret was read from key_file /etc/holdfast/key',
  ])('are left alone: %s', (text) => expect(maskText(text)).toBe(text))
})

describe('names of fields', () => {
  it.each([
    'password',
    'newPassword',
    'SMTP_PASSWORD',
    'api_key',
    'apiKey',
    'X-Api-Key',
    'Authorization',
    'cookie',
    'set-cookie',
    'webhook_url',
    'totpSecret',
    'accessToken',
    'recoveryCodes',
    'passwordHash',
    'pin',
    'auth_token',
    'routing_key',
    'connectionString',
  ])('%s tells of a secret', (name) => expect(isSecretName(name)).toBe(true))

  it.each([
    'name',
    'key',
    'primaryKey',
    'concurrencyKey',
    'password_env_var',
    'secretSource',
    'tokenCount',
    'encryption_key_path',
    'passwordChangedAt',
    'totpConfirmed',
    'spinner',
    'path',
    'credentialsFile',
    'token_expiry_minutes',
  ])('%s does not', (name) => expect(isSecretName(name)).toBe(false))
})

describe('values', () => {
  it('become plain JSON values', () => {
    const circular: Record<string, unknown> = { a: 1 }
    circular.self = circular
    const value = {
      big: 2n ** 70n,
      small: 5n,
      nan: Number.NaN,
      bytes: Buffer.from('abc'),
      map: new Map([['password', 'x']]),
      set: new Set([1]),
      url: new URL('https://u:p@h/'),
      error: new Error('password=x'),
      circular,
      none: undefined,
      list: [undefined, null],
      call: () => 1,
    }
    expect(maskSecrets(value)).toEqual({
      big: '1180591620717411303424',
      small: 5,
      nan: 'NaN',
      bytes: '[3 bytes]',
      map: { password: MASK },
      set: [1],
      url: 'https://***@h/',
      error: { name: 'Error', message: 'password=***' },
      circular: { a: 1, self: '[circular]' },
      list: [null, null],
    })
  })

  it('keep whether there is a secret', () => {
    expect(maskSecrets({ password: null, token: '', apiKey: true, secret: { any: 'thing' }, pin: 1234 })).toEqual({
      password: null,
      token: '',
      apiKey: true,
      secret: MASK,
      pin: MASK,
    })
  })

  it('end where they are too deep', () => {
    let deep: unknown = 'x'
    for (let i = 0; i < 5000; i++) deep = { deep }
    expect(JSON.stringify(maskSecrets(deep))).toContain('[too deep]')
  })

  it('of headers as pairs', () => {
    expect(
      maskSecrets([
        ['Authorization', 'x'],
        ['Accept', 'y'],
      ]),
    ).toEqual([
      ['Authorization', MASK],
      ['Accept', 'y'],
    ])
  })
})

describe('secrets that are known', () => {
  it('are hidden wherever they are, also in names', () => {
    const masker = createMasker()
    masker.hide('correct horse')
    masker.hide('abc')
    expect(masker.text('say correct horse and abc')).toBe('say *** and abc')
    expect(masker.value({ 'correct horse': ['x correct horse y'] })).toEqual({ [MASK]: [`x ${MASK} y`] })
  })

  it('are hidden when patterns are not looked for', () => {
    const masker = createMasker(false)
    masker.hide('correct horse')
    expect(masker.text('password=hunter2 correct horse')).toBe('password=hunter2 ***')
    expect(masker.value({ password: 'hunter2' })).toEqual({ password: MASK })
  })
})

describe('a planted secret never comes through', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
  const secret = fc.string({ unit: fc.constantFrom(...alphabet), minLength: 20, maxLength: 40 })
  const noise = fc.string({ maxLength: 20 })
  const wrap = fc.constantFrom<(s: string) => unknown>(
    (s) => ({ password: s }),
    (s) => ({ headers: { Authorization: `Bearer ${s}`, Cookie: `sid=${s}` } }),
    (s) => ({ list: [{ webhook_url: `https://x.example/${s}` }] }),
    (s) => `Authorization: Basic ${s}`,
    (s) => `Cookie: next-auth.session-token=${s}; theme=dark`,
    (s) => `postgresql://holdfast:${s}@db.example/catalog`,
    (s) => `sftp://${s}:@backup.example/srv`,
    (s) => `https://hooks.slack.com/services/T000/B000/${s}`,
    (s) => `otpauth://totp/Holdfast:anna?secret=${s}&issuer=Holdfast`,
    (s) => `GET /api?api_key=${s}&page=1`,
    (s) => `{"token":"${s}"}`,
    (s) => `BACKUP_SMTP_PASSWORD=${s}`,
    (s) => `the key hf_${s} was used`,
    (s) => new Map([['apiKey', s]]),
    (s) => new Error(`connect to https://u:${s}@host failed`),
    (s) => [['x-api-key', s]],
    (s) => new URL(`https://u:${s}@host/`),
  )
  it('from any place, with anything around it', () => {
    fc.assert(
      fc.property(secret, wrap, noise, noise, (planted, place, before, after) => {
        const value = place(planted)
        const around = typeof value === 'string' ? `${before} ${value} ${after}` : { [`n${before}`]: after, value }
        expect(JSON.stringify(maskSecrets(around))).not.toContain(planted)
      }),
      { numRuns: 1000 },
    )
  })
})
