'use client'
// Where it goes: beside everything, which is safe, or to where it came from; and what happens to what is there.
import { useState } from 'react'
import { ChoiceCards, Field } from '../../patterns/field.tsx'
import { Notice } from '../../patterns/query.tsx'
import { Checkbox, Input } from '../../ui/controls.tsx'
import { type Choice, isOriginal, mistakeInTarget, ORIGINAL } from './choice.ts'

export function StepWhere({
  choice,
  change,
  suggested,
}: {
  choice: Choice
  change(changes: Partial<Choice>): void
  suggested: string
}) {
  const original = isOriginal(choice)
  const [typed, setTyped] = useState(original || choice.target === '' ? suggested : choice.target)
  return (
    <div className="flex flex-col gap-4">
      <ChoiceCards
        legend="Place"
        name="place"
        value={original ? 'original' : 'other'}
        onChange={(place) => change({ target: place === 'original' ? ORIGINAL : typed })}
        choices={[
          {
            value: 'other',
            label: 'Another place',
            hint: 'Safe: nothing that is there is touched. Take from it what you need.',
          },
          { value: 'original', label: 'Where it came from', hint: 'On this server, over what is there now.' },
        ]}
      />
      {original ? (
        <Notice tone="warning" title="Files of this server are written over">
          Every file goes back to its own path on this server. What was changed there since is lost, as far as you allow
          it below. Files that are not in the snapshot stay. See the dry run first.
        </Notice>
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
            onChange={(event) => {
              setTyped(event.target.value)
              if (mistakeInTarget(event.target.value) === undefined) change({ target: event.target.value })
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
