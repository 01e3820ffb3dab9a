// Bytes must come through unchanged, and nothing that is printed may move the cursor.
import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesOf, needText, onOneLine, printable, quote, rawArguments, textOf } from './bytes.ts'

describe('byte strings', () => {
  it('come back as the text they were', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 5 }), (text) => textOf(bytesOf(text)) === text))
  })

  it.each(['\xff', 'a\xc3', '\xed\xa0\x80', '\xc0\xaf', '\xf4\x90\x80\x80'])('%j is no text', (bytes) => {
    expect(textOf(bytes)).toBeUndefined()
    expect(() => needText(bytes, '--tag')).toThrow(/^--tag is ".*\\x.*", which is not UTF-8 text$/)
  })
})

describe('printable', () => {
  it('escapes controls, marks that turn the text, and separators of lines', () => {
    expect(printable('a\x1b[2J\x7f\x9b\u202eb\u2028c\r')).toBe('a\\x1b[2J\\x7f\\x9b\\u{202e}b\\u{2028}c\\x0d')
  })

  it('leaves text, newlines and tabs alone', () => expect(printable('é 日本 👍\n\t')).toBe('é 日本 👍\n\t'))

  it('fits on one line when it must', () => expect(onOneLine('a\nb\tc')).toBe('a\\nb\\tc'))

  it('quotes bytes that are no text', () => expect(quote('a\xff\n')).toBe('"a\\xff\\x0a"'))
})

describe('rawArguments', () => {
  it('asks the kernel only when Node may have lost something', () => {
    const never = () => {
      throw new Error('asked')
    }
    expect(rawArguments(['backup', 'é'], never)).toEqual(['backup', 'Ã©'])
  })

  it('takes the last arguments of the command line', () => {
    const commandLine = () => ['node', '--flag', 'main.ts', '', 'a\xffb']
    expect(rawArguments(['', 'a\ufffdb'], commandLine)).toEqual(['', 'a\xffb'])
  })

  it('takes a real replacement character for what it is', () => {
    const bytes = bytesOf('\ufffd')
    expect(rawArguments(['\ufffd'], () => ['node', bytes])).toEqual([bytes])
  })

  it('refuses to guess', () => {
    expect(() => rawArguments(['a\ufffd'], () => ['something', 'else'])).toThrow(/\/proc\/self\/cmdline/)
  })

  it('gives the bytes that a program was really started with', () => {
    const program = `import { rawArguments } from ${JSON.stringify(new URL('./bytes.ts', import.meta.url).href)}
      console.log(JSON.stringify(rawArguments(process.argv.slice(1))))`
    const script = `exec "$0" --input-type=module --disable-warning=ExperimentalWarning -e "$1" "$(printf 'x\\377y')" é ''`
    const { stdout } = spawnSync('sh', ['-c', script, process.execPath, program], { encoding: 'utf8' })
    expect(JSON.parse(stdout)).toEqual(['x\xffy', bytesOf('é'), ''])
  })
})
