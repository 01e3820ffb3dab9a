import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Owners } from './owners.ts'
import { codeThrown } from './testing.ts'

/** Name and number of each line of a file such as /etc/passwd; of a number or name that occurs twice only the first. */
function firstEntries(file: string): [string, number][] {
  const names = new Set<string>()
  const ids = new Set<number>()
  const entries: [string, number][] = []
  for (const line of readFileSync(file, 'latin1').split('\n')) {
    const [name, , number] = line.split(':')
    const id = Number(number)
    if (!name || number === undefined || names.has(name) || ids.has(id)) continue
    names.add(name)
    ids.add(id)
    entries.push([name, id])
  }
  return entries
}

test('every user of this machine, there and back', () => {
  const owners = new Owners()
  const users = firstEntries('/etc/passwd')
  expect(users.length).toBeGreaterThan(0)
  for (const [name, uid] of users) expect([owners.userName(uid), owners.uid(name)]).toEqual([name, uid])
})

test('every group of this machine, there and back', () => {
  const owners = new Owners()
  const groups = firstEntries('/etc/group')
  expect(groups.length).toBeGreaterThan(0)
  for (const [name, gid] of groups) expect([owners.groupName(gid), owners.gid(name)]).toEqual([name, gid])
})

test('who is unknown has no name and no number, also when asked again', () => {
  const owners = new Owners()
  for (let round = 0; round < 2; round++) {
    expect([owners.userName(3_999_999_999), owners.groupName(3_999_999_999)]).toEqual(['', ''])
    expect([owners.uid('no-such-user-here'), owners.gid('no-such-group-here')]).toEqual([undefined, undefined])
    expect(owners.uid('caf\xe9\xff')).toBeUndefined()
  }
  expect(codeThrown(() => owners.uid('a\0b'))).toBe('EINVAL')
})

test('root is number 0, and found in a cache of one', () => {
  const owners = new Owners(1)
  for (let round = 0; round < 3; round++) {
    expect([owners.userName(0), owners.uid('root'), owners.groupName(0), owners.gid('root')]).toEqual([
      'root',
      0,
      'root',
      0,
    ])
    expect(owners.userName(3_999_999_999 - round)).toBe('')
  }
})
