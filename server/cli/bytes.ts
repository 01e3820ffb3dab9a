// Between bytes and text. Arguments, variables and paths are byte strings in here (latin1, one char a byte), as in the engine; what must be
// text (a tag, a pattern, an address) is decoded where it is used.
import { isUtf8 } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { HoldfastError } from '../contract/errors.ts'

/** The byte string of ordinary text. */
export const bytesOf = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')

/** What the file functions of Node take for a byte string. */
export const fspath = (bytes: string): Buffer => Buffer.from(bytes, 'latin1')

/** The text of a byte string; undefined when it is not UTF-8. */
export function textOf(bytes: string): string | undefined {
  const buffer = Buffer.from(bytes, 'latin1')
  return isUtf8(buffer) ? buffer.toString('utf8') : undefined
}

/** The text of something that must be text; `what` names it. @throws `usage` */
export function needText(bytes: string, what: string): string {
  const text = textOf(bytes)
  if (text !== undefined) return text
  throw new HoldfastError('usage', `${what} is ${quote(bytes)}, which is not UTF-8 text`)
}

// Controls, invisible marks that turn the direction of text, line separators, lone surrogates, private use.
export const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu
const escapeOf = (char: string): string => {
  if (char === '\n' || char === '\t') return char
  const code = char.codePointAt(0) ?? 0
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
}

/** Text without anything that moves the cursor or fools the reader; newlines and tabs stay. */
export const printable = (text: string): string => text.replace(unsafe, escapeOf)

/** `printable`, and on one line. */
export const onOneLine = (text: string): string => printable(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t')

/** An argument for a message: in quotes, on one line. */
export const quote = (bytes: string): string => `"${onOneLine(textOf(bytes) ?? bytes.replace(/[^ -~]/g, hexEscape))}"`
const hexEscape = (char: string): string => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`

/** Node puts this where an argument was not UTF-8 (or held this very character). */
const REPLACEMENT = '\ufffd'
export const mayBeLossy = (text: string): boolean => text.includes(REPLACEMENT)

/** A file of the proc file system that holds strings, each ended by a zero byte. */
export const readProcStrings = (file: string): string[] => readFileSync(file, 'latin1').split('\0').slice(0, -1)

/**
 * The arguments as they were given, as byte strings. Node decodes them as UTF-8 and loses what is not; the kernel keeps them.
 * `given` are Node's, without program and script.
 */
export function rawArguments(
  given: readonly string[],
  commandLine = () => readProcStrings('/proc/self/cmdline'),
): string[] {
  if (!given.some(mayBeLossy)) return given.map(bytesOf)
  const raw = commandLine().slice(-given.length)
  const same =
    raw.length === given.length && raw.every((arg, i) => Buffer.from(arg, 'latin1').toString('utf8') === given[i])
  if (same) return raw
  throw new HoldfastError('usage', 'An argument is not UTF-8, and /proc/self/cmdline does not show its bytes')
}
