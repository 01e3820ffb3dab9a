'use client'
// What was filled in and not saved yet, and what it was begun on: it survives a reload of the page, and ends with the tab.
import { useEffect, useRef, useState } from 'react'
import { same } from '#server/contract/config/diff.ts'
import { emptyForm, type ScheduleForm } from './form.ts'
import type { FormApi } from './form-sections.tsx'

type Kept<Base> = { readonly form: ScheduleForm; readonly base: Base }

type Draft<Base> = {
  /** The draft was looked for already. */
  readonly ready: boolean
  /** What the form was begun on. */
  readonly base: Base
  /** What the form holds is from before. */
  readonly restored: boolean
  forget(): void
  /** Begins anew on something else. */
  begin(base: Base, form: ScheduleForm): void
  /** The same, with a way back: it says whether it could be gone, which it can't over what was filled in since. */
  giveUp(base: Base, form: ScheduleForm): () => boolean
}

/** Every key of the sample, with a value of the same kind. */
function fits(value: unknown, sample: object): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(sample).every(([key, known]) => {
    const own = (value as Record<string, unknown>)[key]
    return typeof own === typeof known && Array.isArray(own) === Array.isArray(known)
  })
}

/** Takes only what a form can hold: another version may have written it. */
function readDraft<Base extends object>(key: string, base: Base): Kept<Base> | undefined {
  try {
    const known = JSON.parse(window.sessionStorage.getItem(key) ?? 'null') as unknown
    if (!fits(known, { form: {}, base: {} })) return undefined
    const kept = known as Kept<Base>
    return fits(kept.form, emptyForm) && fits(kept.base, base) ? kept : undefined
  } catch (error) {
    // No storage in this browser, or no JSON in it: then there is no draft.
    if (error instanceof SyntaxError || error instanceof DOMException) return undefined
    throw error
  }
}

function writeDraft(key: string, draft: Kept<object> | undefined): void {
  try {
    if (draft === undefined) window.sessionStorage.removeItem(key)
    else window.sessionStorage.setItem(key, JSON.stringify(draft))
  } catch (error) {
    // Without storage a reload loses what was filled in, and nothing else.
    if (!(error instanceof DOMException)) throw error
  }
}

/** @param first what the form is begun on when there is no draft */
export function useDraft<Base extends object>(form: FormApi, key: string, first: Base): Draft<Base> {
  const [state, setState] = useState({ ready: false, restored: false, base: first })
  const base = useRef(first)
  useEffect(() => {
    const draft = readDraft(key, base.current)
    if (draft) {
      base.current = draft.base
      form.reset(draft.form, { keepDefaultValues: true })
    }
    setState({ ready: true, restored: draft !== undefined, base: base.current })
    return form.subscribe({
      formState: { values: true },
      callback: ({ values }) => writeDraft(key, { form: values, base: base.current }),
    })
  }, [form, key])
  const begin = (next: Base, values: ScheduleForm): void => {
    base.current = next
    setState({ ready: true, restored: false, base: next })
    form.reset(values)
    writeDraft(key, { form: values, base: next })
  }
  return {
    ...state,
    forget: () => writeDraft(key, undefined),
    begin,
    giveUp(next, values) {
      const before = { base: base.current, form: structuredClone(form.getValues()) }
      begin(next, structuredClone(values))
      return () => {
        if (!same(form.getValues(), values)) return false
        begin(before.base, before.form)
        return true
      }
    },
  }
}
