import { describe, expect, test } from 'vitest'
import { replaceBlock } from './docs.ts'
import { fileSystemOf } from './machine.ts'
import { type Profile, selfTimes } from './profile.ts'
import { turned } from './run.ts'
import { speedTarget, stepsOf } from './steps.ts'

test('the block between the markers is replaced, the rest stays', () => {
  const begin = '<!-- bench: begin (npm run bench writes this part) -->'
  const text = `before\n${begin}\nold\n<!-- bench: end -->\nafter\n`
  const once = replaceBlock(text, 'new\n')
  expect(once).toBe(`before\n${begin}\nnew\n<!-- bench: end -->\nafter\n`)
  expect(replaceBlock(once, 'new\n')).toBe(once)
  expect(() => replaceBlock('no markers', 'new')).toThrow('bench: begin')
})

test('a path lies on the file system with the longest mount point above it', () => {
  const mounts = '/dev/a / ext4 rw 0 0\ntmpfs /tmp tmpfs rw 0 0\n/dev/b /tmp/big xfs rw 0 0\n'
  expect(fileSystemOf('/tmp/big/x', mounts)).toBe('xfs')
  expect(fileSystemOf('/tmp/bigger', mounts)).toBe('tmpfs')
  expect(fileSystemOf('/home', mounts)).toBe('ext4')
})

test('profiles of several threads are summed by function', () => {
  const node = (id: number, functionName: string, url: string) => ({
    id,
    callFrame: { functionName, url, lineNumber: 4 },
  })
  const thread = (samples: number[], timeDeltas: number[]): Profile => ({
    nodes: [node(1, '(idle)', ''), node(2, 'walk', 'file:///x/walk.ts'), node(3, '', 'file:///x/walk.ts')],
    samples,
    timeDeltas,
  })
  const found = selfTimes([thread([2, 1, 2], [500, 1000, 2000]), thread([2, 3], [0, 4000])])
  expect(found[0]).toEqual(['walk walk.ts:5', 5])
  expect(found[1]).toEqual(['(idle)', 2])
})

describe('the plan', () => {
  test('each round starts with another tool', () => {
    expect([0, 1, 2, 3].map((round) => turned(['a', 'b', 'c'], round).join(''))).toEqual(['abc', 'bca', 'cab', 'abc'])
    expect(turned([], 2)).toEqual([])
  })

  test('a step without a target of its own may not be slower than the faster peer', () => {
    expect(speedTarget('A', 'first')).toBe(3)
    expect(speedTarget('C', 'check')).toBe(1)
  })

  test('only the tree of many files is restored to memory', () => {
    expect(stepsOf('A')).toContain('restoreTmpfs')
    expect(stepsOf('C')).not.toContain('restoreTmpfs')
  })
})
