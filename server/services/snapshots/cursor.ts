// Cursors: where a page ended, as text that clients hand back unread.
import { HoldfastError } from '../../contract/errors.ts'

export type Cursor = Readonly<Record<string, string | number>>

export const encodeCursor = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url')

/**
 * @param kinds what must be in it: the type of each field
 * @throws `usage` for one that this list did not give
 */
export function decodeCursor<K extends Readonly<Record<string, 'string' | 'number'>>>(
  text: string,
  kinds: K,
): { [N in keyof K]: K[N] extends 'string' ? string : number } {
  const value = parse(text)
  const fits =
    typeof value === 'object' &&
    value !== null &&
    Object.entries(kinds).every(([name, kind]) => typeof (value as Record<string, unknown>)[name] === kind)
  if (!fits) throw new HoldfastError('usage', 'The cursor is none of this list: begin again without one')
  return value as { [N in keyof K]: K[N] extends 'string' ? string : number }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch {
    // Not JSON: not ours.
    return undefined
  }
}
