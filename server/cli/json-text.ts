// Writes JSON so that it does no harm on a terminal either; nothing is lost, for JSON can escape any character.
import { unsafe } from './bytes.ts'

const escapeUnits = (char: string): string =>
  Array.from({ length: char.length }, (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')

/** One line without a newline at its end. */
export const jsonText = (value: unknown): string => JSON.stringify(value).replace(unsafe, escapeUnits)
