// holdfast config check: every mistake of a file, for people and for programs.
import { afterAll, describe, expect, it } from 'vitest'
import { guideText } from '../../server/contract/config/testing.ts'
import { Sandbox } from './cli-testing.ts'

const box = new Sandbox()
afterAll(() => box.remove())

describe('holdfast config check', () => {
  it('takes the guide as it stands', () => {
    box.write('guide.jsonc', guideText())
    const { status, stdout, stderr } = box.run(['config', 'check', 'guide.jsonc'])
    expect(status).toBe(0)
    expect(stdout).toBe('guide.jsonc is right: 19 sections, 3 schedules\n')
    expect(stderr).toMatch(/^guide\.jsonc: warning: line \d+, column \d+: alerts\..*"sms".*not set up/)
  })

  it('tells every mistake with its line, and says so in its status', () => {
    box.write('bad.json', '{\n  "storag": {},\n  "api": { "port": 0 } // here\n}\n')
    const ran = box.run(['config', 'check', box.at('bad.json')])
    expect(ran.status).toBe(2)
    expect(ran.stderr.split('\n')).toEqual([
      expect.stringMatching(/bad\.json: line 2, column 3: storag: unknown key; did you mean "storage"\?$/),
      expect.stringMatching(/bad\.json: line 3, column 12: api\.port: is 0; allowed is/),
      '',
    ])
    expect(ran.stdout).toMatch(/bad\.json: 2 mistakes\n$/)
  })

  it('tells programs the same, with the variables that are needed', () => {
    box.write('bad.json', '{ "api": { "port": 0 } }')
    const bad = box.run(['config', 'check', 'bad.json', '--json'])
    expect(bad.status).toBe(2)
    expect(JSON.parse(bad.stdout)).toEqual({
      file: 'bad.json',
      ok: false,
      problems: [
        {
          severity: 'error',
          kind: 'value',
          path: 'api.port',
          line: 1,
          column: 12,
          message: expect.stringContaining('is 0; allowed is a whole number from 1 to 65535'),
        },
      ],
      variables: [],
    })
    box.write('good.json', '{ "api": { "authentication": { "api_key_env_var": "BACKUP_API_KEY" } } }')
    const good = box.run(['config', 'check', 'good.json', '--json'], { env: { BACKUP_API_KEY: 'x' } })
    expect(JSON.parse(good.stdout)).toMatchObject({ ok: true, variables: [{ variable: 'BACKUP_API_KEY', set: true }] })
  })

  it('counts the ports that the environment gives', () => {
    box.write('api.json', '{ "api": { "port": 3177 } }')
    expect(box.run(['config', 'check', 'api.json'])).toMatchObject({ status: 0 })
    expect(box.run(['config', 'check', 'api.json'], { env: { HOLDFAST_CONSOLE_PORT: '3177' } })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('api.port: is 3177, which the console listens on (console.port, by HOLDFAST_'),
    })
    box.write('console.json', '{ "console": { "port": 8081 } }')
    expect(box.run(['config', 'check', 'console.json'], { env: { HOLDFAST_API_PORT: '8181' } })).toMatchObject({
      status: 0,
    })
  })

  it('needs a file that is there, and knows no other word', () => {
    expect(box.run(['config', 'check', 'none.json'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no file none.json'),
    })
    expect(box.run(['config', 'chekc', 'x'])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/nearest is "check"/),
    })
    expect(box.run(['config', 'check'])).toMatchObject({ status: 2 })
  })
})
