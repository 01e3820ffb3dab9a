'use client'
// A cron expression in words. The library that knows how comes after the page.
import { useEffect, useState } from 'react'
import { mistakeInCron } from './cron.ts'
import { codeIsMissing } from './outdated.tsx'

type Speak = (cron: string) => string
let speak: Speak | undefined
let loading: Promise<Speak> | undefined

const macros: Readonly<Record<string, string>> = {
  '@yearly': 'Once a year, on 1 January at 00:00',
  '@annually': 'Once a year, on 1 January at 00:00',
  '@monthly': 'On the first of each month at 00:00',
  '@weekly': 'On Sundays at 00:00',
  '@daily': 'Every day at 00:00',
  '@midnight': 'Every day at 00:00',
  '@hourly': 'Every hour',
}

function load(): Promise<Speak> {
  loading ??= import('cronstrue').then(({ default: cronstrue }) => {
    speak = (cron) => cronstrue.toString(cron, { use24HourTimeFormat: true, throwExceptionOnParseError: true })
    return speak
  })
  return loading
}

/** @returns the words, or the expression itself before the words are there and where there are none for it */
export function useCronWords(cron: string): string {
  const [ready, setReady] = useState(speak !== undefined)
  useEffect(() => {
    if (ready) return
    load().then(
      () => setReady(true),
      // The expression itself stays.
      (error: unknown) => {
        loading = undefined
        codeIsMissing(error)
      },
    )
  }, [ready])
  const macro = macros[cron.trim().toLowerCase()]
  if (macro !== undefined) return macro
  if (!ready || speak === undefined || mistakeInCron(cron) !== undefined) return cron
  return speak(cron)
}

/** One line; the expression itself on hover. */
export function CronWords({ cron }: { cron: string }) {
  return (
    <span className="block truncate" title={cron}>
      {useCronWords(cron)}
    </span>
  )
}
