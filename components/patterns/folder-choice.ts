'use client'
// Folders that are chosen in a form, together with the path that is being typed: the form goes on when that one is in the list too.
import { type RefObject, useEffect, useEffectEvent, useRef, useState } from 'react'
import { useTRPCClient } from '../data/provider.tsx'
import { added, answered, emptyField, goesOn, heldBack, mayGoOn, type PathField, pathIn, typed } from './path-field.ts'
import { lookFor } from './path-look.ts'
import type { Refusal } from './path-words.ts'

export type FolderChoice = {
  /** Absolute paths. */
  readonly value: readonly string[]
  onChange(value: string[]): void
  /** Nothing for one that is chosen already. */
  add(path: string): void
  readonly field: PathField
  /** Where it is typed. */
  readonly input: RefObject<HTMLInputElement | null>
  type(text: string): void
  /** Adds what is typed, when the server finds it. */
  addTyped(): void
  /** Adds it though the server did not. */
  addAnyway(): void
  /** Somebody wants to go on, and would lose what is in the field. */
  holdBack(): void
  /** They went on. */
  clear(): void
}

/** The state of one FolderPicker, kept by its form. */
export function useFolderChoice(value: readonly string[], onChange: (value: string[]) => void): FolderChoice {
  const [field, setField] = useState(emptyField)
  const input = useRef<HTMLInputElement>(null)
  const add = (path: string): void => {
    if (!value.includes(path)) onChange([...value, path])
  }
  usePathLook(field.asked, (path, refusal) => {
    setField(answered(field, refusal))
    if (refusal === undefined) add(path)
    else if (field.goingOn) input.current?.focus()
  })
  return {
    value,
    onChange,
    add,
    field,
    input,
    type: (text) => setField(typed(text)),
    addTyped: () => setField(added(field, value)),
    addAnyway() {
      add(pathIn(field))
      setField(emptyField)
    },
    holdBack() {
      setField(heldBack(field))
      if (field.asked === undefined) input.current?.focus()
    },
    clear: () => setField(emptyField),
  }
}

/**
 * What leads on from a form with folders: it waits for the look for a path that was added just now, and for one that was typed and not
 * added it says so.
 * @returns what to do when it is pressed, and whether it was and waits
 */
export function useGoOn(choice: FolderChoice, onGoOn: () => void): { goOn(): void; waits: boolean } {
  const { field, clear, holdBack } = choice
  const go = useEffectEvent(() => {
    clear()
    onGoOn()
  })
  const now = goesOn(field)
  // Only now the form holds the path that was waited for.
  useEffect(() => {
    if (now) go()
  }, [now])
  return { goOn: () => (mayGoOn(field) ? onGoOn() : holdBack()), waits: field.goingOn === true }
}

/** Asks the server once whether a path can be backed up; another path, or none, ends the asking. */
function usePathLook(path: string | undefined, onAnswer: (path: string, refusal: Refusal | undefined) => void): void {
  const client = useTRPCClient()
  const answer = useEffectEvent(onAnswer)
  useEffect(() => {
    if (path === undefined) return
    return lookFor(
      (handlers) => client.schedules.matches.subscribe({ includePaths: [path], excludePatterns: [] }, handlers),
      (refusal) => answer(path, refusal),
    )
  }, [client, path])
}
