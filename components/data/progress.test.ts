// Progress reaches the run and the restore that it is of, and no other.
import { QueryClient } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import { applyRestore, applyRun } from './progress.ts'

const at = '2026-11-24T02:00:00.000Z'
const event = (seq: number, progress?: Record<string, number | string>) =>
  ({ kind: 'run', id: 'run', state: 'running', at, seq, ...(progress && { progress }) }) as const
const keyOf = (path: readonly string[], id: string) => [path, { input: { id }, type: 'query' }]

test('a run takes what is newer than what is known', () => {
  const queries = new QueryClient()
  const key = keyOf(['runs', 'live'], 'run')
  queries.setQueryData(key, { state: 'queued', progress: { files: 1, bytes: 5 }, seq: 4 })
  applyRun(queries, key, event(4, { files: 9 }))
  expect(queries.getQueryData(key)).toEqual({ state: 'queued', progress: { files: 1, bytes: 5 }, seq: 4 })
  applyRun(queries, key, event(5, { files: 2 }))
  expect(queries.getQueryData(key)).toEqual({ state: 'running', progress: { files: 2, bytes: 5 }, seq: 5 })
})

test('a restore takes the file that its run is at', () => {
  const queries = new QueryClient()
  const [mine, other] = [keyOf(['restores', 'get'], 'mine'), keyOf(['restores', 'get'], 'other')]
  queries.setQueryData(mine, { runId: 'run', progress: null })
  queries.setQueryData(other, { runId: 'another', progress: null })
  const prefix = [['restores', 'get'], { type: 'query' }]
  applyRestore(queries, prefix, event(1))
  expect(queries.getQueryData(mine)).toEqual({ runId: 'run', progress: null })
  applyRestore(queries, prefix, event(2, { path: '/srv/a', files: 1 }))
  applyRestore(queries, prefix, event(3, { path: '/srv/b' }))
  expect(queries.getQueryData(mine)).toEqual({ runId: 'run', progress: { path: '/srv/b', files: 1 } })
  expect(queries.getQueryData(other)).toEqual({ runId: 'another', progress: null })
})
