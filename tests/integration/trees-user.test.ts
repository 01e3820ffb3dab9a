// An ordinary user's backups and restores: what he can't read or set is told, never left out in silence.
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { RestoreOutcome } from '#server/engine/restore/restore.ts'
import { asUser, giveToUser, Lab, USER } from './lab.ts'
import { build, differences, type Item, isRoot, look } from './tree.ts'

const file = (name: string, more: Partial<Item> = {}): Item => ({ path: name, type: 'file', data: name, ...more })
const dir = (name: string, more: Partial<Item> = {}): Item => ({ path: name, type: 'dir', ...more })

/** What is told of each path, by its last name. */
function told(lab: Lab, list: RestoreOutcome['differences']): Record<string, string[]> {
  const found: Record<string, string[]> = {}
  for (const { path: name, message } of list) {
    const key = path.relative(lab.source, name)
    found[key] = [...(found[key] ?? []), message]
  }
  return found
}

describe('his own files', () => {
  it('come back whole, read-only ones with attributes and closed directories too', async () => {
    const lab = await Lab.open()
    const xattrs = { 'user.a': 'value' }
    build(lab.source, [
      file('f', { xattrs }),
      file('read-only', { mode: 0o444, xattrs }),
      file('set-uid', { mode: 0o6755 }),
      dir('read-only d', { mode: 0o555, xattrs }),
      dir('d', { mode: 0o2770 }),
      file('d/f', { mode: 0o400, mtime: 5n }),
      { path: 'd/link', type: 'link', target: 'f' },
      { path: 's', type: 'symlink', target: 'x', mtime: 7n },
      { path: 'p', type: 'fifo', mode: 0o620 },
      { path: 'big', type: 'file', mode: 0o440, xattrs, random: [[0, 1 << 20, 'big']] },
    ])
    giveToUser(lab)
    // chown takes set-uid away
    chmodSync(path.join(lab.source, 'set-uid'), 0o6755)
    const before = look(lab.source)
    const made = asUser({ repository: lab.repository, backup: { roots: [lab.source], threads: 2 } })
    expect(made.errors).toEqual([])
    const restored = asUser({
      repository: lab.repository,
      restore: { target: lab.target, path: lab.source, verify: true, threads: 2 },
    })
    expect(restored.failures).toEqual([])
    expect(differences(before, look(lab.restored))).toEqual([])
    expect(restored.differences.filter(({ path: name }) => name.startsWith(lab.source))).toEqual([])
  })

  it('of mode 0 are written, but can not be read back: that is told', async () => {
    const lab = await Lab.open()
    build(lab.source, [file('f', { mode: 0 })])
    giveToUser(lab)
    if (!isRoot) chmodSync(path.join(lab.source, 'f'), 0o400)
    const { snapshot } = await lab.backup()
    giveToUser(lab)
    if (isRoot) {
      const restored = asUser({
        repository: lab.repository,
        restore: { target: lab.target, path: lab.source, verify: true },
      })
      expect(restored.failures).toEqual([])
      expect(told(lab, restored.differences).f).toEqual([expect.stringContaining('EACCES')])
    }
    expect(snapshot.statistics.filesNew).toBe(1)
  })
})

describe.runIf(isRoot)("other people's files", () => {
  it('come back as his, and that is told; programs do not run as him', async () => {
    const lab = await Lab.open()
    build(lab.source, [
      file('f', { uid: 7, gid: 7, mode: 0o644 }),
      file('program', { uid: 0, gid: 0, mode: 0o4755 }),
      file('of his group', { uid: 7, gid: USER.group, mode: 0o6755 }),
      file('group program', { uid: USER.uid, gid: 7, mode: 0o2755 }),
      file('capable', {
        uid: USER.uid,
        gid: USER.gid,
        xattrs: { 'security.capability': '\x01\0\0\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0' },
      }),
      dir('d', { uid: 7, gid: USER.gid }),
      { path: 'd/s', type: 'symlink', target: 'x', uid: 7, gid: 7 },
      { path: 'p', type: 'fifo', uid: 7, gid: 7, mode: 0o6600 },
      { path: 'device', type: 'char', device: [1, 3] },
    ])
    await lab.backup()
    giveToUser(lab)
    const restored = asUser({
      repository: lab.repository,
      restore: { target: lab.target, path: lab.source, threads: 2 },
    })
    expect(told(lab, restored.failures)).toEqual({ device: ['EPERM: mknod "device"'] })
    const owner = expect.stringMatching(/^owner: EPERM/)
    const mode = 'mode: without set-user-ID and set-group-ID, for the owner is another'
    expect(told(lab, restored.differences)).toMatchObject({
      f: [owner],
      program: [owner, mode],
      'of his group': [owner, mode],
      'group program': [owner, mode],
      capable: [expect.stringContaining('security.capability')],
      d: [owner],
      'd/s': [owner],
      p: [owner, mode],
    })
    const after = look(lab.restored)
    expect(after['of his group']).toMatchObject({ uid: USER.uid, gid: USER.group, mode: 0o2755 })
    for (const [name, seen] of Object.entries(after))
      if (name !== 'of his group') expect([seen.uid, seen.gid]).toEqual([USER.uid, USER.gid])
    expect([after.program!.mode, after['group program']!.mode, after.p!.mode]).toEqual([0o755, 0o755, 0o600])
    expect(readFileSync(path.join(lab.restored, 'program'), 'latin1')).toBe('program')
  })

  it('that he can not read are in the snapshot with the reason, and the others are whole', async () => {
    const lab = await Lab.open()
    build(lab.source, [
      file('open', { mode: 0o644 }),
      file('closed', { mode: 0o600 }),
      { path: 'closed and large', type: 'file', mode: 0o600, size: 70 << 20 },
      dir('closed directory', { mode: 0o700 }),
      file('closed directory/inside', { mode: 0o644 }),
      dir('names only', { mode: 0o744 }),
      file('names only/inside', { mode: 0o644 }),
      dir('passage', { mode: 0o711 }),
      file('passage/inside', { mode: 0o644 }),
      { path: 'device', type: 'char', device: [1, 3], mode: 0o600 },
    ])
    chmodSync(lab.source, 0o755)
    chmodSync(lab.folder, 0o755)
    chownSync(lab.target, USER.uid, USER.gid)
    const repository = path.join(lab.folder, 'mine')
    mkdirSync(repository)
    chownSync(repository, USER.uid, USER.gid)
    asUser({ repository, init: true })
    for (const run of ['first', 'second']) {
      const made = asUser({ repository, backup: { roots: [lab.source], threads: 2 } })
      const errors = Object.fromEntries(
        made.errors.map(({ path: name, error }) => [path.relative(lab.source, name), error]),
      )
      expect([run, errors]).toEqual([
        run,
        {
          closed: expect.stringContaining('EACCES'),
          'closed and large': expect.stringContaining('EACCES'),
          'closed directory': expect.stringContaining('EACCES'),
          'names only/inside': expect.stringContaining('EACCES'),
          passage: expect.stringContaining('EACCES'),
        },
      ])
    }
    const restored = asUser({ repository, restore: { target: lab.target, path: lab.source } })
    const reason = 'it could not be read when the snapshot was made'
    expect(told(lab, restored.failures)).toMatchObject({ closed: [reason], 'closed and large': [reason] })
    expect(told(lab, restored.differences)).toMatchObject({
      'closed directory': expect.arrayContaining([expect.stringContaining('could not be read')]),
    })
    expect(readFileSync(path.join(lab.restored, 'open'), 'latin1')).toBe('open')
    expect(existsSync(path.join(lab.restored, 'closed'))).toBe(false)
  })

  it('above what he backs up may be closed to him: what is his is backed up all the same', async () => {
    const lab = await Lab.open()
    build(lab.source, [
      dir('home', { mode: 0o711 }),
      dir('home/user', { uid: USER.uid, gid: USER.gid }),
      file('home/user/f', { uid: USER.uid, gid: USER.gid }),
    ])
    const before = look(path.join(lab.source, 'home/user'))
    for (const folder of [lab.folder, lab.source]) chmodSync(folder, 0o711)
    for (const folder of [lab.target, path.join(lab.folder, 'mine')]) {
      mkdirSync(folder, { recursive: true })
      chownSync(folder, USER.uid, USER.gid)
    }
    const repository = path.join(lab.folder, 'mine')
    asUser({ repository, init: true })
    const root = path.join(lab.source, 'home/user')
    const made = asUser({ repository, backup: { roots: [root] } })
    expect(made.errors).toEqual([])
    expect(made.snapshot.statistics.filesNew).toBe(1)
    asUser({ repository, restore: { target: lab.target } })
    expect(look(path.join(lab.target, lab.source)).home!.mode).toBe(0o711)
    expect(differences(before, look(path.join(lab.target, root)))).toEqual([])
  })
})
