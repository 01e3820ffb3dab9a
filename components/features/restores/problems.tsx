// What went wrong with single files, by their paths, which the server made harmless to show.

import { displayText } from '../../patterns/file-name.tsx'
import { count } from '../../patterns/format.ts'
import type { Problem } from './restore-words.ts'

/** A path that the server escaped already. */
export const EscapedPath = ({ path }: { path: string }) => (
  <bdi dir="ltr" title={path} className="block truncate font-mono text-sm whitespace-pre">
    {path}
  </bdi>
)

/** So many are shown. */
const SHOWN = 200

export function Problems({ title, problems }: { title: string; problems: readonly Problem[] | undefined }) {
  if (problems === undefined || problems.length === 0) return null
  return (
    <div>
      <h3 className="mb-1 font-semibold">
        {title}: {count(problems.length)}
      </h3>
      <ul aria-label={title} className="max-h-80 overflow-y-auto rounded-md border">
        {problems.slice(0, SHOWN).map(({ path, message }) => (
          <li key={`${path} ${message}`} className="border-b px-3 py-1.5 last:border-b-0">
            <EscapedPath path={path} />
            <p className="text-muted break-words">{displayText(message)}</p>
          </li>
        ))}
      </ul>
      {problems.length > SHOWN && (
        <p className="mt-1 text-muted">And {count(problems.length - SHOWN)} more: the run’s log has them.</p>
      )}
    </div>
  )
}
