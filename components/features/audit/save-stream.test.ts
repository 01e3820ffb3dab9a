// Records are counted as they pass, wherever the pieces were cut.
import { expect, test } from 'vitest'
import { recordCounter } from './save-stream.ts'

test('CSV: the header is none, a line end within quotes is none, and pieces may end anywhere', () => {
  const text = 'seq,who\r\n1,"a ""b""\r\nc"\r\n2,d\r\n'
  const whole = recordCounter('csv')
  expect(whole(text)).toBe(2)
  const cut = recordCounter('csv')
  let count = 0
  for (const character of text) count = cut(character)
  expect(count).toBe(2)
  expect(recordCounter('csv')('seq,who\r\n')).toBe(0)
})

test('JSON lines: each line is one, quotes do not matter', () => {
  const count = recordCounter('jsonl')
  expect(count('{"a":"\\n"}\n{"b":"')).toBe(1)
  expect(count('c"}\n')).toBe(2)
})
