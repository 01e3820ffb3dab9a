// From the text of a configuration file to a checked document: everything that is wrong with it at once, each with its line.
import { readFileSync } from 'node:fs'
import { type Beside, type Checked, checkDocument, MAX_PROBLEMS } from '../contract/config/check.ts'
import type { ConfigDocument } from '../contract/config/document.ts'
import { isError, type Problem, problemText } from '../contract/config/problems.ts'
import { HoldfastError } from '../contract/errors.ts'
import { readJsonc } from './jsonc.ts'

/** Reads and checks JSON with comments. It throws nothing; with errors there is no document. */
export function readDocument(text: string, beside: Beside = {}): Checked {
  const { value, problems: found, locate } = readJsonc(text)
  if (value === undefined) return { document: undefined, problems: found.slice(0, MAX_PROBLEMS) }
  // What the parser made of text with mistakes in it would only bring errors that aren't there.
  const checked = found.some(({ kind }) => kind === 'syntax')
    ? { document: undefined, problems: [] }
    : checkDocument(value, beside)
  const problems = [...found, ...checked.problems.map((each): Problem => ({ ...each, ...locate(each.keys) }))]
  const byLine = (a: Problem, b: Problem): number =>
    Number(isError(b)) - Number(isError(a)) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)
  const document = problems.some(isError) ? undefined : checked.document
  return { document, problems: problems.sort(byLine).slice(0, MAX_PROBLEMS) }
}

/** @throws `usage` with everything that is wrong, one line each; `name` is what the text is called */
export function parseDocument(
  text: string,
  name: string,
  beside: Beside = {},
): { document: ConfigDocument; warnings: readonly Problem[] } {
  const { document, problems } = readDocument(text, beside)
  if (document) return { document, warnings: problems }
  throw refusal(name, problems)
}

/** The error for a document with problems. */
export function refusal(name: string, problems: readonly Problem[]): HoldfastError {
  const errors = problems.filter(isError)
  const count = errors.length === 1 ? 'one mistake' : `${errors.length} mistakes`
  return new HoldfastError('usage', [`${name} has ${count}:`, ...errors.map(problemText)].join('\n  '))
}

const MAX_FILE = 16 << 20

/** The text of a configuration file. @throws `not_found`, `denied`, `usage` */
export function readConfigFile(path: string): string {
  try {
    const bytes = readFileSync(path)
    if (bytes.length > MAX_FILE)
      throw new HoldfastError('usage', `${path} has ${bytes.length} bytes: that is no configuration`)
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    const code = (error as { code?: string }).code
    if (error instanceof HoldfastError) throw error
    if (code === 'ENOENT') throw new HoldfastError('not_found', `There is no file ${path}`, { cause: error })
    if (code === 'EACCES') throw new HoldfastError('denied', `${path} may not be read by this user`, { cause: error })
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
      throw new HoldfastError('usage', `${path} is not UTF-8 text`, { cause: error })
    }
    throw new HoldfastError('usage', `${path} can't be read: ${code ?? String(error)}`, { cause: error })
  }
}
