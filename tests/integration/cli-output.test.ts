// What bin/holdfast prints where: --json, --quiet, closed pipes, terminals, hostile names.
import fs from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Sandbox } from './cli-testing.ts'

const box = new Sandbox()

beforeAll(() => {
  for (let i = 0; i < 3000; i++) box.write(`src/a file with a long name that fills pipes, number ${i}`, `${i}`)
  expect(box.init().status).toBe(0)
  expect(box.on('backup', box.at('src')).status).toBe(0)
})
afterAll(() => box.remove())

describe('--json', () => {
  it('is one line of JSON, and says failures the same way', () => {
    for (const words of [['snapshots'], ['ls', 'latest'], ['ls', 'no']]) {
      const [command = '', ...rest] = words
      const { stdout } = box.on(command, ...rest, '--json')
      expect(stdout.trimEnd().split('\n')).toHaveLength(1)
      expect(() => JSON.parse(stdout)).not.toThrow()
    }
  })

  it('also tells what no command was given for', () => {
    expect(JSON.parse(box.run(['--version', '--json']).stdout)).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    })
    expect(JSON.parse(box.run(['--json', 'nonsense']).stdout)).toMatchObject({ error: { code: 'usage' } })
  })
})

describe('--quiet', () => {
  it('prints nothing at all when all is well', () => {
    fs.symlinkSync('src', box.at('link'))
    for (const words of [
      ['backup', box.at('link')],
      ['snapshots'],
      ['ls', 'latest'],
      ['verify'],
      ['diff', 'latest', 'latest'],
    ]) {
      const [command = '', ...rest] = words
      expect(box.on(command, '--quiet', ...rest)).toEqual({ status: 0, stdout: '', stderr: '' })
    }
  })

  it('prints errors, and the document', () => {
    expect(box.on('ls', '-q', 'no')).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(/^holdfast: /),
    })
    expect(JSON.parse(box.on('snapshots', '-q', '--json').stdout)).toHaveLength(2)
  })
})

describe('a restore of "latest"', () => {
  it('says what else the repository holds, and only that', () => {
    const other = new Sandbox()
    const restore = (...words: string[]) => other.on('restore', '--target', other.at('out'), ...words)
    try {
      for (const name of ['one', 'two']) other.write(`${name}/file`, name)
      other.init()
      other.on('backup', other.at('one'))
      expect(restore('latest').stderr).toBe('')
      other.on('backup', other.at('two'))
      expect(restore('latest')).toMatchObject({
        status: 0,
        stderr: expect.stringMatching(
          /^NOTE: latest is the snapshot of \S+\/two on \S+; the repository also holds snapshots of \S+\/one on \S+: holdfast snapshots lists them\n$/,
        ),
      })
      expect(restore('latest', '--quiet').stderr).toBe('')
      const { stdout, stderr } = restore('latest', '--json')
      expect(stderr).toBe('')
      expect(JSON.parse(stdout).otherSources).toEqual([{ host: expect.any(String), paths: [other.at('one')] }])
      const [first] = JSON.parse(other.on('snapshots', '--json').stdout) as { id: string }[]
      const named = restore(first?.id ?? '', '--json')
      expect(JSON.parse(named.stdout)).not.toHaveProperty('otherSources')
    } finally {
      other.remove()
    }
  })
})

describe('help', () => {
  it('is for every command', () => {
    const { stdout, status } = box.run(['--help'])
    expect(status).toBe(0)
    const names = [...stdout.matchAll(/^ {2}([a-z-]+) {2,}[a-z]/gm)].map(([, name]) => name ?? '')
    expect(names).toHaveLength(14)
    // These are about the server, and no repository.
    const ofServer = ['config', 'catalog', 'audit', 'serve']
    for (const name of names) {
      const help = box.run([name, '--help'])
      expect(help).toMatchObject({ status: 0, stderr: '' })
      expect(help.stdout).toContain(`holdfast ${name} `)
      expect(help.stdout.includes('--repo R')).toBe(!ofServer.includes(name))
    }
  })
})

describe('a pipe that is closed', () => {
  it('ends a listing quietly', () => {
    const { stdout, stderr } = box.shell('{ "$0" ls --repo r --recursive latest; echo "status $?" >&2; } | head -n 1')
    expect(stdout.trimEnd().split('\n')).toHaveLength(1)
    expect(stderr).toBe('status 0\n')
  })

  it('does not keep a backup from being made', () => {
    const { stderr } = box.shell('{ "$0" backup --repo r --json --host pipe src; echo "status $?" >&2; } | true')
    expect(stderr).toBe('status 0\n')
    expect(box.json<{ host: string }[]>('snapshots').some(({ host }) => host === 'pipe')).toBe(true)
  })

  it('does no harm when it is that of messages', () => {
    expect(box.shell('"$0" ls --repo r no 2>&-; echo "status $?"').stdout).toBe('status 2\n')
  })
})

describe('a name that is an escape sequence', () => {
  it('reaches no terminal through an error or a note', () => {
    const { stderr, stdout } = box.on('backup', box.at('\x1b]0;owned\x07'))
    expect(stderr).toContain('\\x1b]0;owned\\x07')
    for (const control of ['\x1b', '\x07']) expect(stderr + stdout).not.toContain(control)
  })

  it('nor through a tag, a host or a label', () => {
    box.on('backup', box.at('src'), '--tag', 'a\x1b[2J\nb', '--host', 'h\x1b[2J')
    expect(box.on('snapshots').stdout).toMatch(/h\\x1b\[2J .*\[a\\x1b\[2J\\nb\]\n/)
    expect(box.json<{ tags: string[] }[]>('snapshots').at(-1)?.tags).toEqual(['a\x1b[2J\nb'])
  })
})

describe('on a terminal', () => {
  /** `script` gives the program a terminal, and shows what was written to it. */
  const onTerminal = (line: string) => box.shell(`HF="$0" script -qec '${line}' /dev/null < /dev/null`).stdout

  it('draws the progress of a backup, and takes it away', () => {
    const shown = onTerminal('stty cols 100; "$HF" backup --repo r --type full src')
    const drawn = shown.split('\r').filter((each) => each.includes('files  '))
    expect(drawn[0]).toMatch(/^\[=* *\] +\d+ % {2}[\d,]+ files {2}.* of 10\.6 KiB/)
    expect(shown).toContain('\r\x1b[Ksnapshot  ')
  })

  it('draws nothing with --quiet', () => {
    expect(onTerminal('"$HF" backup --repo r --type full --quiet src')).toBe('')
  })
})
