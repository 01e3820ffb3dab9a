'use client'
// Somebody else saved while changes were made here: who, when and what, and the own changes put on top of it.
import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '../../data/provider.tsx'
import { Differences } from '../../patterns/differences.tsx'
import { displayName } from '../../patterns/file-name.tsx'
import { Fetched, Notice } from '../../patterns/query.tsx'
import { When } from '../../patterns/when.tsx'
import { Button } from '../../ui/button.tsx'
import type { Current, Draft } from './draft.ts'

export function Meanwhile({ draft, current }: { draft: Draft; current: Current }) {
  const trpc = useTRPC()
  const query = useQuery({
    ...trpc.settings.diff.queryOptions({ from: draft.version, to: current.version }),
    enabled: draft.outdated,
  })
  if (!draft.outdated) return null
  return (
    <Notice
      tone="warning"
      title={`Meanwhile ${displayName(current.actorName)} saved version ${current.version}`}
      actions={
        <Button look="primary" onClick={draft.rebase}>
          Put my changes on top of it
        </Button>
      }
    >
      <p className="mb-2">
        <When at={current.at} />: {displayName(current.reason)}. Nothing of yours is lost.
      </p>
      {draft.conflicts.length > 0 && (
        <p className="mb-2">
          Both of you changed{' '}
          {draft.conflicts.map((path, i) => (
            <span key={path}>
              {i > 0 && ', '}
              <code className="break-all">{displayName(path)}</code>
            </span>
          ))}
          : there yours will count, and theirs is taken back.
        </p>
      )}
      <Fetched query={query}>
        {({ differences }) => <Differences label="What changed meanwhile" items={differences} />}
      </Fetched>
    </Notice>
  )
}
