'use client'
// What is wrong with a document, on top: each with its place, its line where it was read from text, and the way there.
import { displayName } from '../../patterns/file-name.tsx'
import { counted } from '../../patterns/format.ts'
import { Notice } from '../../patterns/query.tsx'
import type { Problem } from './form-context.ts'

export function Problems({ problems, go }: { problems: readonly Problem[]; go?: (problem: Problem) => void }) {
  const errors = problems.filter(({ severity }) => severity === 'error')
  const warnings = problems.filter(({ severity }) => severity === 'warning')
  return (
    <>
      {errors.length > 0 && (
        <Notice tone="failed" title={`${counted(errors.length, 'mistake')}: it can't be saved like this`}>
          <List problems={errors} go={go} />
        </Notice>
      )}
      {warnings.length > 0 && (
        <Notice tone="warning" title={counted(warnings.length, 'warning')}>
          <List problems={warnings} go={go} />
        </Notice>
      )}
    </>
  )
}

function List({ problems, go }: { problems: readonly Problem[]; go: ((problem: Problem) => void) | undefined }) {
  return (
    <ul className="mt-1 max-h-60 list-disc overflow-y-auto pl-5">
      {problems.map((each) => (
        <li key={`${each.path} ${each.line ?? ''} ${each.message}`} className="break-words">
          <Place problem={each} go={go} /> {displayName(each.message)}
        </li>
      ))}
    </ul>
  )
}

function Place({ problem, go }: { problem: Problem; go: ((problem: Problem) => void) | undefined }) {
  const { path, line, column } = problem
  const where = [path === '' ? 'the document' : displayName(path), line !== undefined && lineText(line, column)]
  const text = where.filter(Boolean).join(', ')
  if (go === undefined) return <span className="font-mono text-sm">{text}:</span>
  return (
    <button
      type="button"
      className="rounded-sm text-left font-mono text-sm text-accent underline-offset-2 hover:underline"
      onClick={() => go(problem)}
    >
      {text}:
    </button>
  )
}

const lineText = (line: number, column: number | undefined): string =>
  column === undefined ? `line ${line}` : `line ${line}, column ${column}`
