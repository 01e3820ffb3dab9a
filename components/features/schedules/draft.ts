'use client'
// What was filled in and not saved yet: it survives a reload of the page, and ends with the tab.
import { useEffect, useState } from 'react'
import { emptyForm, type ScheduleForm } from './form.ts'
import type { FormApi } from './form-sections.tsx'

/** Takes only what a form can hold: another version may have written it. */
function readDraft(key: string): ScheduleForm | undefined {
  try {
    const known = JSON.parse(window.sessionStorage.getItem(key) ?? 'null') as unknown
    if (typeof known !== 'object' || known === null) return undefined
    const fits = Object.entries(emptyForm).every(([name, value]) => {
      const own = (known as Record<string, unknown>)[name]
      return typeof own === typeof value && Array.isArray(own) === Array.isArray(value)
    })
    return fits ? (known as ScheduleForm) : undefined
  } catch (error) {
    // No storage in this browser, or no JSON in it: then there is no draft.
    if (error instanceof SyntaxError || error instanceof DOMException) return undefined
    throw error
  }
}

function writeDraft(key: string, form: ScheduleForm | undefined): void {
  try {
    if (form === undefined) window.sessionStorage.removeItem(key)
    else window.sessionStorage.setItem(key, JSON.stringify(form))
  } catch (error) {
    // Without storage a reload loses what was filled in, and nothing else.
    if (!(error instanceof DOMException)) throw error
  }
}

/** @returns whether the draft was looked for already, and a way to forget it */
export function useDraft(form: FormApi, key: string): { ready: boolean; forget(): void } {
  const [ready, setReady] = useState(false)
  useEffect(() => {
    const draft = readDraft(key)
    if (draft) form.reset(draft, { keepDefaultValues: true })
    setReady(true)
    return form.subscribe({ formState: { values: true }, callback: ({ values }) => writeDraft(key, values) })
  }, [form, key])
  return { ready, forget: () => writeDraft(key, undefined) }
}
