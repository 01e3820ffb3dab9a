'use client'
// What a test of a repository's place found: what was tried, how it went, and how long it took.
import type { Outputs } from '../data/provider.tsx'
import { displayText } from './file-name.tsx'
import { duration } from './format.ts'
import { Notice, sayError } from './query.tsx'
import { StatusBadge } from './status.tsx'

type Probe = Outputs['repositories']['test']

const words: Readonly<Record<Probe['steps'][number]['step'], string>> = {
  open: 'Open the place',
  put: 'Store a small object',
  get: 'Read it back, and compare',
  list: 'Find it in the list',
  delete: 'Delete it',
}

/** `error`: why the test itself could not be made. */
export function ProbeResult({ probe, error }: { probe: Probe | undefined; error: unknown }) {
  if (error)
    return (
      <Notice tone="failed" title="The test could not be made">
        {sayError(error)}
      </Notice>
    )
  if (probe === undefined) return null
  return (
    <div role="status" className="w-full">
      <Notice
        tone={probe.ok ? 'ok' : 'failed'}
        title={probe.ok ? 'The connection works' : 'The connection does not work'}
      >
        <ol className="mt-1">
          {probe.steps.map(({ step, ok, milliseconds, error: why }) => (
            <li key={step} className="flex flex-wrap items-start gap-x-4 gap-y-1 py-0.5">
              <span className="w-20 shrink-0">
                <StatusBadge state={ok ? 'ok' : 'failed'} quiet />
              </span>
              <span className="min-w-0 flex-1 basis-48">
                {words[step]}
                {why !== undefined && <span className="block break-words text-failed">{displayText(why.message)}</span>}
              </span>
              <span className="text-muted">{duration(milliseconds)}</span>
            </li>
          ))}
        </ol>
      </Notice>
    </div>
  )
}
