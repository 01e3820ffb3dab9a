'use client'
// Somebody else changed the schedule while it is edited here: what they changed, and what can be done with the own changes.
import { diffDocuments } from '#server/contract/config/diff.ts'
import { Differences } from '../../patterns/differences.tsx'
import { displayName } from '../../patterns/file-name.tsx'
import { Notice } from '../../patterns/query.tsx'
import { Button } from '../../ui/button.tsx'
import type { ScheduleSettings } from './form.ts'

export function Meanwhile({
  name,
  before,
  theirs,
  conflicts,
  changed,
  onTheirs,
  onMine,
}: {
  name: string
  before: ScheduleSettings
  theirs: ScheduleSettings
  /** What both changed. */
  conflicts: readonly string[]
  /** Something was changed here, too. */
  changed: boolean
  onTheirs(): void
  onMine(): void
}) {
  return (
    <Notice
      tone="warning"
      title="Somebody changed it meanwhile"
      actions={
        <div className="flex flex-wrap gap-2">
          <Button onClick={onTheirs}>{changed ? 'Give mine up and show theirs' : 'Show theirs'}</Button>
          {changed && (
            <Button look="primary" onClick={onMine}>
              Put my changes on top of it
            </Button>
          )}
        </div>
      }
    >
      <p className="mb-2">
        {changed
          ? 'Nothing of yours is lost, and nothing can be saved until you choose.'
          : 'The form still shows what was there before.'}
        {conflicts.length > 0 &&
          ` Both of you changed ${conflicts.map((path) => displayName(path)).join(', ')}: there yours would count, and theirs would be taken back.`}
      </p>
      <Differences
        label="What changed meanwhile"
        items={diffDocuments({ schedules: { [name]: before } }, { schedules: { [name]: theirs } })}
      />
    </Notice>
  )
}
