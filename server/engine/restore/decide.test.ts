import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AT_FDCWD, closeFd, openAt } from '../posix/at.ts'
import { entryOf } from '../tree/testing.ts'
import { type Decision, decide, type Overwrite } from './decide.ts'

const WHO = { euid: process.geteuid!(), egid: process.getegid!(), umask: 0o022 }
const USER = { ...WHO, euid: 4711 }
const file = (name: string, more = {}) =>
  entryOf(name, { mode: 0o644, uid: WHO.euid, gid: WHO.egid, size: 3, mtimeSec: 5, mtimeNsec: 0, ...more })

let folder: string
let dirfd: number
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-decide-'))
  writeFileSync(join(folder, 'f'), 'abc')
  chmodSync(join(folder, 'f'), 0o644)
  utimesSync(join(folder, 'f'), 5, 5)
  symlinkSync('abc', join(folder, 's'))
  mkdirSync(join(folder, 'd'))
  dirfd = openAt(AT_FDCWD, folder, 0)
})
afterAll(() => {
  closeFd(dirfd)
  rmSync(folder, { recursive: true })
})

const actions = (entry: ReturnType<typeof file>, who = WHO): (Decision['action'] | 'refuse')[] =>
  (['always', 'if-changed', 'never'] as Overwrite[]).map((overwrite) => {
    try {
      return decide(dirfd, entry, overwrite, who).action
    } catch (error) {
      expect(error).toMatchObject({ code: 'denied' })
      return 'refuse'
    }
  })

describe('decide, with "always", "if-changed" and "never"', () => {
  it('makes what is not there', () => {
    expect(actions(file('nothing'))).toEqual(['create', 'create', 'create'])
    expect(decide(undefined, file('f'), 'never', WHO)).toMatchObject({ action: 'create' })
  })

  it('keeps what looks the same, and replaces what does not', () => {
    expect(actions(file('f'))).toEqual(['replace', 'keep', 'keep'])
    for (const more of [{ size: 4 }, { mtimeSec: 6 }, { mtimeNsec: 1 }, { mode: 0o600 }, { type: 'fifo', size: 0 }])
      expect(actions(file('f', more))).toEqual(['replace', 'replace', 'keep'])
  })

  it('looks at the owner and at special bits for root only, since others could not set them', () => {
    expect(actions(file('f', { uid: 12, gid: 34, mode: 0o4644 }), USER)).toEqual(['replace', 'keep', 'keep'])
    for (const more of [{ uid: 12 }, { gid: 34 }, { mode: 0o4644 }])
      expect(actions(file('f', more), { ...WHO, euid: 0 })).toEqual(['replace', 'replace', 'keep'])
  })

  it('compares links by their text', () => {
    const link = (target: string) => file('s', { type: 'symlink', target, size: 0, mode: 0o777 })
    expect(actions(link('abc'))).toEqual(['replace', 'keep', 'keep'])
    expect(actions(link('abd'))).toEqual(['replace', 'replace', 'keep'])
  })

  it('never removes a directory', () => {
    expect(actions(file('d'))).toEqual(['refuse', 'refuse', 'keep'])
  })
})
