'use client'
// What was changed and is not saved yet, for as long as the browser's tab is open: the viewer may look at other pages meanwhile, and is asked before it is
// lost. What was given up can be taken back for a while.
import { useEffect, useSyncExternalStore } from 'react'
import { toast } from 'sonner'

export type Store<T> = {
  get(): T | undefined
  set(value: T | undefined): void
  /** The value, for a component that follows it. */
  use(): T | undefined
}

const listeners = new Set<() => void>()
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}
const all: (() => boolean)[] = []

/** Whether anything is kept that would be lost with the page. */
export const isUnsaved = (): boolean => all.some((each) => each())

/** @param isDirty whether what is kept differs from what is saved */
export function createStore<T>(isDirty: (kept: T) => boolean): Store<T> {
  let kept: T | undefined
  const get = (): T | undefined => kept
  // The server's page knows of nothing that is unsaved.
  const nothing = (): undefined => undefined
  all.push(() => kept !== undefined && isDirty(kept))
  return {
    get,
    set(value) {
      // What equals what is saved is nothing: it is in the way of nothing.
      kept = value !== undefined && isDirty(value) ? value : undefined
      for (const listener of listeners) listener()
    },
    use: () => useSyncExternalStore(subscribe, get, nothing),
  }
}

/** The browser asks before it closes or reloads a tab with unsaved changes, whichever page is open. For the frame. */
export function useWarning(): void {
  const unsaved = useSyncExternalStore(subscribe, isUnsaved, () => false)
  useEffect(() => {
    if (!unsaved) return
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [unsaved])
}

/**
 * Gives up what is kept.
 * @returns takes it back, and says whether it did: not over something newer that was begun since; undefined when there was nothing
 */
export function givenUp<T>(store: Pick<Store<T>, 'get' | 'set'>): (() => boolean) | undefined {
  const before = store.get()
  store.set(undefined)
  if (before === undefined) return undefined
  return () => {
    if (store.get() !== undefined) return false
    store.set(before)
    return true
  }
}

/** So long can what was given up be taken back (ms). */
const TAKE_BACK = 30_000

/** Offers to take back what was given up: a wrong click must not cost an hour's typing. */
export function offerBack(takeBack: () => boolean): void {
  const back = (): void => {
    if (!takeBack()) toast('They were not taken back: other changes were begun since, and are still there')
  }
  toast('Your changes were given up', { duration: TAKE_BACK, action: { label: 'Take them back', onClick: back } })
}

/** Gives up what is kept, and offers to take it back. */
export function giveUp<T>(store: Store<T>): void {
  const takeBack = givenUp(store)
  if (takeBack !== undefined) offerBack(takeBack)
}
