// Where bin/holdfast takes its secret from, and the key slots: passwords, key files, environment, a person at a terminal.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { program, Sandbox } from './cli-testing.ts'

let box: Sandbox
beforeEach(() => {
  box = new Sandbox()
})
afterEach(() => box.remove())

const none = {}
const keyBytes = Buffer.from([0, 255, 10, 13, 10])
const snapshots = (env: Readonly<Record<string, string>>, ...words: string[]) =>
  box.run(['snapshots', '--repo', 'r', ...words], { env })
const initWith = (env: Readonly<Record<string, string>>, ...words: string[]) =>
  box.run(['init', '--repo', 'r', '--kdf-iterations', '100000', ...words], { env })

function writeSecret(name: string, content: string | Buffer, mode = 0o600): string {
  box.write(name, content)
  fs.chmodSync(box.at(name), mode)
  return box.at(name)
}

describe('the secret', () => {
  it('of a password file is without the newline at its end, and the same as in a variable', () => {
    initWith(none, '--password-file', writeSecret('password', 'päss word\n'))
    expect(snapshots({ HOLDFAST_PASSWORD: 'päss word' }).status).toBe(0)
    expect(snapshots({ HOLDFAST_PASSWORD_FILE: writeSecret('other', 'päss word') }).status).toBe(0)
    expect(snapshots({ HOLDFAST_PASSWORD_FILE: writeSecret('two newlines', 'päss word\n\n') }).status).toBe(5)
  })

  it('of a key file is its bytes as they are', () => {
    initWith(none, '--key-file', writeSecret('key', keyBytes))
    expect(snapshots({ BACKUP_RECOVERY_ENCRYPTION_KEY_PATH: box.at('key') }).status).toBe(0)
    expect(snapshots(none, '--key-file', writeSecret('cut', keyBytes.subarray(0, -1))).status).toBe(5)
  })

  it('of the environment', () => {
    initWith({ BACKUP_ENCRYPTION_KEY: 'a key' })
    expect(snapshots({ BACKUP_ENCRYPTION_KEY: 'a key' }).status).toBe(0)
    expect(snapshots({ BACKUP_ENCRYPTION_KEY: 'another' }).status).toBe(5)
  })

  it('is the first that is set', () => {
    initWith({ HOLDFAST_PASSWORD: 'right' })
    const others = { HOLDFAST_PASSWORD_FILE: box.at('nope'), BACKUP_ENCRYPTION_KEY: 'wrong' }
    const { status, stderr } = snapshots({ HOLDFAST_PASSWORD: 'right', ...others }, '--verbose')
    expect(status).toBe(0)
    expect(stderr).toContain('taken from HOLDFAST_PASSWORD, not from HOLDFAST_PASSWORD_FILE, BACKUP_ENCRYPTION_KEY')
    expect(snapshots({ HOLDFAST_PASSWORD: 'wrong' }, '--password-file', writeSecret('p', 'right')).status).toBe(0)
    expect(snapshots({ HOLDFAST_PASSWORD: '', ...others }).status).toBe(2)
  })

  it('is asked for in a clear way when there is none', () => {
    const { status, stderr } = snapshots(none)
    expect(status).toBe(2)
    for (const way of [
      '--password-file',
      '--key-file',
      'HOLDFAST_PASSWORD',
      'BACKUP_ENCRYPTION_KEY',
      'BACKUP_RECOVERY_ENCRYPTION_KEY_PATH',
    ]) {
      expect(stderr).toContain(way)
    }
  })

  it('can not be empty', () => {
    expect(initWith(none, '--password-file', writeSecret('empty', '\n')).status).toBe(2)
    expect(fs.existsSync(box.at('r/config'))).toBe(false)
  })

  it('is warned about when others can read its file', () => {
    initWith({ HOLDFAST_PASSWORD: 'x' })
    const file = writeSecret('open', 'x', 0o640)
    expect(snapshots(none, '--password-file', file)).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/^Warning: .* mode 640; it should be 600\n$/),
    })
    expect(snapshots(none, '--password-file', file, '--quiet').stderr).toBe('')
    expect(snapshots(none, '--password-file', writeSecret('closed', 'x')).stderr).toBe('')
  })

  it('may come through a pipe', () => {
    initWith({ HOLDFAST_PASSWORD: 'x' })
    expect(box.shell('echo x | "$0" snapshots --repo r --password-file /dev/stdin', none)).toMatchObject({
      status: 0,
      stderr: '',
    })
  })
})

describe('on a terminal', () => {
  /** Answers each question that ends with a colon; `script` gives the program a terminal. */
  async function converse(args: string, answers: readonly string[]): Promise<{ shown: string; status: number | null }> {
    const child = spawn('script', ['-qec', `${program} ${args}`, '/dev/null'], { cwd: box.home, env: box.env(none) })
    let shown = ''
    let asked = 0
    child.stdout.on('data', (data: Buffer) => {
      shown += data.toString()
      const questions = shown.split(/: /).length - 1
      for (; asked < Math.min(questions, answers.length); asked++) child.stdin.write(answers[asked] ?? '')
    })
    const [status] = await once(child, 'close')
    return { shown, status }
  }

  it('is asked for twice when it is new, once later, and is never shown', async () => {
    const made = await converse('init --repo r --kdf-iterations 100000', ['häx\x7fqwertz\r', 'häqwertz\r'])
    expect(made).toMatchObject({
      status: 0,
      shown: expect.stringMatching(/^Password for the new repository: \r?\n.*again: \r?\nRepository/),
    })
    expect(made.shown).not.toContain('qwertz')
    expect(snapshots({ HOLDFAST_PASSWORD: 'häqwertz' }).status).toBe(0)
    expect(await converse('snapshots --repo r', ['häqwertz\r'])).toMatchObject({
      status: 0,
      shown: expect.stringContaining('0 snapshots'),
    })
    expect((await converse('snapshots --repo r', ['wrong\r'])).status).toBe(5)
  })

  it('must be the same twice, and can be broken off', async () => {
    expect((await converse('init --repo r', ['one\r', 'two\r'])).status).toBe(2)
    expect((await converse('init --repo r', ['one\x03'])).status).toBe(130)
    expect((await converse('init --repo r', ['\x04'])).status).toBe(2)
    expect(fs.existsSync(box.at('r/keys'))).toBe(false)
  })
})

describe('key', () => {
  type Slot = { id: string; kind: string; label: string; iterations: number; used: boolean | null }
  const old = { HOLDFAST_PASSWORD: 'old' }
  const key = (env: Readonly<Record<string, string>>, ...words: string[]) =>
    box.run(
      [
        'key',
        ...words,
        '--repo',
        'r',
        '--json',
        ...(/^(add|change)$/.test(words[0] ?? '') ? ['--kdf-iterations', '100000'] : []),
      ],
      { env },
    )
  const list = (env: Readonly<Record<string, string>> = none) =>
    (JSON.parse(key(env, 'list').stdout) as { slots: Slot[] }).slots

  beforeEach(() => expect(initWith(old).status).toBe(0))

  it('add: both secrets open it', () => {
    const file = writeSecret('key', keyBytes)
    expect(key(old, 'add', '--new-key-file', file, '--label', 'in the säfe').status).toBe(0)
    expect(snapshots(old).status).toBe(0)
    expect(snapshots(none, '--key-file', file).status).toBe(0)
    expect(list()).toMatchObject([
      { kind: 'password', label: 'first', iterations: 100_000, used: null },
      { kind: 'keyfile', label: 'in the säfe', used: null },
    ])
    expect(list(old).map(({ used }) => used)).toEqual([true, false])
  })

  it('add: takes the new secret from a variable, as a password or as a key', () => {
    expect(key({ ...old, HOLDFAST_NEW_PASSWORD: 'new' }, 'add').status).toBe(0)
    expect(key({ ...old, SOME_KEY: 'k' }, 'add', '--new-key-env', 'SOME_KEY').status).toBe(0)
    expect(key(old, 'add', '--new-key-env', 'SOME_KEY').status).toBe(2)
    expect(snapshots({ HOLDFAST_PASSWORD: 'new' }).status).toBe(0)
    expect(snapshots({ BACKUP_ENCRYPTION_KEY: 'k' }).status).toBe(0)
  })

  it('change: only the new secret opens it, and the label stays', () => {
    expect(key(old, 'change', '--new-password-file', writeSecret('new', 'new\n')).status).toBe(0)
    expect(snapshots(old).status).toBe(5)
    expect(snapshots({ HOLDFAST_PASSWORD: 'new' }).status).toBe(0)
    expect(list()).toMatchObject([{ kind: 'password', label: 'first' }])
  })

  it('change: with the wrong secret, or no new one, changes nothing', () => {
    const before = list()
    expect(key({ HOLDFAST_PASSWORD: 'wrong', HOLDFAST_NEW_PASSWORD: 'new' }, 'change').status).toBe(5)
    expect(key(old, 'change').status).toBe(2)
    expect(list()).toEqual(before)
  })

  it('remove: takes the beginning of an id, and refuses the last one', () => {
    key({ ...old, HOLDFAST_NEW_PASSWORD: 'new' }, 'add')
    const [first, second] = list()
    expect(key(old, 'remove', 'zz').status).toBe(2)
    expect(key(old, 'remove', '0'.repeat(64)).status).toBe(1)
    expect(key(old, 'remove', second?.id.slice(0, 8) ?? '')).toMatchObject({ status: 0 })
    expect(snapshots({ HOLDFAST_PASSWORD: 'new' }).status).toBe(5)
    expect(key(old, 'remove', first?.id ?? '').status).toBe(4)
    expect(snapshots(old).status).toBe(0)
  })
})
