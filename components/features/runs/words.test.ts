// Runs in words: how long they take, and what they are called.
import { expect, test } from 'vitest'
import { sayNoLines, titleOf, tookOf } from './words.ts'

test('what runs takes whole seconds from the first on; what is over took what it took', () => {
  const startedAt = '2026-05-04T03:00:00.000Z'
  const began = Date.parse(startedAt)
  const running = { startedAt, finishedAt: null }
  expect(tookOf(running, began - 40)).toBe('1 s')
  expect(tookOf(running, began + 99)).toBe('1 s')
  expect(tookOf(running, began + 61_000)).toBe('1 min 1 s')
  expect(tookOf({ startedAt, finishedAt: '2026-05-04T03:00:00.099Z' }, began)).toBe('99 ms')
  expect(tookOf({ startedAt: null, finishedAt: null }, began)).toBeUndefined()
})

test('an empty log says of a run only what its state says', () => {
  const startedAt = '2026-05-04T03:00:00.000Z'
  expect(sayNoLines({ state: 'queued', startedAt: null })).toContain('yet')
  expect(sayNoLines({ state: 'running', startedAt })).toContain('yet')
  expect(sayNoLines({ state: 'succeeded', startedAt })).toBe('It wrote nothing: all went as it should.')
  expect(sayNoLines({ state: 'missed', startedAt: null })).toBe('It wrote nothing: it never began.')
  expect(sayNoLines({ state: 'orphaned', startedAt })).toBe('It wrote nothing.')
})

test('a dry run is not called a restore', () => {
  const restore = { kind: 'restore', scheduleName: null, repositoryName: 'local', depth: null, dryRun: false } as const
  expect(titleOf(restore)).toBe('Restore from local')
  expect(titleOf({ ...restore, dryRun: true })).toBe('Dry run of a restore from local')
  expect(titleOf({ ...restore, repositoryName: null, dryRun: true })).toBe('Dry run of a restore')
})

test('a verification is called by how much it reads', () => {
  const verify = { kind: 'verify', scheduleName: null, repositoryName: 'local', dryRun: false } as const
  expect(titleOf({ ...verify, depth: 'structure' })).toBe('Verification of local: structure only')
  expect(titleOf({ ...verify, depth: 'sample' })).toBe('Verification of local: a sample')
  expect(titleOf({ ...verify, depth: 'all' })).toBe('Verification of local: all data')
})
