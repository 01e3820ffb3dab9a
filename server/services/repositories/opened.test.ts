// Opened repositories that several ask for at the same time.
import { expect, test } from 'vitest'
import { openBench } from './testing.ts'

test('those that are opened at the same time all stay open', async () => {
  await using bench = await openBench()
  const ids = [(await bench.makeRepository('one')).id, (await bench.makeRepository('two')).id]
  const first = await Promise.all(ids.map((id) => bench.repositories.borrow(id)))
  const again = await Promise.all(ids.map((id) => bench.repositories.borrow(id)))
  for (const [i, { repository }] of again.entries()) expect(repository).toBe(first[i]!.repository)
  for (const each of [...first, ...again]) await each[Symbol.asyncDispose]()
})
