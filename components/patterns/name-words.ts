// What is wrong with a name that somebody chooses for a schedule, in words.

/** As `server/contract/config/fields.ts` has it, without all that comes with that. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}_.-]{0,99}$/u

const ALLOWED = 'letters, digits, ".", "_" and "-"'

/** Undefined for a name that is allowed. */
export function mistakeInName(name: string): string | undefined {
  if (NAME.test(name)) return undefined
  if (name === '') return 'Give it a name'
  if (/\s/.test(name)) return `A name has no spaces, only ${ALLOWED}, as in "office-nights"`
  if (name.length > 100) return 'A name has up to 100 characters'
  if (/^[_.-]/.test(name)) return 'A name begins with a letter or a digit'
  return `A name has only ${ALLOWED}`
}
