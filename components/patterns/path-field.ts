// The field in which a path is typed: from its text over the look for it to the list, or to why it is not taken. Pure.
import { mistakeIn, type Refusal, slashless } from './path-words.ts'

export type PathField = {
  readonly text: string
  readonly refusal?: Refusal
  /** The path that is looked for. */
  readonly asked?: string
  /** Somebody has pressed what leads on, which waits for the look. */
  readonly goingOn?: boolean
}

export const emptyField: PathField = { text: '' }

const notAdded: Refusal = { message: 'This path is not added yet: add it, or empty the field', mayCome: false }

/** The path that a text stands for. */
export const pathIn = ({ text }: PathField): string => slashless(text.trim())

/** Another text: what was asked or said of the last one counts no more. */
export const typed = (text: string): PathField => ({ text })

/** "Add" was pressed. */
export function added(field: PathField, chosen: readonly string[]): PathField {
  const path = pathIn(field)
  const message = mistakeIn(path, chosen)
  const { text } = field
  return message === undefined ? { text, asked: path } : { text, refusal: { message, mayCome: false } }
}

/** The look is over. A path that is not refused is in the list from now on. */
export function answered({ text, goingOn }: PathField, refusal: Refusal | undefined): PathField {
  if (refusal !== undefined) return { text, refusal }
  return goingOn === true ? { ...emptyField, goingOn } : emptyField
}

/** Whether nothing would be lost. */
export const mayGoOn = ({ text }: PathField): boolean => text.trim() === ''

/** What leads on was pressed while it may not go on. */
export const heldBack = (field: PathField): PathField =>
  field.asked === undefined ? { ...field, refusal: field.refusal ?? notAdded } : { ...field, goingOn: true }

/** Whether what somebody waited for is over, so that it goes on now. */
export const goesOn = (field: PathField): boolean => field.goingOn === true && mayGoOn(field)
