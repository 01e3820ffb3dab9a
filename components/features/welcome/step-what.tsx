'use client'
// Step 1: folders of the server, and how much that is, counted live.
import { useFolderChoice, useGoOn } from '../../patterns/folder-choice.ts'
import { FolderPicker } from '../../patterns/folder-picker.tsx'
import { MatchPreview, useMatches } from '../../patterns/match-preview.tsx'
import { SavedSchedule } from './saved-schedule.tsx'
import { NextButton, StepCard } from './step-card.tsx'

const noPatterns: readonly string[] = []

export function StepWhat({
  saved,
  folders,
  onFolders,
  onDone,
}: {
  /** A schedule says it already. */
  saved: boolean
  folders: readonly string[]
  onFolders(folders: string[]): void
  onDone(): void
}) {
  const choice = useFolderChoice(folders, onFolders)
  const { goOn, waits } = useGoOn(choice, onDone)
  const matches = useMatches({ includePaths: saved ? noPatterns : folders, excludePatterns: noPatterns })
  if (saved)
    return (
      <StepCard title="What to protect" actions={<NextButton onClick={onDone} />}>
        <SavedSchedule />
      </StepCard>
    )
  return (
    <StepCard
      title="What to protect"
      actions={<NextButton onClick={goOn} disabled={folders.length === 0 || matches.error !== undefined || waits} />}
    >
      <p className="text-muted">
        Everything in the folders is backed up, with what is below them. You can add more, and leave things out, at any
        time.
      </p>
      <FolderPicker label="Folders of this server" choice={choice} />
      {folders.length > 0 && (
        <section aria-label="How much it is" className="rounded-md border bg-bg px-4 py-3">
          <MatchPreview matches={matches} />
        </section>
      )}
    </StepCard>
  )
}
