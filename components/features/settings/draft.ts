'use client'
// The configuration while somebody changes it. It is kept while the viewer looks at other pages, and says when somebody else saved meanwhile.
import { useMemo } from 'react'
import { type Difference, diffDocuments } from '#server/contract/config/diff.ts'
import type { Path } from '#server/contract/config/paths.ts'
import type { Outputs } from '../../data/provider.tsx'
import { rebased } from '../../patterns/rebase.ts'
import { giveUp } from '../../patterns/unsaved.ts'
import { withValue } from './document.ts'
import { type FormDraft, formDraft, type Loose } from './unsaved.ts'

export type Current = Outputs['settings']['current']
export type { Loose }

const fresh = ({ version, document }: Current): FormDraft => ({ version, base: document, draft: document })

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
  /** Gives the changes up; they can be taken back for a while. */
  giveUp(): void
  /** Ends with the changes: they are saved. */
  reset(): void
  /** Puts the changes on top of the newest version. */
  rebase(): void
}

export function useDraft(current: Current): Draft {
  const kept = formDraft.use()
  const dirty = kept !== undefined
  // Without changes there is nothing to keep: the newest version is shown as soon as it is known.
  const now = kept ?? fresh(current)
  const changes = useMemo(() => diffDocuments(now.base, now.draft), [now.base, now.draft])
  const outdated = dirty && now.version < current.version
  const ahead = useMemo(
    () => (outdated ? rebased(now.base, now.draft, current.document) : undefined),
    [outdated, now.base, now.draft, current.document],
  )
  return {
    version: now.version,
    document: now.draft,
    dirty,
    changes,
    outdated,
    conflicts: ahead?.conflicts ?? [],
    change(path, value) {
      // Two changes may come before the page is drawn again.
      const base = formDraft.get() ?? now
      formDraft.set({ ...base, draft: (withValue(base.draft, path, value) ?? {}) as Loose })
    },
    replace: (document) => formDraft.set({ ...now, draft: document }),
    giveUp: () => giveUp(formDraft),
    reset: () => formDraft.set(undefined),
    rebase: () => ahead && formDraft.set({ ...fresh(current), draft: (ahead.document ?? {}) as Loose }),
  }
}
