'use client'
// Where it goes: beside everything, which is safe, or to where it came from; and what happens to what is there.
import { useState } from 'react'
import { ChoiceCards, Field } from '../../patterns/field.tsx'
import { Notice } from '../../patterns/query.tsx'
import { type Choice, mistakeInTarget } from '../../patterns/restore-choice.ts'
import { Checkbox, Input } from '../../ui/controls.tsx'

export function StepWhere({
  choice,
  change,
  suggested,
  busy,
}: {
  choice: Choice
  change(changes: Partial<Choice>): void
  /** A folder that is not there yet. */
  suggested: string
  /** What was chosen is on its way to the server. */
  busy: boolean
}) {
  const original = choice.where === 'original'
  // The address follows a moment after each key; the field must not.
  const [typed, setTyped] = useState(choice.target ?? suggested)
  return (
    <div className="flex flex-col gap-4">
      <ChoiceCards
        legend="Place"
        name="place"
        value={choice.where}
        onChange={(where) => change({ where })}
        choices={[
          {
            value: 'other',
            label: 'Another place',
            hint:
              typed === suggested
                ? 'Safe: a new folder, so nothing that is there is touched. Take from it what you need.'
                : 'A folder of this server. Say below what happens to what is there already.',
          },
          {
            value: 'original',
            label: 'Where it came from',
            hint: 'On this server, each file at its own path. Say below what happens to what is there now.',
          },
        ]}
      />
      {original ? (
        <BackToItsPlace overwrite={choice.overwrite} />
      ) : (
        <Field
          label="Folder of the server"
          hint="It is made if it is not there. Files lie in it with their whole path below."
          error={mistakeInTarget(typed)}
          required
        >
          <Input
            value={typed}
            spellCheck={false}
            className="font-mono"
            disabled={busy}
            onChange={(event) => {
              setTyped(event.target.value)
              change({ target: event.target.value })
            }}
          />
        </Field>
      )}
      <ChoiceCards
        legend="If something is there already"
        name="overwrite"
        value={choice.overwrite}
        onChange={(overwrite) => change({ overwrite })}
        choices={[
          { value: 'never', label: 'Leave it', hint: 'What is there stays, whatever it is.' },
          {
            value: 'if-changed',
            label: 'Replace what differs',
            hint: 'What looks the same (size, time, rights) stays as it is.',
          },
          { value: 'always', label: 'Replace everything', hint: 'Also what looks the same is written anew.' },
        ]}
      />
      <Field
        label="Verify: read every restored file back"
        hint="Slower, and sure: each is compared with the checksum in the snapshot."
        inline
      >
        <Checkbox checked={choice.verify} onCheckedChange={(on) => change({ verify: on === true })} />
      </Field>
    </div>
  )
}

function BackToItsPlace({ overwrite }: Pick<Choice, 'overwrite'>) {
  if (overwrite === 'never')
    return (
      <Notice title="Only what is missing comes back">
        Every file goes back to its own path on this server, where nothing stands in its place. For the earlier state of
        files that were changed, choose below to replace them.
      </Notice>
    )
  return (
    <Notice tone="warning" title="Files of this server are written over">
      Every file goes back to its own path on this server. What was changed there since is lost, as far as you allow it
      below. Files that are not in the snapshot stay. See the dry run first.
    </Notice>
  )
}
