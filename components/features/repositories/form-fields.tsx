'use client'
// The fields of a repository that can be changed later as well.
import { Field, NoEffectYet } from '../../patterns/field.tsx'
import { Input, Select } from '../../ui/controls.tsx'
import { compressions, type Mistakes, type Values } from './form.ts'
import { SecretFields } from './secret-fields.tsx'

export function CommonFields({
  values,
  set,
  mistakes,
}: {
  values: Values
  set(changes: Partial<Values>): void
  mistakes: Mistakes
}) {
  return (
    <>
      <SecretFields value={values.secret} onChange={(secret) => set({ secret })} error={mistakes.secret} />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Compression" hint="Of what goes there from now on.">
          <Select value={values.compression} onChange={(event) => set({ compression: event.target.value })}>
            <option value="">As the configuration says</option>
            {compressions.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </Select>
        </Field>
        <Field
          label={
            <>
              Keep snapshots for days
              <NoEffectYet />
            </>
          }
          hint="Noted already; this version deletes no snapshot yet."
          error={mistakes.retentionDays}
          required={false}
        >
          <Input
            inputMode="numeric"
            value={values.retentionDays}
            onChange={(event) => set({ retentionDays: event.target.value.trim() })}
          />
        </Field>
      </div>
    </>
  )
}

export function NameField({
  values,
  set,
  mistakes,
}: {
  values: Values
  set(changes: Partial<Values>): void
  mistakes: Mistakes
}) {
  return (
    <Field label="Name" error={mistakes.name} required>
      <Input value={values.name} onChange={(event) => set({ name: event.target.value })} autoComplete="off" />
    </Field>
  )
}
