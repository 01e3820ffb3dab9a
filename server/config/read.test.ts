// Mistakes in a file: each with its line, its value unless that may be a secret, what is allowed, and what was probably meant.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import type { Overrides } from '../contract/config/environment.ts'
import { allPlaces } from '../contract/config/places.ts'
import { problemText } from '../contract/config/problems.ts'
import { codeOf, messageOf } from '../contract/errors.ts'
import { readJsonc } from './jsonc.ts'
import { parseDocument, readConfigFile, readDocument } from './read.ts'

const told = (text: string): string[] => readDocument(text).problems.map(problemText)
const toldOf = (document: unknown): string[] => told(JSON.stringify(document))

const schedule = { type: 'full', cron_expression: '0 1 * * *', include_paths: ['/data'] }
const trigger = { name: 'a', condition: 'x > 1', severity: 'high', notification_method: ['email'] }
const local = { type: 'local', local: { path: '/b' } }

describe('a wrong value', () => {
  it.each<[unknown, RegExp]>([
    [{ storage: { type: 'locl' } }, /storage\.type: is "locl"; allowed is one of "local".*did you mean "local"\?/],
    [{ storage: { ...local, local: {} } }, /storage\.local\.path: is missing; allowed is an absolute path/],
    [{ storage: { type: 'local', local: { path: 'backups' } } }, /is "backups"; allowed is an absolute path/],
    [{ storage: { type: 'local', local: { path: '/a/../etc' } } }, /allowed is an absolute path/],
    [{ storage: { ...local, cloud: { type: 's4', bucket: 'b' } } }, /cloud\.type: is "s4".*did you mean "s3"\?/],
    [{ storage: { ...local, remote: { type: 'sftp', host: 'a:22', username: 'u', path: '/' } } }, /host name or an IP/],
    [{ schedules: { a: { ...schedule, type: 'FULL' } } }, /did you mean "full"\?/],
    [
      { schedules: { a: { ...schedule, cron_expression: '61 * * * *' } } },
      /cron_expression: is "61 \* \* \* \*" \(minute: /,
    ],
    [{ schedules: { a: { ...schedule, cron_expression: '0 0 31 2 *' } } }, /would never run/],
    [
      { schedules: { a: { ...schedule, time_zone: 'Mars/Olympus' } } },
      /time_zone: is "Mars\/Olympus"; allowed is a time zone/,
    ],
    [
      { schedules: { a: { ...schedule, include_paths: [] } } },
      /include_paths: is a list of 0; allowed is a list of at least 1/,
    ],
    [{ schedules: { a: { ...schedule, retention_days: 0 } } }, /is 0; allowed is a whole number from 1 to 36525/],
    [{ schedules: { 'a b': schedule } }, /schedules\["a b"\]: is no name/],
    [{ schedules: { a: { ...schedule, exclude_patterns: ['a\nb'] } } }, /a pattern as in \.gitignore/],
    [{ compression: { algorithms: { zstd: { compression_level: 20 } } } }, /from 1 to 19/],
    [{ encryption: { key_derivation: { iterations: 1000 } } }, /from 100000 to 10000000/],
    [{ encryption: { algorithm: 'AES-128-CBC' } }, /allowed is "AES-256-GCM"/],
    [{ api: { port: '8081' } }, /api\.port: is "8081"; allowed is a whole number from 1 to 65535 \(without quotes\)/],
    [{ api: { port: 70_000 } }, /api\.port: is 70000/],
    [{ api: { ssl: { enabled: 'true' } } }, /is "true"; allowed is true or false \(without quotes\)/],
    [{ api: null }, /api: is null; allowed is an object/],
    [{ network_security: { firewall: { allowed_ips: ['10.0.0.1/8'] } } }, /allowed_ips\[0\]: is "10\.0\.0\.1\/8"/],
    [{ network_security: { tls: { min_version: 'TLSv1.1' } } }, /"TLSv1\.2", "TLSv1\.3"; did you mean/],
    [{ network_security: { tls: { cipher_suites: ['RC4-MD5'] } } }, /cipher_suites\[0\]: is "RC4-MD5"/],
    [{ alerts: { alert_triggers: [{ ...trigger, condition: 'a = 2' }] } }, /a comparison is written ==/],
    [
      { alerts: { alert_triggers: [{ ...trigger, recipients: ['admin'] }] } },
      /recipients\[0\]: is "admin"; allowed is a mail/,
    ],
    [{ performance: { bandwidth_shaping: { throttling_schedule: { work_hours: 'fast' } } } }, /"20 Mbps"/],
    [
      { compliance: { retention_policies: { audit_logs: '7 years' } } },
      /is "7 years"; allowed is a period such as "7_years"/,
    ],
    [{ file_security: { backup_directory: { path: '/b', permissions: '899' } } }, /octal/],
    [{ metadata: { last_updated: 'yesterday' } }, /a time such as/],
  ])('%j', (document, message) => expect(toldOf(document).join('\n')).toMatch(message))
})

describe('what does not belong together', () => {
  it.each<[unknown, RegExp]>([
    [{ storage: { type: 'cloud', local: { path: '/b' } } }, /storage\.type: is "cloud", but storage\.cloud is missing/],
    [{ storage: { type: 'hybrid', local: { path: '/b' } } }, /storage\.hybrid is missing/],
    [
      { storage: { ...local, type: 'hybrid', hybrid: { primary: 'local', secondary: 'clud' } } },
      /no such storage; there are "local"/,
    ],
    [
      { storage: { ...local, type: 'hybrid', hybrid: { primary: 'local', secondary: 'local' } } },
      /the same as primary/,
    ],
    [
      { storage: local, schedules: { a: { ...schedule, repository: 'locl' } } },
      /no such storage in this document.*did you mean "local"\?/,
    ],
    [
      { schedules: { a: { ...schedule, policy: 'complience' } }, retention_policies: { compliance: {} } },
      /no such retention policy.*did you mean "compliance"/,
    ],
    [
      { storage: local, schedules: { a: { ...schedule, include_paths: ['/data', '/b/c'] } } },
      /warning: .*include_paths\[1\]: is in "\/b", the repository/,
    ],
    [{ alerts: { alert_triggers: [trigger, trigger] } }, /alert_triggers\[1\]\.name: is "a", as another one before is/],
    [
      { compression: { default_algorithm: 'xz', algorithms: { xz: { enabled: false } } } },
      /algorithms\.xz\.enabled is false/,
    ],
    [{ encryption: { key_management: { source: 'environment' } } }, /environment_variable: is missing/],
    [
      { integrations: { cloud_storage: [{ name: 'mine' }] } },
      /cloud_storage\[0\]\.type: is missing: "mine" does not tell/,
    ],
    [
      { integrations: { cloud_storage: [{ name: 'aws_s3' }] } },
      /bucket: is missing, and a storage of type "s3" needs it/,
    ],
    [
      { integrations: { cloud_storage: [{ name: 'aws_s3', bucket: 'b', container: 'c' }] } },
      /no key of a storage of type "s3"/,
    ],
    [{ api: { ssl: { cert_path: '/c.pem' } } }, /api\.ssl\.key_path: is missing/],
    [
      { api: { ssl: { enabled: false } }, network_security: { authentication: { require_client_cert: true } } },
      /client certificates need TLS/,
    ],
    [{ network_security: { firewall: { enabled: true } } }, /nobody could connect/],
  ])('%j', (document, message) => expect(toldOf(document).join('\n')).toMatch(message))

  it.each<[unknown, Overrides, RegExp | undefined]>([
    [{ console: { port: 8081 } }, {}, /console\.port: is 8081, which the API listens on \(api\.port\)$/],
    [{ api: { port: 3000 } }, {}, /api\.port: is 3000, which the console listens on \(console\.port\)$/],
    [{ api: { port: 3000, enabled: false } }, {}, undefined],
    [
      { api: { port: 3177 } },
      { consolePort: 3177 },
      /api\.port: .* console listens on \(console\.port, by HOLDFAST_CONSOLE_PORT\)$/,
    ],
    [{ console: { port: 8081 } }, { apiPort: 8181 }, undefined],
    [{ console: { port: 3000 }, api: { port: 3000 } }, { consolePort: 3100 }, undefined],
    [{}, { apiPort: 3000 }, /console\.port: is 3000, which the API listens on \(api\.port, by HOLDFAST_API_PORT\)$/],
    [{ console: { host: '10.0.0.1' }, api: { host: '10.0.0.2', port: 3000 } }, {}, undefined],
    [{ console: { host: '0.0.0.0' }, api: { host: '10.0.0.2', port: 3000 } }, {}, /api\.port/],
  ])('are two listeners on one port: %j with %j', (document, overrides, message) => {
    const { problems } = readDocument(JSON.stringify(document), { overrides })
    expect(problems.map(problemText)).toEqual(message ? [expect.stringMatching(message)] : [])
  })

  it('is no matter of ports where nobody knows with which environment a server starts', () => {
    expect(toldOf({ console: { port: 8081 } })).toEqual([])
  })

  it('is told beside other mistakes', () => {
    const problems = toldOf({ storage: { type: 'cloud' }, api: { port: 0 }, nonsense: 1 })
    expect(problems).toHaveLength(3)
  })

  it('is only a warning where it works all the same', () => {
    const { document, problems } = readDocument(JSON.stringify({ encryption: { enabled: false } }))
    expect(document).toEqual({ encryption: { enabled: false } })
    expect(problems.map(problemText)).toEqual([
      'warning: line 1, column 16: encryption.enabled: is false, but a repository is always encrypted: it has no effect',
    ])
  })
})

describe('a secret', () => {
  const secrets: readonly [unknown, string][] = [
    [
      { storage: { ...local, remote: { type: 'sftp', host: 'h', username: 'u', path: '/', password: 'hunter2!' } } },
      'hunter2!',
    ],
    [
      { notifications: { channels: { slack: { webhook_url_env_var: 'https://hooks.slack.com/services/T0/B0/abc' } } } },
      'abc',
    ],
    [
      { notifications: { channels: { email: { smtp_server: 'h', sender_email: 'a@b.c', password: 'Pa55word' } } } },
      'Pa55word',
    ],
    [
      { storage: { ...local, cloud: { type: 's3', bucket: 'b', access_key_env_var: 'AKIAIOSFODNN7EXAMPLE' } } },
      'AKIAIOSFODNN7EXAMPLE',
    ],
    [{ storage: { ...local, cloud: { type: 's3', bucket: 'b', secret_key: 'wJalrXUtnFEMI' } } }, 'wJalrXUtnFEMI'],
    [{ metadata: { organization: 'token ghp_abcdefghijklmnopqrstuvwxyz0123456789' } }, 'ghp_abcdef'],
    [{ integrations: { monitoring_tools: [{ name: 'prometheus', endpoint: 'http://user:geheim@p:9090' }] } }, 'geheim'],
    [{ api: { authentication: { api_key_env_var: 'lower case secret' } } }, 'lower case secret'],
  ]
  it.each(secrets)('in %j is refused, with advice, and not shown', (document, secret) => {
    const problems = toldOf(document)
    expect(problems.length).toBeGreaterThan(0)
    expect(problems.join('\n')).toMatch(/environment variable|no password in it/)
    expect(problems.join('\n')).not.toContain(secret)
  })

  it('is told which key to use instead', () => {
    expect(toldOf(secrets[0]?.[0]).join()).toMatch(/storage\.remote\.password: a secret.*name it in "password_env_var"/)
  })
})

describe('an unknown key', () => {
  it('is told together with where it is known, when nothing near is', () => {
    expect(toldOf({ api: { retention_days: 3 } }).join()).toMatch(
      /api\.retention_days: unknown key; it is known as storage\.local\.retention_days.*allowed here are host, port/,
    )
  })

  it('is never taken for what every object has', () => {
    for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      expect(told(`{"${key}": {"a": 1}}`).join(), key).toMatch(/unknown key/)
      expect(told(`{"schedules": {"a": {"${key}": 1}}}`).join(), key).toContain(`schedules.a.${key}: unknown key`)
    }
  })

  it('with one letter too many is told the right one', () => {
    const key = fc.constantFrom(...allPlaces().filter((place) => !/[.[]/.test(place)))
    fc.assert(
      fc.property(key, fc.nat(), fc.constantFrom('x', 'q', '_'), (right, at, letter) => {
        const place = at % (right.length + 1)
        const wrong = `${right.slice(0, place)}${letter}${right.slice(place)}`
        const [problem] = readDocument(JSON.stringify({ [wrong]: {} })).problems
        expect(problem).toMatchObject({ kind: 'unknown', path: wrong, nearest: right })
      }),
    )
  })
})

describe('the text', () => {
  it('may have comments, a mark at its beginning and commas at the end', () => {
    const text = '\uFEFF// one\n{ /* two */ "api": { "port": 8443, }, }'
    expect(readDocument(text)).toEqual({ document: { api: { port: 8443 } }, problems: [] })
  })

  it('gives each mistake its line and column, in their order', () => {
    const text = ['{', '  "api": {', '    "prot": 1,', '    "port": 0', '  },', '  "schedules": { "a": {} }', '}'].join(
      '\r\n',
    )
    expect(told(text).map((each) => each.slice(0, 40))).toEqual([
      'line 3, column 5: api.prot: unknown key;',
      'line 4, column 5: api.port: is 0; allowe',
      'line 6, column 18: schedules.a.type: is ',
      'line 6, column 18: schedules.a.cron_expr',
      'line 6, column 18: schedules.a.include_p',
    ])
  })

  it('has no key twice', () => {
    const text = '{ "api": { "port": 1, "port": 2 }, "api": {} }'
    expect(told(text)).toEqual([
      'line 1, column 23: api.port: the key "port" is here a second time',
      'line 1, column 36: api: the key "api" is here a second time',
    ])
  })

  it.each([
    ['', 'line 1, column 1: value expected'],
    ['// nothing', 'line 1, column 11: value expected'],
    ['{"a": }', 'line 1, column 7: value expected'],
    ['{"a": 1', 'line 1, column 8: close brace expected'],
    ['{a: 1}', 'line 1, column 2: invalid symbol'],
    ['/*', 'unexpected end of comment'],
    ['{"a": 1 /*', 'unexpected end of comment'],
    ['{"a": "x}', 'unexpected end of string'],
    ['[1]', 'is a list of 1; allowed is an object'],
    ['['.repeat(2_000_000), 'bytes; 1048576 are allowed'],
    ['['.repeat(1_000_000), 'nested deeper than 32'],
    [`${'{"a":'.repeat(100)}1${'}'.repeat(100)}`, 'nested deeper than 32'],
  ])('number %# is refused', (text, why) => {
    const { document, problems } = readDocument(text)
    expect(document).toBeUndefined()
    expect(problems.map(problemText).join('\n')).toContain(why)
  })

  it('that is any JSON is read as JSON.parse reads it, or has a key twice or is too deep', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value)
        const { value: read, problems } = readJsonc(text)
        expect(problems).toEqual([])
        // Not with the value itself: -0 is written as 0.
        expect(read).toEqual(JSON.parse(text))
      }),
      { examples: [[[-0]]] },
    )
  })

  it('never makes the check throw', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[{}[\]":,a0 /*]{0,40}$/))
    fc.assert(
      fc.property(text, (given) => readDocument(given).problems.length >= 0),
      { numRuns: 500, examples: [['/*'], ['"'], ['//'], ['-']] },
    )
  })

  it('with more mistakes than anybody reads is told the first 500', () => {
    const lines = (line: (i: number) => string): string => Array.from({ length: 3000 }, (_, i) => line(i)).join(',\n')
    for (const text of [`{${lines((i) => `"k${i}": 0`)}}`, `{${lines(() => '"api": 0')}}`, '/*'.repeat(3000)]) {
      const { document, problems } = readDocument(text)
      expect(document).toBeUndefined()
      expect(problems).toHaveLength(500)
    }
  })

  it('that is made to take long does not', () => {
    const long = (text: string): string => text.repeat(900_000 / text.length)
    const strings = ['a', 'eyJ-', 'a://b:', 'SG.', 'AKIA', '-----BEGIN '].map(long)
    // Without bounds on what they repeat, the patterns of secrets would need hours for one of these.
    for (const organization of strings) expect(toldOf({ metadata: { organization } })).toHaveLength(1)
  })

  it('with mistakes is one error that names them all', () => {
    const text = '{"api": {"port": 0}, "nonsense": 1}'
    expect(() => parseDocument(text, 'my.json')).toThrow(/^my\.json has 2 mistakes:\n {2}line 1.*\n {2}line 1/)
  })
})

describe('a file', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-config-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const failing = (file: string): string => {
    try {
      readConfigFile(file)
      return 'read'
    } catch (error) {
      return `${codeOf(error)} ${messageOf(error)}`
    }
  }

  it('that is not there, no file, or no text is told', () => {
    writeFileSync(path.join(folder, 'bytes'), Buffer.from([0x7b, 0xff, 0x7d]))
    expect(failing(path.join(folder, 'none'))).toMatch(/^not_found There is no file .*none/)
    expect(failing(folder)).toMatch(/^usage .*EISDIR/)
    expect(failing(path.join(folder, 'bytes'))).toMatch(/^usage .*not UTF-8/)
  })

  it('that may not be read is told', ({ skip }) => {
    if (process.getuid?.() === 0) skip('root may read everything')
    const file = path.join(folder, 'closed')
    writeFileSync(file, '{}')
    chmodSync(file, 0)
    expect(failing(file)).toMatch(/^denied /)
  })
})
