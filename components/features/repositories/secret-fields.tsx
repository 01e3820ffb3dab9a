'use client'
// Where the key of a repository comes from: a file or a variable of the server, never the key itself.
import { ChoiceCards, Field } from '../../patterns/field.tsx'
import { Input } from '../../ui/controls.tsx'
import type { SecretValues } from './form.ts'

export function SecretFields({
  value,
  onChange,
  error,
}: {
  value: SecretValues
  onChange(value: SecretValues): void
  error: string | undefined
}) {
  return (
    <>
      <ChoiceCards<SecretValues['kind']>
        legend="Where its key is"
        name="secret"
        value={value.kind}
        onChange={(kind) => onChange({ ...value, kind })}
        choices={[
          { value: 'key_file', label: 'A file', hint: "Of the server, readable by Holdfast's user alone (mode 600)." },
          { value: 'environment', label: 'A variable', hint: "Of the server's environment, set before it starts." },
        ]}
      />
      {value.kind === 'key_file' ? (
        <Field label="Key file" error={error} required>
          <Input
            value={value.path}
            onChange={(event) => onChange({ ...value, path: event.target.value })}
            className="font-mono"
            autoComplete="off"
            spellCheck={false}
          />
        </Field>
      ) : (
        <Field label="Variable" error={error} required>
          <Input
            value={value.name}
            onChange={(event) => onChange({ ...value, name: event.target.value })}
            className="font-mono"
            autoComplete="off"
            spellCheck={false}
          />
        </Field>
      )}
    </>
  )
}
