'use client'
// What a test of a place found, step by step.
import type { Outputs } from '../../data/provider.tsx'
import { Notice, sayError } from '../../patterns/query.tsx'
import { StatusBadge } from '../../patterns/status.tsx'

type Probe = Outputs['repositories']['test']

const stepWords: Readonly<Record<Probe['steps'][number]['step'], string>> = {
  open: 'open it',
  put: 'write a small object',
  get: 'read it back',
  list: 'find it in the list',
  delete: 'delete it',
}

export function ProbeResult({ probe, error }: { probe: Probe | undefined; error: unknown }) {
  if (error)
    return (
      <Notice tone="failed" title="The test could not be made">
        {sayError(error)}
      </Notice>
    )
  if (probe === undefined) return null
  return (
    <Notice
      tone={probe.ok ? 'ok' : 'failed'}
      title={probe.ok ? 'The connection works' : 'The connection does not work'}
    >
      <ul className="mt-1">
        {probe.steps.map(({ step, ok, milliseconds, error: why }) => (
          <li key={step} className="flex flex-wrap gap-x-2">
            <StatusBadge state={ok ? 'ok' : 'failed'} quiet />
            {stepWords[step]}
            <span className="text-muted">{milliseconds} ms</span>
            {why !== undefined && <span className="min-w-0 break-words">{why.message}</span>}
          </li>
        ))}
      </ul>
    </Notice>
  )
}
