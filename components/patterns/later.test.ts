// Code that failed to come is asked for again, and what came is not.
import { expect, test } from 'vitest'
import { fetchedOnce } from './later.tsx'

test('a failure is not kept; what came is', async () => {
  const answers = [new Error('Failed to load chunk'), 'the part', 'another']
  let asked = 0
  const code = fetchedOnce(async () => {
    const answer = answers[asked++]
    if (answer instanceof Error) throw answer
    return answer
  })
  await expect(Promise.all([code.get(), code.get()])).rejects.toThrow('chunk')
  expect([asked, code.known()]).toEqual([1, undefined])
  expect(await code.get()).toBe('the part')
  expect(await code.get()).toBe('the part')
  expect([asked, code.known()]).toEqual([2, 'the part'])
})
