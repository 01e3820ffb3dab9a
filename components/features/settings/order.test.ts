import { expect, test } from 'vitest'
import { describeDocument } from '#server/contract/config/describe.ts'
import { inOrder, sectionOrder } from './order.ts'

test('every section of the document has its place in the order that people see', () => {
  expect(inOrder(describeDocument()).map(({ key }) => key)).toEqual(sectionOrder)
})
