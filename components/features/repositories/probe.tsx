'use client'
// "Test connection": what was tried, how it went, and how long it took.
import type { Outputs } from '../../data/provider.tsx'
import { duration } from '../../patterns/format.ts'
import { StatusBadge } from '../../patterns/status.tsx'

type Probe = Outputs['repositories']['test']

const words: Readonly<Record<Probe['steps'][number]['step'], string>> = {
  open: 'Open the place',
  put: 'Store a small object',
  get: 'Read it back, and compare',
  list: 'Find it in the list',
  delete: 'Delete it',
}

export const ProbeSteps = ({ probe }: { probe: Probe }) => (
  <div role="status" className="w-full rounded-md border">
    <p className="border-b px-3 py-2">
      <StatusBadge
        state={probe.ok ? 'ok' : 'failed'}
        word={probe.ok ? 'The place can be used' : 'The place can not be used'}
        quiet
      />
    </p>
    <ol className="divide-y">
      {probe.steps.map(({ step, ok, milliseconds, error }) => (
        <li key={step} className="flex flex-wrap items-start gap-x-4 gap-y-1 px-3 py-1.5">
          <span className="w-20 shrink-0">
            <StatusBadge state={ok ? 'ok' : 'failed'} quiet />
          </span>
          <span className="min-w-0 flex-1 basis-48">
            {words[step]}
            {error !== undefined && <span className="block break-words text-failed">{error.message}</span>}
          </span>
          <span className="text-muted">{duration(milliseconds)}</span>
        </li>
      ))}
    </ol>
  </div>
)
