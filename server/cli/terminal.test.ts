// The line editor of the password prompt.
import { describe, expect, it } from 'vitest'
import { LineEditor } from './terminal.ts'

function type(keys: string): { line: string; ended: string | undefined } {
  const editor = new LineEditor()
  let ended: string | undefined
  for (const byte of Buffer.from(keys)) ended ??= editor.feed(byte)
  return { line: editor.line.toString(), ended }
}

describe('LineEditor', () => {
  it.each([
    ['secret\r', 'secret', 'enter'],
    ['secret\n', 'secret', 'enter'],
    ['sexy\x7f\x7fcret\r', 'secret', 'enter'],
    ['é日\x08\x7f!\r', '!', 'enter'],
    ['\x7f\x7fa\r', 'a', 'enter'],
    ['wrong\x15right\r', 'right', 'enter'],
    ['a\x1b\x00b\tc\r', 'abc', 'enter'],
    ['abc\x04', 'abc', 'enter'],
    ['\x04', '', 'end'],
    ['abc\x03', 'abc', 'interrupt'],
    ['abc', 'abc', undefined],
  ])('%j', (keys, line, ended) => expect(type(keys)).toEqual({ line, ended }))
})
