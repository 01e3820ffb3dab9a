'use client'
// What came of a restore: how much is back, how sure that is, and what is not as it was.
import { displayText, FileName } from '../../patterns/file-name.tsx'
import { count, counted } from '../../patterns/format.ts'
import { Notice } from '../../patterns/query.tsx'
import { StatusBadge } from '../../patterns/status.tsx'
import { Problems } from './problems.tsx'
import { figuresOf, howSure, type Restore, whatCameBack } from './restore-words.ts'

export function RestoreResult({ restore }: { restore: Restore }) {
  const figures = figuresOf(restore.statistics)
  const { error, state, target } = restore
  return (
    <div className="flex flex-col gap-3">
      {error !== null && (
        <Notice
          tone={state === 'failed' ? 'failed' : 'warning'}
          title={state === 'failed' ? 'It failed' : 'Not all of it came back'}
        >
          {displayText(error.message)}
        </Notice>
      )}
      {state === 'cancelled' && <Notice title="It was cancelled">What was restored until then stays.</Notice>}
      {figures !== null && (
        <>
          <p className="text-lg font-medium">{whatCameBack(figures)}</p>
          <p className="flex flex-wrap items-baseline gap-x-1 text-muted">
            {target === '/' ? (
              'It lies where it came from.'
            ) : (
              <>
                It lies in <FileName name={target} wrap className="text-text" />
              </>
            )}
          </p>
          <Sure restore={restore} />
          {figures.problemCount > 0 && figures.failures === undefined && (
            <p>{counted(figures.problemCount, 'thing')} did not come back as in the snapshot.</p>
          )}
          <Problems title="Not restored" problems={figures.failures} />
          <Problems title="Restored, but for a part of the metadata" problems={figures.differences} />
          {figures.links > 0 && <p className="text-muted">{count(figures.links)} hard links among them.</p>}
        </>
      )}
    </div>
  )
}

function Sure({ restore }: { restore: Restore }) {
  const figures = figuresOf(restore.statistics)
  if (figures === null) return null
  const { sure, text } = howSure(restore, figures)
  return (
    <p className="flex flex-wrap items-center gap-2">
      <StatusBadge state={sure ? 'ok' : 'unknown'} word={sure ? 'Verified' : 'Not verified'} />
      {text}
    </p>
  )
}
