'use client'
// A cron expression in words. The library that knows how comes after the page.
import { useEffect, useState } from 'react'
import { isMissingCode } from '../data/build.ts'
import { useConnection } from '../data/live.tsx'
import { mistakeInCron } from './cron.ts'
import { fetchedOnce } from './later.tsx'

const macros: Readonly<Record<string, string>> = {
  '@yearly': 'Once a year, on 1 January at 00:00',
  '@annually': 'Once a year, on 1 January at 00:00',
  '@monthly': 'On the first of each month at 00:00',
  '@weekly': 'On Sundays at 00:00',
  '@daily': 'Every day at 00:00',
  '@midnight': 'Every day at 00:00',
  '@hourly': 'Every hour',
}

const speech = fetchedOnce(async () => {
  const { default: cronstrue } = await import('cronstrue')
  return (cron: string): string =>
    cronstrue.toString(cron, { use24HourTimeFormat: true, throwExceptionOnParseError: true })
})

/** @returns the words, or the expression itself before the words are there and where there are none for it */
export function useCronWords(cron: string): string {
  const [ready, setReady] = useState(speech.known() !== undefined)
  const connection = useConnection()
  // biome-ignore lint/correctness/useExhaustiveDependencies: what could not be fetched is asked for again once the server is back
  useEffect(() => {
    if (ready) return
    speech.get().then(
      () => setReady(true),
      // The expression itself stays.
      (error: unknown) => {
        if (!isMissingCode(error)) throw error
      },
    )
  }, [ready, connection])
  const macro = macros[cron.trim().toLowerCase()]
  if (macro !== undefined) return macro
  const speak = speech.known()
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
