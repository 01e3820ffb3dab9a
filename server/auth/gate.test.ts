// The gate lets so many through at once, makes so many wait in order, and refuses the rest.
import { expect, test } from 'vitest'
import { codeOf } from '../contract/errors.ts'
import { createGate } from './gate.ts'

test('two at once, two waiting, the fifth refused, and all places free again at the end', async () => {
  const gate = createGate(2, 2)
  const started: number[] = []
  const releases: (() => void)[] = []
  const work = (number: number) => async (): Promise<number> => {
    started.push(number)
    await new Promise<void>((resolve) => releases.push(resolve))
    return number
  }
  const results = [1, 2, 3, 4].map((number) => gate(work(number)))
  const refused = await gate(work(5)).catch(codeOf)
  expect(refused).toBe('rate_limited')
  expect(started).toEqual([1, 2])
  for (let next = 0; next < 4; next++) {
    releases[next]?.()
    await results[next]
    await Promise.resolve()
  }
  expect(started).toEqual([1, 2, 3, 4])
  expect(await Promise.all(results)).toEqual([1, 2, 3, 4])
  expect(await gate(async () => 'free')).toBe('free')
})

test('work that fails gives its place back', async () => {
  const gate = createGate(1, 0)
  await expect(gate(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await gate(async () => 1)).toBe(1)
})
