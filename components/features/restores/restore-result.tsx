'use client'
// What came of a restore: how much is back, how sure that is, and what is not as it was.
import { damageRemedy } from '#server/contract/verification.ts'
import { useMay } from '../../data/viewer.tsx'
import { displayText, FileName } from '../../patterns/file-name.tsx'
import { count, counted } from '../../patterns/format.ts'
import { Notice } from '../../patterns/query.tsx'
import { isTopOfServer, sameAgainHref } from '../../patterns/restore-choice.ts'
import { StatusBadge } from '../../patterns/status.tsx'
import { ButtonLink } from '../../ui/button.tsx'
import { Problems } from './problems.tsx'
import { type Figures, figuresOf, howSure, type Restore, whatCameBack, whatStayed } from './restore-words.ts'

export function RestoreResult({ restore }: { restore: Restore }) {
  const figures = figuresOf(restore.statistics)
  const { error, state, target } = restore
  return (
    <div className="flex flex-col gap-3">
      {error !== null && (
        <Notice
          tone={state === 'failed' ? 'failed' : 'warning'}
          title={state === 'failed' && figures === null ? 'It failed' : 'Not all of it came back'}
        >
          <p>{displayText(error.message)}</p>
          {error.code === 'damaged' && restore.statistics?.damageMet !== false && (
            <p className="mt-2">{damageRemedy}.</p>
          )}
        </Notice>
      )}
      {state === 'cancelled' && <Notice title="It was cancelled">What was restored until then stays.</Notice>}
      {figures !== null && (
        <>
          {restore.wroteNothing ? (
            <Untouched restore={restore} figures={figures} />
          ) : (
            <>
              <p className="text-lg font-medium">{whatCameBack(figures)}</p>
              <p className="flex flex-wrap items-baseline gap-x-1 text-muted">
                {isTopOfServer(target) ? (
                  'It lies where it came from.'
                ) : (
                  <>
                    It lies in <FileName name={target} wrap className="text-text" />
                  </>
                )}
              </p>
              <Sure restore={restore} />
            </>
          )}
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

/** Whoever asked for an older state and had it kept out has not got it: that is no success to be shown in green. */
function Untouched({ restore, figures }: { restore: Restore; figures: Figures }) {
  const { overwrite, path, snapshot } = restore
  const may = useMay()
  if (overwrite !== 'never')
    return (
      <Notice title={whatStayed(figures)}>
        What is there looks the same as in the snapshot: size, time and rights.
      </Notice>
    )
  const again =
    snapshot !== null && path !== null && may('restores.start')
      ? sameAgainHref(snapshot, { ...restore, path, overwrite: 'if-changed' })
      : undefined
  return (
    <Notice
      tone="warning"
      title={whatStayed(figures)}
      actions={again !== undefined && <ButtonLink href={again}>Restore again and replace what differs</ButtonLink>}
    >
      What was asked for was to leave what is there. It may be another version than the one in the snapshot.
    </Notice>
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
