// What live events make be fetched again: enough, and not more with every word of progress.
import { expect, test } from 'vitest'
import { createTouches, isFixed, isTold, isTouched } from './touched.ts'

const at = '2026-11-24T02:00:00.000Z'
const run = (id: string, state: string, progress?: Record<string, number>) =>
  ({ kind: 'run', id, state, at, seq: 1, ...(progress && { progress }) }) as const

test('progress touches nothing once the state of its run is known', () => {
  const touches = createTouches()
  expect(touches(run('a', 'running', { files: 1 }))).toContain('runs')
  expect(touches(run('a', 'running', { files: 2 }))).toEqual([])
  expect(touches(run('b', 'running', { files: 1 }))).toContain('runs')
  expect(touches(run('a', 'running', { files: 3 }))).toEqual([])
  expect(touches(run('a', 'succeeded', { files: 4 }))).toContain('overview')
  expect(touches(run('a', 'succeeded'))).toContain('runs')
})

test('many runs are forgotten, the one that was heard of last stays', () => {
  const touches = createTouches()
  for (let i = 0; i < 500; i++) touches(run(`run-${i}`, 'running', { files: 1 }))
  expect(touches(run('run-499', 'running', { files: 2 }))).toEqual([])
  expect(touches(run('run-0', 'running', { files: 2 }))).toContain('runs')
})

test('a run leaves alone what was read out of a snapshot; a change of health reaches the overview', () => {
  const touches = createTouches()
  const ofRun = new Set(touches(run('a', 'succeeded')))
  for (const read of ['list', 'sources', 'get']) expect(isTouched(['snapshots', read], ofRun)).toBe(true)
  for (const read of ['browse', 'find', 'diff', 'preview', 'entry', 'versions']) {
    expect(isTouched(['snapshots', read], ofRun)).toBe(false)
  }
  expect(isTouched(['runs', 'live'], ofRun)).toBe(true)
  expect(isTouched(undefined, ofRun)).toBe(false)
  const notified = new Set(touches({ kind: 'notification', id: 'n', at, seq: 2 }))
  expect(isTouched(['overview', 'get'], notified)).toBe(true)
  expect(isTouched(['health', 'get'], notified)).toBe(true)
})

test('a new snapshot touches which there are and what is found, and not what lies in the others', () => {
  const made = new Set(createTouches()({ kind: 'snapshot', id: 's', at, seq: 3 }))
  for (const read of ['list', 'sources', 'get', 'find', 'versions']) {
    expect(isTouched(['snapshots', read], made)).toBe(true)
    expect(isFixed(['snapshots', read])).toBe(false)
  }
  for (const read of ['browse', 'entry', 'diff', 'preview']) {
    expect(isTouched(['snapshots', read], made)).toBe(false)
    expect(isFixed(['snapshots', read])).toBe(true)
  }
})

test('coming back to a tab asks for what no event tells, and for nothing else', () => {
  for (const path of [
    ['runs', 'list'],
    ['snapshots', 'list'],
    ['schedules', 'list'],
  ])
    expect(isTold(path)).toBe(true)
  for (const path of [
    ['repositories', 'usages'],
    ['schedules', 'folders'],
    ['audit', 'list'],
    ['users', 'list'],
    undefined,
  ])
    expect(isTold(path)).toBe(false)
})
