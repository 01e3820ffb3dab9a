'use client'
// The last look before a schedule is made: all that was chosen, how much it is, and whether its repository can be used.
import { RotateCw } from 'lucide-react'
import { useEffect } from 'react'
import { backupLine } from '#server/contract/cli-lines.ts'
import { type Outputs, useTRPC } from '../../data/provider.tsx'
import { useMay } from '../../data/viewer.tsx'
import { useAction } from '../../patterns/action.tsx'
import { CommandLine } from '../../patterns/copy.tsx'
import { useCronWords } from '../../patterns/cron-words.tsx'
import { displayText, FileName } from '../../patterns/file-name.tsx'
import { type Matches, MatchLine } from '../../patterns/match-preview.tsx'
import { sayError } from '../../patterns/query.tsx'
import { StatusBadge } from '../../patterns/status.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, Facts } from '../../ui/surfaces.tsx'
import { patternsOf, type ScheduleForm } from './form.ts'
import { useTargets } from './targets.ts'
import { catchUpWords, NextRuns } from './when-section.tsx'

type Repository = Outputs['repositories']['list']['items'][number]

export function CheckStep({
  values,
  matches,
  target,
  onChange,
}: {
  values: ScheduleForm
  matches: Matches
  target: Repository | undefined
  onChange(step: number): void
}) {
  const { zone: standard } = useTargets()
  const zone = values.timezone || standard
  const words = useCronWords(values.cron)
  const excludes = patternsOf(values.excludes)
  const change = (step: number, what: string) => (
    <Button size="small" aria-label={`Change ${what}`} onClick={() => onChange(step)}>
      Change
    </Button>
  )
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Card title="What" actions={change(0, 'what is backed up')}>
        <Facts
          items={[
            ['Name', values.name],
            ['Backs up', <Names key="paths" names={values.includePaths} />],
            ['Leaves out', excludes.length === 0 ? 'nothing' : <Names key="excludes" names={excludes} />],
            ['Size', <MatchLine key="size" matches={matches} />],
          ]}
        />
      </Card>
      <Card title="How" actions={change(1, 'how it is backed up')}>
        <Facts
          items={[
            ['Type', values.type],
            ['Repository', target?.name ?? values.repository],
            ['Policy', values.policy || 'none'],
            ...(values.retentionDays === ''
              ? []
              : [['Kept for', `${values.retentionDays} days (no effect yet)`] as const]),
            ['Connection', <Connection key="connection" target={target} />],
          ]}
        />
      </Card>
      <Card title="When" actions={change(2, 'when it is backed up')}>
        <Facts
          items={[
            ['Runs', words],
            ['Zone', zone],
            ['Missed times', catchUpWords[values.catchUp]],
          ]}
        />
      </Card>
      <NextRuns values={values} zone={zone} />
      {target !== undefined && (
        <Card title="The same by hand" className="lg:col-span-2">
          <CommandLine line={backupLine(target, { type: values.type, paths: values.includePaths, excludes })} />
        </Card>
      )}
    </div>
  )
}

export const Names = ({ names }: { names: readonly string[] }) => (
  <ul className="max-h-60 overflow-y-auto">
    {names.map((name) => (
      <li key={name}>
        <FileName name={name} wrap />
      </li>
    ))}
  </ul>
)

/** Puts, gets and deletes a small object in the repository, as soon as it is known which. */
function Connection({ target }: { target: Repository | undefined }) {
  const trpc = useTRPC()
  const may = useMay()('repositories.write')
  const id = target?.id
  const test = useAction(trpc.repositories.test.mutationOptions(), { quiet: true })
  const { mutate } = test
  useEffect(() => {
    if (id !== undefined && may) mutate({ id })
  }, [id, may, mutate])
  if (!may) return <StatusBadge state="unknown" word="Not tested" />
  if (test.error) return <span className="text-failed">{sayError(test.error)}</span>
  if (test.data === undefined || test.isPending) return <StatusBadge state="running" word="Being tested" />
  const failed = test.data.steps.find(({ ok }) => !ok)
  const took = test.data.steps.reduce((sum, { milliseconds }) => sum + milliseconds, 0)
  return (
    <span className="flex flex-wrap items-center gap-2" role="status">
      <StatusBadge
        state={test.data.ok ? 'ok' : 'failed'}
        word={test.data.ok ? `Works (${took} ms)` : 'Does not work'}
      />
      {failed?.error !== undefined && <span className="break-words">{displayText(failed.error.message)}</span>}
      <Button
        size="small"
        look="quiet"
        icon={<RotateCw aria-hidden className="size-3.5" />}
        onClick={() => id !== undefined && mutate({ id })}
      >
        Test again
      </Button>
    </span>
  )
}
