'use client'
// What was changed in the configuration and is not saved yet: in its form, and in its document.
import { same } from '#server/contract/config/diff.ts'
import { createStore } from '../../patterns/unsaved.ts'

/** A document that may still be wrong. */
export type Loose = { readonly [key: string]: unknown }

export type FormDraft = {
  /** The version that it was made on. */
  readonly version: number
  readonly base: Loose
  readonly draft: Loose
}

export type TextDraft = {
  /** The version that it was begun on. */
  readonly version: number
  readonly text: string
  /** Of the file that it was taken from. */
  readonly name?: string
}

export const formDraft = createStore<FormDraft>(({ base, draft }) => !same(base, draft))
/** Text that was begun is one's own, whatever it says. */
export const textDraft = createStore<TextDraft>(() => true)

/** Which of the pages have unsaved changes. */
export const useUnsaved = (): { form: boolean; text: boolean } => ({
  form: formDraft.use() !== undefined,
  text: textDraft.use() !== undefined,
})
