'use client'
// What was changed and is not saved yet, for as long as the browser's tab is open: the viewer may look at other pages meanwhile.
import { useEffect, useSyncExternalStore } from 'react'
import { toast } from 'sonner'
import { same } from '#server/contract/config/diff.ts'

type Store<T> = {
  get(): T | undefined
  set(value: T | undefined): void
  /** The value, for a component that follows it. */
  use(): T | undefined
}

function createStore<T>(): Store<T> {
  let kept: T | undefined
  const listeners = new Set<() => void>()
  const get = (): T | undefined => kept
  const subscribe = (listener: () => void): (() => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  // The server's page knows of nothing that is unsaved.
  const nothing = (): undefined => undefined
  return {
    get,
    set(value) {
      kept = value
      for (const listener of listeners) listener()
    },
    use: () => useSyncExternalStore(subscribe, get, nothing),
  }
}

/** A document that may still be wrong. */
export type Loose = { readonly [key: string]: unknown }

export type FormDraft = {
  /** The version that it was made on. */
  readonly version: number
  readonly base: Loose
  readonly draft: Loose
}
export const isDirty = ({ base, draft }: FormDraft): boolean => !same(base, draft)

export type TextDraft = {
  /** The version that it was begun on. */
  readonly version: number
  readonly text: string
  /** Of the file that it was taken from. */
  readonly name?: string
}

export const formDraft = createStore<FormDraft>()
export const textDraft = createStore<TextDraft>()

/**
 * Gives up what is kept.
 * @returns takes it back, unless something newer was begun since; undefined when there was nothing
 */
export function givenUp<T>(store: Pick<Store<T>, 'get' | 'set'>): (() => void) | undefined {
  const before = store.get()
  store.set(undefined)
  if (before === undefined) return undefined
  return () => {
    if (store.get() === undefined) store.set(before)
  }
}

/** So long can what was given up be taken back (ms). */
const TAKE_BACK = 30_000

/** Gives up what is kept, and offers to take it back: a wrong click must not cost an hour's typing. */
export function giveUp<T>(store: Store<T>): void {
  const takeBack = givenUp(store)
  if (takeBack === undefined) return
  toast('Your changes were given up', { duration: TAKE_BACK, action: { label: 'Take them back', onClick: takeBack } })
}

/** Which of the pages have unsaved changes. */
export function useUnsaved(): { form: boolean; text: boolean } {
  const form = formDraft.use()
  return { form: form !== undefined && isDirty(form), text: textDraft.use() !== undefined }
}

/** The browser asks before it closes a tab with unsaved changes. */
export function useWarning(dirty: boolean): void {
  useEffect(() => {
    if (!dirty) return
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [dirty])
}
