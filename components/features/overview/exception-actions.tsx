'use client'
// What can be done about an exception, by those who may: repeat the run, verify, look again; and its page for everything else.
import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '../../data/provider.tsx'
import { useMay } from '../../data/viewer.tsx'
import { useAction } from '../../patterns/action.tsx'
import { VerifyNow } from '../../patterns/verify-now.tsx'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { type Fit, fitOf, hrefOf } from './say.ts'
import type { ExceptionItem } from './verdict.tsx'

export function ExceptionActions({ exception }: { exception: ExceptionItem }) {
  const may = useMay()
  const fit = fitOf(exception)
  const href = hrefOf(exception)
  const name = exception.target?.name ?? ''
  const allowed = fit !== undefined && may(fit.kind === 'protect' ? 'schedules.write' : 'runs.start')
  const visible = href !== undefined && (href !== '/settings' || may('settings.read'))
  return (
    <>
      {allowed && <FitButton fit={fit} name={name} />}
      {visible && (
        <ButtonLink href={href} size="small" look="quiet" aria-label={`Open: ${name || 'the settings'}`}>
          Open
        </ButtonLink>
      )}
    </>
  )
}

function FitButton({ fit, name }: { fit: Fit; name: string }) {
  switch (fit.kind) {
    case 'retry':
      return <Retry runId={fit.runId} name={name} />
    case 'run':
      return <RunNow scheduleId={fit.scheduleId} name={name} />
    case 'verify':
      return <VerifyNow repository={fit.repository} />
    case 'check':
      return <CheckAgain name={name} />
    case 'protect':
      return (
        <ButtonLink href="/welcome" size="small" look="primary">
          Set up a backup
        </ButtonLink>
      )
  }
}

const touches = ['runs', 'overview', 'schedules']

const atWork: readonly string[] = ['queued', 'running']

/** @returns whether a run that was started here has not ended yet: until then it is not started again */
function useAtWork(id: string | undefined): boolean {
  const trpc = useTRPC()
  const { data } = useQuery({ ...trpc.runs.live.queryOptions({ id: id ?? '' }), enabled: id !== undefined })
  return id !== undefined && (data === undefined || atWork.includes(data.state))
}

function Retry({ runId, name }: { runId: string; name: string }) {
  const trpc = useTRPC()
  const retry = useAction(trpc.runs.retry.mutationOptions(), { says: `${name} runs once more`, touches })
  const started = useAtWork(retry.data?.id)
  return (
    <Button
      size="small"
      aria-label={`${started ? 'Retrying' : 'Retry'}: ${name}`}
      disabled={retry.isPending || started}
      onClick={() => retry.mutate({ id: runId })}
    >
      {started ? 'Retrying' : 'Retry'}
    </Button>
  )
}

function RunNow({ scheduleId, name }: { scheduleId: string; name: string }) {
  const trpc = useTRPC()
  const run = useAction(trpc.schedules.runNow.mutationOptions(), { says: `${name} is on its way`, touches })
  const started = useAtWork(run.data?.id)
  return (
    <Button
      size="small"
      aria-label={`${started ? 'Started' : 'Run now'}: ${name}`}
      disabled={run.isPending || started}
      onClick={() => run.mutate({ id: scheduleId })}
    >
      {started ? 'Started' : 'Run now'}
    </Button>
  )
}

function CheckAgain({ name }: { name: string }) {
  const trpc = useTRPC()
  const check = useAction(trpc.health.run.mutationOptions(), {
    says: 'Everything was looked at',
    touches: ['overview', 'health'],
  })
  return (
    <Button
      size="small"
      aria-label={`${check.isPending ? 'Checking' : 'Check again'}: ${name.replaceAll('_', ' ')}`}
      disabled={check.isPending}
      onClick={() => check.mutate()}
    >
      {check.isPending ? 'Checking' : 'Check again'}
    </Button>
  )
}
