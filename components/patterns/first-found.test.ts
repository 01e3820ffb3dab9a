// What is looked for may be many pages away, and is the first that fits.
import { expect, test } from 'vitest'
import { firstFound } from './first-found.ts'

const pages: Readonly<Record<string, { items: number[]; nextCursor: string | null }>> = {
  first: { items: [9, 8], nextCursor: 'second' },
  second: { items: [], nextCursor: 'third' },
  third: { items: [7, 5, 3], nextCursor: null },
}

function list() {
  const asked: (string | undefined)[] = []
  const pageAt = async (cursor: string | undefined) => {
    asked.push(cursor)
    return pages[cursor ?? 'first'] ?? { items: [], nextCursor: null }
  }
  return { asked, pageAt }
}

test.each([
  [8, 8, [undefined]],
  [6, 5, [undefined, 'second', 'third']],
  [2, undefined, [undefined, 'second', 'third']],
])('the first at or below %i is %s', async (most, found, cursors) => {
  const { asked, pageAt } = list()
  expect(await firstFound(pageAt, (each) => each <= most)).toBe(found)
  expect(asked).toEqual(cursors)
})
