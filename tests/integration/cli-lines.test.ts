// Lines that the console offers to copy: a real shell cuts them up, and the command's own parser reads what comes out.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { bytesOf } from '#server/cli/bytes.ts'
import { parse, splitCommand } from '#server/cli/parse.ts'
import { commands } from '#server/cli/registry.ts'
import * as lines from '#server/contract/cli-lines.ts'
import { Sandbox } from './cli-testing.ts'

const base64 = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('base64')

/** What a POSIX shell hands to the program, as byte strings; and what the program sees in its environment. */
function inShell(line: string, env: Record<string, string> = {}): { args: string[]; key: string } {
  const script = `holdfast() { printf '%s\\0' "\${BACKUP_ENCRYPTION_KEY-}" "$@"; }\n${line}\n`
  const [key = '', ...args] = execFileSync('sh', ['-c', script], { env }).toString('latin1').split('\0').slice(0, -1)
  return { args, key }
}

async function read(line: string, env?: Record<string, string>) {
  const { args, key } = inShell(line, env)
  const { name = '', rest } = splitCommand(args)
  const listed = commands[name]
  if (!listed) throw new Error(`There is no command ${name}`)
  const { values, words } = parse((await listed.load()).command, rest)
  return { name, values, words, key }
}

const keyFile = { kind: 'key_file', path: "/var/lib/it's here/backup.key" } as const
const repository = { location: '/srv/my repository', secretSource: keyFile }
const opened = { repo: '/srv/my repository', 'key-file': keyFile.path }
const id = '0123456789ab'.padEnd(64, 'c')

const hostile = [
  '-rf',
  '--',
  '--json',
  'it\'s; rm -rf $HOME `id` $(id) "x" \\ !! #',
  'line\nbreak\n',
  'tab\tescape\x1b[31mred\x07',
  'turned \u202Etxt.exe \uFEFF',
  'Grüße 🎈',
  '~user *?[a] {a,b} a=b',
  ' ',
  '',
]

describe('every line is read as what was meant', () => {
  it.each(hostile)('a backup of %j', async (text) => {
    const given = {
      paths: ['/plain', `/${text}`],
      type: 'differential',
      excludes: [text, '*.tmp'],
      tags: [text],
    } as const
    expect(await read(lines.backupLine(repository, { ...given, allowEmpty: true }))).toMatchObject({
      name: 'backup',
      values: {
        ...opened,
        type: 'differential',
        exclude: [bytesOf(text), '*.tmp'],
        tag: [bytesOf(text)],
        'allow-empty': true,
      },
      words: ['/plain', bytesOf(`/${text}`)],
    })
  })

  it.each(hostile)('a restore of %j', async (text) => {
    const given = { snapshot: id, path: text, target: text, include: [text], overwrite: 'never', dryRun: true } as const
    expect(await read(lines.restoreLine(repository, { ...given, verify: true }))).toMatchObject({
      name: 'restore',
      values: { target: bytesOf(text), include: [bytesOf(text)], overwrite: 'never', 'dry-run': true, verify: true },
      words: [text === '' ? '0123456789ab' : bytesOf(`0123456789ab:/${text}`)],
    })
  })

  it.each(hostile)('a search for %j', async (text) => {
    expect((await read(lines.findLine(repository, { pattern: text, ignoreCase: true }))).words).toEqual([bytesOf(text)])
    expect((await read(lines.configCheckLine(text))).words).toEqual(['check', bytesOf(text)])
  })

  it('names that are not UTF-8, byte for byte', async () => {
    const bytes = "/caf\xe9\n'\xff\xfe\xe2\x82"
    const path = { text: '/caf\\xe9', bytes: base64(bytes) }
    expect((await read(lines.restoreLine(repository, { snapshot: 'latest', path, target: '/t' }))).words).toEqual([
      `latest:${bytes}`,
    ])
    const below = { text: 'caf', bytes: base64(bytes.slice(1)) }
    expect((await read(lines.lsLine(repository, { snapshot: id, path: below, recursive: true }))).words).toEqual([
      '0123456789ab',
      bytes,
    ])
    expect((await read(lines.versionsLine(repository, path))).words).toEqual(["/caf?\n'????"])
  })

  it('the rest', async () => {
    expect(await read(lines.verifyLine(repository, { readData: true }))).toMatchObject({
      values: { 'read-data': true },
    })
    expect(await read(lines.verifyLine(repository, { sample: 2.5 }))).toMatchObject({ values: { sample: '2.5%' } })
    expect((await read(lines.diffLine(repository, { before: id, after: 'latest' }))).words).toEqual([
      '0123456789ab',
      'latest',
    ])
    expect((await read(lines.lsLine(repository, { snapshot: 'latest' }))).words).toEqual(['latest'])
    expect((await read(lines.keyListLine(repository))).words).toEqual(['list'])
    for (const make of [lines.snapshotsLine, lines.initLine, lines.rebuildIndexLine, lines.verifyLine])
      expect((await read(make(repository))).values).toMatchObject(opened)
    expect(await read(lines.auditVerifyLine({ seq: 7, hash: id }))).toMatchObject({ values: { expect: `7:${id}` } })
    expect((await read(lines.auditVerifyLine())).words).toEqual(['verify'])
    expect((await read(lines.catalogRebuildLine())).words).toEqual(['rebuild'])
  })
})

describe('the secret', () => {
  const from = (name: string) => ({ location: 's3://bucket/a', secretSource: { kind: 'environment', name } as const })

  it('comes from the variable that the repository names', async () => {
    const env = { MY_KEY: 'k k', BACKUP_ENCRYPTION_KEY: 'other' }
    expect(await read(lines.snapshotsLine(from('MY_KEY')), env)).toMatchObject({
      key: 'k k',
      values: { 'key-file': undefined },
    })
    expect(await read(lines.snapshotsLine(from('BACKUP_ENCRYPTION_KEY')), env)).toMatchObject({ key: 'other' })
  })

  it('has no option when it is in an HSM', () =>
    expect(lines.snapshotsLine({ location: '/r', secretSource: { kind: 'hsm' } })).toBe('holdfast snapshots --repo /r'))
})

it('nothing that a terminal acts on is in a line, but a newline within quotes', () => {
  for (const text of hostile) {
    const line = lines.findLine(repository, { pattern: text })
    expect(line.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  }
  expect(() => lines.shellWord('a\0b')).toThrow(expect.objectContaining({ code: 'usage' }))
})

it('the lines do the work: a file with a wild name is saved, found and restored', () => {
  const box = new Sandbox()
  onTestFinished(() => box.remove())
  const key = box.at('the key')
  fs.writeFileSync(key, 'k'.repeat(40), { mode: 0o600 })
  const name = "-a [b]*\n'\xff"
  fs.mkdirSync(box.at('src'))
  fs.writeFileSync(Buffer.from(`${box.at('src')}/${name}`, 'latin1'), 'precious')
  const there = { location: box.at('r'), secretSource: { kind: 'key_file', path: key } } as const
  const type = (line: string): string => {
    const { status, stdout, stderr } = box.shell(line.replace(/^holdfast/, '"$0"'), {})
    if (status !== 0) throw new Error(`${line}: ${stdout}${stderr}`)
    return stdout
  }
  type(`${lines.initLine(there)} --kdf-iterations 100000`)
  type(lines.backupLine(there, { paths: [box.at('src')], tags: ['-x y'] }))
  const path = { text: 'wild', bytes: base64(`${box.at('src')}/${name}`) }
  expect(type(lines.versionsLine(there, path))).toContain('\\xff')
  type(lines.restoreLine(there, { snapshot: 'latest', path, target: box.at('-back') }))
  const back = Buffer.from(`${box.at('-back')}${box.at('src')}/${name}`, 'latin1')
  expect(fs.readFileSync(back, 'utf8')).toBe('precious')
})
