// Restores in words: never more is claimed than was done.
import { expect, test } from 'vitest'
import { figuresOf, howSure, isOver, whatCameBack, whatStayed } from './restore-words.ts'

const figures = (some: Record<string, unknown>) => {
  const found = figuresOf(some)
  if (found === null) throw new Error('no figures')
  return found
}
const succeeded = { state: 'succeeded', verify: true } as const

test('sure is only what was read back, all of it', () => {
  expect(howSure(succeeded, figures({ files: 3, verified: 3 }))).toMatchObject({ sure: true })
  expect(howSure(succeeded, figures({ files: 3, verified: 2 }))).toEqual({
    sure: false,
    text: '2 of 3 files were read back and match the checksums of the snapshot.',
  })
  expect(howSure(succeeded, figures({ files: 0, verified: 0, kept: 5 }))).toMatchObject({ sure: false })
  expect(howSure({ ...succeeded, verify: false }, figures({ files: 3, verified: 0 }))).toMatchObject({ sure: false })
  expect(howSure({ ...succeeded, state: 'cancelled' }, figures({ files: 3, verified: 3 }))).toMatchObject({
    sure: false,
  })
})

test('what failed on some files came to its end: how many, and how sure the others are', () => {
  const failed = { state: 'failed', verify: true } as const
  const some = figures({ files: 5, verified: 5, problemCount: 2 })
  expect(howSure(failed, some).text).toBe(
    '2 files could not be restored; 5 others were read back and match the checksums of the snapshot.',
  )
  expect(howSure({ ...failed, verify: false }, some).text).toBe(
    '2 files could not be restored; the others were not read back.',
  )
  const one = figures({ problemCount: 2, failures: [{}], differences: [{}] })
  expect(howSure(failed, one).text).toBe('1 file could not be restored, and none was read back.')
  expect(howSure(failed, figures({})).text).toMatch(/nothing is proven/)
})

test('what came back is counted, and what stayed is told apart', () => {
  expect(whatCameBack(figures({ files: 1, directories: 2, bytes: 2048 }))).toBe('1 file in 2 folders, 2.0 KiB.')
  expect(whatCameBack(figures({ files: 1, directories: 1, bytes: 30, bytesKept: 22, kept: 1200 }))).toBe(
    '1 file in 1 folder, 8 B. 1,200 stayed as they were.',
  )
  expect(whatCameBack(figures({ files: 1, bytes: 30, bytesKept: 22, kept: 1 }))).toBe(
    '1 file, 8 B. 1 stayed as it was.',
  )
})

test('where nothing was written, that is what is said', () => {
  expect(whatStayed(figures({ kept: 1 }))).toBe('Nothing was written: the file that is there was left as it is')
  expect(whatStayed(figures({ kept: 1200, directories: 3 }))).toBe(
    'No file was written: the 1,200 files that are there were left as they are',
  )
})

test('what is no number or list in the statistics counts as nothing', () => {
  expect(figuresOf(null)).toBeNull()
  expect(figures({ files: 'many', failures: 'x' })).toMatchObject({ files: 0, failures: undefined, actions: {} })
})

test('a run is over in the states that nothing follows', () => {
  expect(['queued', 'running', 'succeeded', 'failed', 'cancelled'].map(isOver)).toEqual([
    false,
    false,
    true,
    true,
    true,
  ])
})
