'use client'
// The figures of a run, by kind of job, and what could not be read, restored or trusted.
import type { ReactNode } from 'react'
import { displayText } from '../../patterns/file-name.tsx'
import { bytes, count, percent } from '../../patterns/format.ts'
import { StatusBadge } from '../../patterns/status.tsx'
import { partialWords } from '../../patterns/verified.ts'
import { Card, Facts } from '../../ui/surfaces.tsx'
import type { RunDetails } from './words.ts'

type Values = NonNullable<RunDetails['statistics']>
type Show = (value: number) => string

/** In the order in which they are shown. What is not here is not shown. */
const figures: Readonly<Record<RunDetails['kind'], readonly (readonly [key: string, label: string, show: Show])[]>> = {
  backup: [
    ['filesNew', 'New files', count],
    ['filesChanged', 'Changed files', count],
    ['filesUnmodified', 'Unmodified files', count],
    ['directories', 'Folders', count],
    ['others', 'Other entries', count],
    ['bytes', 'Size of all files', bytes],
    ['bytesRead', 'Read', bytes],
    ['bytesStored', 'Stored', bytes],
    ['errorCount', 'Not read, or changed meanwhile', count],
  ],
  restore: [
    ['files', 'Files', count],
    ['directories', 'Folders', count],
    ['links', 'Links', count],
    ['others', 'Other entries', count],
    ['kept', 'Left as they were', count],
    ['bytes', 'Written or kept', bytes],
    ['verified', 'Read back and found right', count],
    ['problemCount', 'Not as in the snapshot', count],
  ],
  verify: [
    ['snapshots', 'Snapshots', count],
    ['trees', 'Folders', count],
    ['packs', 'Packs', count],
    ['packsRead', 'Packs read', count],
    ['chunks', 'Chunks', count],
    ['bytesRead', 'Read', bytes],
    ['unusedPacks', 'Packs that nothing uses', count],
    ['damagedAside', 'Damaged packs that nothing relies on', count],
    ['problemCount', 'Damaged or missing', count],
  ],
}

export function Statistics({ run: { kind, statistics } }: { run: RunDetails }) {
  if (statistics === null) return null
  const items = figures[kind].flatMap(([key, label, show]): (readonly [string, ReactNode])[] => {
    const value = statistics[key]
    return typeof value === 'number' ? [[label, show(value)]] : []
  })
  return (
    <Card title="Figures">
      <div className="grid gap-x-8 gap-y-2 sm:grid-cols-2">
        <Facts items={items.slice(0, Math.ceil(items.length / 2))} />
        <Facts items={[...items.slice(Math.ceil(items.length / 2)), ...more(kind, statistics)]} />
      </div>
      <Problems statistics={statistics} />
    </Card>
  )
}

function more(
  kind: RunDetails['kind'],
  { bytesRead, bytesStored, verified }: Values,
): (readonly [string, ReactNode])[] {
  if (kind !== 'backup') return []
  const both = typeof bytesRead === 'number' && typeof bytesStored === 'number' && bytesRead > 0
  // Of a few bytes the folders that are stored with them are more: no share then.
  return [
    ...(both && bytesStored <= bytesRead
      ? [['Stored of what was read', percent(bytesStored / bytesRead)] as const]
      : []),
    ...(typeof verified === 'string' ? [['Checked afterwards', <Verdict key="v" verified={verified} />] as const] : []),
  ]
}

const Verdict = ({ verified }: { verified: string }) =>
  verified === 'no' ? (
    <StatusBadge state="unknown" word="Not checked" quiet />
  ) : verified === 'interrupted' ? (
    <StatusBadge state="unknown" word="Interrupted" quiet />
  ) : verified === 'ok' ? (
    // No data was read back.
    <StatusBadge state="unknown" word={partialWords.structure} quiet />
  ) : (
    <StatusBadge state={verified} quiet />
  )

type Problem = { readonly name: string; readonly text: string }

/** Lists of files or objects with a message; those who may not see names get none. */
function problemsIn(statistics: Values): Problem[] {
  return ['errors', 'failures', 'differences', 'problems'].flatMap((key) => {
    const list = statistics[key]
    if (!Array.isArray(list)) return []
    return (list as Record<string, unknown>[]).map((each) => ({
      name: String(each.path ?? each.object ?? ''),
      text: String(each.error ?? each.message ?? ''),
    }))
  })
}

const SHOWN = 200

function Problems({ statistics }: { statistics: Values }) {
  const problems = problemsIn(statistics)
  if (problems.length === 0) return null
  return (
    <details className="mt-4" open={problems.length <= 20}>
      <summary className="cursor-pointer font-medium">What was not as it should be</summary>
      <ul className="mt-2 max-h-80 divide-y overflow-auto rounded-md border">
        {problems.slice(0, SHOWN).map(({ name, text }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same file may be named twice, and the list never changes
          <li key={at} className="px-3 py-1.5">
            <bdi dir="ltr" className="block font-mono text-sm break-all">
              {displayText(name)}
            </bdi>
            <span className="text-sm break-words text-muted">{displayText(text)}</span>
          </li>
        ))}
        {problems.length > SHOWN && (
          <li className="px-3 py-1.5 text-muted">and {count(problems.length - SHOWN)} more of which the log tells</li>
        )}
      </ul>
    </details>
  )
}
