// The kit alone brings a file back: what it says to type is typed.
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { changeOf, type Kit, keyLine, recoveryKit } from './kit.ts'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-kit-'))
afterAll(() => fs.rmSync(folder, { recursive: true }))

const program = path.join(import.meta.dirname, '../../../bin/holdfast')
const holdfast = (...args: string[]): string =>
  execFileSync(program, args, { cwd: folder, env: { PATH: process.env.PATH, HOME: folder }, encoding: 'utf8' })

describe('the recovery kit', () => {
  it('restores on a machine that has nothing but the repository', () => {
    const key = path.join(folder, 'original.key')
    fs.writeFileSync(key, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 })
    fs.writeFileSync(path.join(folder, 'precious'), 'what was lost')
    const repository = path.join(folder, 'repository')
    holdfast('init', '--repo', repository, '--key-file', key, '--kdf-iterations', '100000')
    fs.writeFileSync(path.join(folder, 'dear'), 'what another schedule kept')
    for (const source of ['precious', 'dear'])
      holdfast('backup', '--repo', repository, '--key-file', key, path.join(folder, source))
    const kit = recoveryKit({
      madeAt: '2026-01-01T00:00:00.000Z',
      version: '0',
      repositories: [{ name: 'main', location: repository, engineId: null }],
      key: { path: key, line: keyLine(fs.readFileSync(key)) },
    })
    fs.rmSync(key)
    // The program's folder on the other machine, where the first step leads.
    const there = path.join(folder, 'holdfast')
    fs.mkdirSync(path.join(there, 'bin'), { recursive: true })
    fs.symlinkSync(program, path.join(there, 'bin/holdfast'))
    const location = /main: (\S+)/.exec(kit)?.[1] ?? ''
    const type = (line: string, snapshot = ''): string => {
      const typed = line
        .replace('LOCATION', location)
        .replace('SNAPSHOT', snapshot)
        .replace('/some/empty/folder', path.join(folder, 'back'))
      const env = { PATH: process.env.PATH, HOME: folder }
      return execFileSync('sh', ['-c', typed], { cwd: there, env, encoding: 'utf8' })
    }
    const steps = kit.slice(kit.indexOf('TO RESTORE'))
    expect(steps).toMatch(/1\. .* go to the folder of the program\.[\s\S]*2\. In that folder .* "\(umask"/)
    type(kit.split('\n').find((line) => line.trimStart().startsWith('(umask')) ?? '')
    const commands = [...steps.matchAll(/\d\. (bin\/holdfast .*)/g)].map(([, command = '']) => command)
    expect(commands).toHaveLength(3)
    const [list = '', restore = '', verify = ''] = commands
    const newestOf = (source: string): string =>
      new RegExp(`^([0-9a-f]+) .*/${source}$`, 'm').exec(type(list))?.[1] ?? 'none'
    const back = path.join(folder, 'back', folder)
    type(restore, `${newestOf('precious')}:${folder}/precious`)
    expect(fs.readFileSync(path.join(back, 'precious'), 'utf8')).toBe('what was lost')
    expect(fs.existsSync(path.join(back, 'dear'))).toBe(false)
    type(restore, newestOf('dear'))
    expect(fs.readFileSync(path.join(back, 'dear'), 'utf8')).toBe('what another schedule kept')
    type(verify)
  })

  it('does not lead to the newest snapshot of all, which is of one source only', () => {
    const kit = recoveryKit({ madeAt: '', version: '', repositories: [], key: { path: '/k', line: 'k' } })
    expect(kit).not.toContain('latest')
    expect(kit).toContain('Repeat this for the newest snapshot of EACH source')
  })

  it('says which program is needed, where it comes from, and where the format is told', () => {
    const kit = recoveryKit({ madeAt: '', version: '1.2.3', repositories: [], key: { path: '/k', line: 'k' } })
    expect(kit.match(/1\.2\.3/g)).toHaveLength(1)
    expect(kit).toContain('of the version named above or newer, from the place your company got it')
    const [format = ''] = /docs\/\S+\.md/.exec(kit) ?? []
    expect(fs.existsSync(path.join(import.meta.dirname, '../../..', format))).toBe(true)
    expect(Math.max(...kit.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(105)
  })

  it('is another one when its key or a repository is another, and not for its words', () => {
    const main = { name: 'main', location: '/srv/a', engineId: 'ab' }
    const now: Kit = { madeAt: 'now', version: '2', repositories: [main], key: { path: '/k', line: 'key' } }
    const kit = recoveryKit(now)
    expect(changeOf(recoveryKit({ ...now, madeAt: 'then', version: '1' }), kit)).toBe('none')
    const older = kit.replace(/THE PROGRAM[\s\S]*/, 'TO RESTORE\n  1. Get Holdfast\n')
    expect(changeOf(older, kit)).toBe('words')
    expect(changeOf(recoveryKit({ ...now, key: { path: '/k', line: 'other' } }), kit)).toBe('contents')
    expect(changeOf(recoveryKit({ ...now, key: { path: '/l', line: 'key' } }), kit)).toBe('contents')
    expect(changeOf(recoveryKit({ ...now, repositories: [{ ...main, location: '/srv/b' }] }), kit)).toBe('contents')
    expect(changeOf(recoveryKit({ ...now, repositories: [] }), kit)).toBe('contents')
    expect(changeOf('', kit)).toBe('contents')
  })

  it('says so when the key can not be printed', () => {
    expect(keyLine(Buffer.from([0, 200, 10]))).toBeUndefined()
    expect(keyLine(Buffer.from("it's\n"))).toBeUndefined()
    const kit = recoveryKit({ madeAt: '', version: '', repositories: [], key: { path: '/k', line: undefined } })
    expect(kit).toContain('Copy the file /k')
    expect(kit).toContain('2. Copy the key file into that folder, as backup.key')
  })
})
