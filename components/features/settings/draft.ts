'use client'
// The configuration while somebody changes it. It is kept while the viewer looks at other pages, and says when somebody else saved meanwhile.
import { useEffect, useMemo, useState } from 'react'
import { type Difference, diffDocuments, same } from '#server/contract/config/diff.ts'
import type { Path } from '#server/contract/config/paths.ts'
import type { Outputs } from '../../data/provider.tsx'
import { withValue } from './document.ts'
import { rebased } from './rebase.ts'

export type Current = Outputs['settings']['current']
/** A document that may still be wrong. */
export type Loose = { readonly [key: string]: unknown }

type Kept = {
  /** The version that it was made on. */
  readonly version: number
  readonly base: Loose
  readonly draft: Loose
}

/** Unsaved changes of this tab, across its pages. */
let kept: Kept | undefined

const fresh = ({ version, document }: Current): Kept => ({ version, base: document, draft: document })
const isDirty = ({ base, draft }: Kept): boolean => !same(base, draft)

export type Draft = {
  readonly version: number
  readonly document: Loose
  readonly dirty: boolean
  /** What was changed here, whatever others did meanwhile. */
  readonly changes: readonly Difference[]
  /** Somebody saved a newer version since the changes were begun. */
  readonly outdated: boolean
  /** Places that the newer version changed as well, in another way. */
  readonly conflicts: readonly string[]
  change(path: Path, value: unknown): void
  replace(document: Loose): void
  /** Gives the changes up. */
  reset(): void
  /** Puts the changes on top of the newest version. */
  rebase(): void
}

export function useDraft(current: Current): Draft {
  const [state, setState] = useState<Kept>(() => (kept !== undefined && isDirty(kept) ? kept : fresh(current)))
  const dirty = isDirty(state)
  // Without changes there is nothing to keep: the newest version is shown as soon as it is known.
  const now = dirty ? state : fresh(current)
  const changes = useMemo(() => diffDocuments(now.base, now.draft), [now.base, now.draft])
  const outdated = dirty && now.version < current.version
  const ahead = useMemo(
    () => (outdated ? rebased(now.base, now.draft, current.document) : undefined),
    [outdated, now.base, now.draft, current.document],
  )
  useWarning(dirty)
  const set = (next: Kept): void => {
    kept = next
    setState(next)
  }
  return {
    version: now.version,
    document: now.draft,
    dirty,
    changes,
    outdated,
    conflicts: ahead?.conflicts ?? [],
    change(path, value) {
      const base = kept !== undefined && isDirty(kept) ? kept : now
      set({ ...base, draft: (withValue(base.draft, path, value) ?? {}) as Loose })
    },
    replace: (document) => set({ ...now, draft: document }),
    reset: () => set(fresh(current)),
    rebase: () => ahead && set({ ...fresh(current), draft: (ahead.document ?? {}) as Loose }),
  }
}

/** The browser asks before it closes a tab with unsaved changes. */
function useWarning(dirty: boolean): void {
  useEffect(() => {
    if (!dirty) return
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [dirty])
}
