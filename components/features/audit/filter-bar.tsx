'use client'
// The filters of the audit trail. Each stands in the address as soon as it is chosen.
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { targetKinds } from '#server/contract/audit-actions.ts'
import { useTakenOver } from '../../data/clock.tsx'
import { useTRPC } from '../../data/provider.tsx'
import { useMay } from '../../data/viewer.tsx'
import { Field } from '../../patterns/field.tsx'
import { displayName } from '../../patterns/file-name.tsx'
import { Button } from '../../ui/button.tsx'
import { Input, Select } from '../../ui/controls.tsx'
import { type AuditValues, actionChoices, isFiltered, refusedChoices } from './filters.ts'
import { actionText } from './words.tsx'

type Props = {
  values: AuditValues
  set(changes: Partial<AuditValues>): void
  clear(): void
}

export function FilterBar({ values, set, clear }: Props) {
  return (
    <search
      aria-label="Filter events"
      className="mt-3 grid grid-cols-2 items-end gap-3 rounded-lg border bg-surface p-3 md:grid-cols-4 2xl:grid-cols-[repeat(7,minmax(0,1fr))_auto]"
    >
      <Who values={values} set={set} />
      <What values={values} set={set} />
      <Field label="On what">
        <Select value={values.kind} onChange={(event) => set({ kind: event.target.value, target: '' })}>
          <option value="">Anything</option>
          {Object.entries(targetKinds).map(([kind, [, label]]) => (
            <option key={kind} value={kind}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
      <Typed label="Its id" value={values.target} onChange={(target) => set({ target })} />
      <Field label="Result">
        <Select value={values.result} onChange={(event) => set({ result: event.target.value })}>
          <option value="">Any</option>
          <option value="success">Success</option>
          <option value="denied">Denied</option>
          <option value="failure">Failure</option>
        </Select>
      </Field>
      <Moment label="Not before" value={values.from} onChange={(from) => set({ from })} />
      <Moment label="Before" value={values.until} onChange={(until) => set({ until })} />
      <Button look="quiet" disabled={!isFiltered(values)} onClick={clear}>
        Show all
      </Button>
    </search>
  )
}

/** Whatever else stands in the address, a code or the beginning of one, is offered as it is. */
function What({ values: { action }, set }: Pick<Props, 'values' | 'set'>) {
  const known = [...actionChoices.flatMap(([, choices]) => choices), ...refusedChoices].some(
    ([code]) => code === action,
  )
  return (
    <Field label="What was done">
      <Select value={action} onChange={(event) => set({ action: event.target.value })}>
        <option value="">Anything</option>
        {action !== '' && !known && <option value={action}>{otherText(action)}</option>}
        {actionChoices.map(([label, choices]) => (
          <optgroup key={label} label={label}>
            {choices.map(optionOf)}
          </optgroup>
        ))}
        <optgroup label="What was refused">{refusedChoices.map(optionOf)}</optgroup>
      </Select>
    </Field>
  )
}

/** The beginning of a code has no words. */
const otherText = (action: string): string => {
  const code = displayName(action)
  return actionText(action) === code ? code : `${actionText(action)} (${code})`
}

const optionOf = ([code, label]: (typeof refusedChoices)[number]) => (
  <option key={code} value={code}>
    {label}
  </option>
)

/** How many users and keys are offered; others are chosen by a click on one of their events, which has their name. */
const OFFERED = 200

function Who({ values, set }: Pick<Props, 'values' | 'set'>) {
  const trpc = useTRPC()
  const may = useMay()
  const users = useQuery({ ...trpc.users.list.queryOptions({ limit: OFFERED }), enabled: may('users.read') })
  const keys = useQuery({ ...trpc.apiKeys.list.queryOptions({ limit: OFFERED }), enabled: may('api_keys.read') })
  const known = [...(users.data?.items ?? []), ...(keys.data?.items ?? [])]
  const strange = values.actor !== '' && !known.some(({ id }) => id === values.actor)
  const asked = !users.isLoading && !keys.isLoading
  const trace = useQuery({
    ...trpc.audit.list.queryOptions({ actorId: values.actor.slice(0, 200), limit: 1 }),
    enabled: strange && asked,
  })
  const name = trace.data?.items[0]?.actor.name
  return (
    <Field label="Who">
      <Select value={values.actor} onChange={(event) => set({ actor: event.target.value })}>
        <option value="">Anybody</option>
        {strange && <option value={values.actor}>{displayName(name ?? values.actor)}</option>}
        <optgroup label="Users">
          {users.data?.items.map((user) => (
            <option key={user.id} value={user.id}>
              {displayName(user.name)}
            </option>
          ))}
        </optgroup>
        <optgroup label="API keys">
          {keys.data?.items.map((key) => (
            <option key={key.id} value={key.id}>
              {displayName(key.name)}
            </option>
          ))}
        </optgroup>
      </Select>
    </Field>
  )
}

/** Rest after the last letter before the list is asked for (ms). */
const REST = 350

function Typed({ label, value, onChange }: { label: string; value: string; onChange(value: string): void }) {
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is typed starts it, nothing else
  useEffect(() => {
    if (text === value) return
    const timer = setTimeout(() => onChange(text.trim()), REST)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <Field label={label}>
      <Input
        value={text}
        placeholder="Anything"
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
      />
    </Field>
  )
}

/** An instant in the viewer's zone. The server does not know that zone: it is filled in by the browser. */
function Moment({ label, value, onChange }: { label: string; value: string; onChange(value: string): void }) {
  const inBrowser = useTakenOver()
  return (
    <Field label={label}>
      <Input
        type="datetime-local"
        value={inBrowser ? localOf(value) : ''}
        onChange={(event) => onChange(isoOf(event.target.value))}
      />
    </Field>
  )
}

const two = (number: number): string => String(number).padStart(2, '0')

/** ISO 8601 as the control wants it: "2026-11-24T15:04" of the viewer's zone. */
function localOf(iso: string): string {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return ''
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`
}

const isoOf = (local: string): string => {
  const date = new Date(local)
  return Number.isNaN(date.getTime()) ? '' : date.toISOString()
}
