// How far something is, and that nobody knows it.
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'
import { ProgressBar } from './surfaces.tsx'

const drawn = (value: number | undefined): string => renderToString(createElement(ProgressBar, { value, label: 'x' }))

test('a share that is known is a width; one that is not is stripes over the whole bar, which stand still where nothing may move', () => {
  expect(drawn(0.4)).toContain('aria-valuenow="40"')
  expect(drawn(0.4)).toContain('width:40%')
  const unknown = drawn(undefined)
  expect(unknown).not.toMatch(/aria-valuenow|width:|w-1\/3/)
  expect(unknown).toMatch(/stripes.*motion-reduce:animate-none/)
})
