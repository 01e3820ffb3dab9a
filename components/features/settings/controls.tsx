'use client'
// What a single value of the configuration is filled in with. Empty means: take the default.
import { type ComponentProps, useState } from 'react'
import type { Shape } from '#server/contract/config/describe.ts'
import { same } from '#server/contract/config/diff.ts'
import { shownValue } from '../../patterns/differences.tsx'
import { Checkbox, Input, Select, TextArea } from '../../ui/controls.tsx'

type Leaf = Exclude<Shape, { kind: 'group' | 'named' | 'forms' }>

/** What `Field` gives to its control. */
type Given = Pick<ComponentProps<'input'>, 'id' | 'aria-describedby' | 'aria-invalid' | 'aria-required'>

export type ControlProps = Given & {
  shape: Leaf
  value: unknown
  /** What counts without a value; '' for nothing. */
  otherwise: string
  disabled: boolean
  onChange(value: unknown): void
}

export function Control({ shape, ...rest }: ControlProps) {
  if (shape.kind === 'flag') return <Choice {...rest} values={['true', 'false']} read={(text) => text === 'true'} />
  if (shape.kind === 'choice') return <Choice {...rest} values={shape.values} read={(text) => text} />
  if (shape.kind === 'list') return <Lines {...rest} />
  return <Text {...rest} shape={shape} />
}

type Part = Omit<ControlProps, 'shape'>

function Choice({
  values,
  read,
  value,
  otherwise,
  onChange,
  ...rest
}: Part & { values: readonly string[]; read(text: string): unknown }) {
  const text = value === undefined ? '' : String(value)
  return (
    <Select
      {...(rest as ComponentProps<'select'>)}
      className="max-w-md"
      value={text}
      onChange={(event) => onChange(event.target.value === '' ? undefined : read(event.target.value))}
    >
      <option value="">{otherwise === '' ? 'Not set' : `Default: ${otherwise}`}</option>
      {text !== '' && !values.includes(text) && <option value={text}>{shownValue(text)}</option>}
      {values.map((each) => (
        <option key={each} value={each}>
          {each}
        </option>
      ))}
    </Select>
  )
}

/** What is typed stays as it was typed, as long as it says the same as the value. */
function useTyped(value: unknown, show: (value: unknown) => string, read: (text: string) => unknown) {
  const [text, setText] = useState(() => show(value))
  return [same(read(text), value) ? text : show(value), setText] as const
}

const showText = (value: unknown): string =>
  value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value)
const readText = (text: string): unknown => (text === '' ? undefined : text)
/** What is no number stays text, and the check says what is allowed. */
const readNumber = (text: string): unknown => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : readText(text))

function Text({ shape, value, otherwise, onChange, ...rest }: Part & { shape: Leaf }) {
  const read = shape.kind === 'number' ? readNumber : readText
  const [text, setText] = useTyped(value, showText, read)
  return (
    <Input
      {...rest}
      className={shape.kind === 'number' ? 'max-w-48' : 'max-w-2xl'}
      value={text}
      placeholder={otherwise}
      inputMode={shape.kind === 'number' ? 'decimal' : undefined}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => {
        setText(event.target.value)
        onChange(read(event.target.value))
      }}
    />
  )
}

const showLines = (value: unknown): string =>
  Array.isArray(value) ? value.map((each) => showText(each)).join('\n') : showText(value)
function readLines(text: string): unknown {
  const lines = text.split('\n').filter((line) => line !== '')
  return lines.length === 0 ? undefined : lines
}

/** A list of texts, one on each line. */
function Lines({ value, otherwise, onChange, ...rest }: Part) {
  const [text, setText] = useTyped(value, showLines, readLines)
  return (
    <TextArea
      {...(rest as ComponentProps<'textarea'>)}
      className="max-w-2xl"
      rows={Math.min(12, Math.max(2, text.split('\n').length + 1))}
      value={text}
      placeholder={otherwise}
      spellCheck={false}
      onChange={(event) => {
        setText(event.target.value)
        onChange(readLines(event.target.value))
      }}
    />
  )
}

/** A list of which each may be chosen or not. */
export function Choices({
  label,
  values,
  value,
  disabled,
  onChange,
}: {
  label: string
  values: readonly string[]
  value: unknown
  disabled: boolean
  onChange(value: unknown): void
}) {
  const chosen: readonly unknown[] = Array.isArray(value) ? value : []
  const toggle = (each: string, on: boolean): void => {
    // In the order of the choices, so that a change back is no change.
    const next = values.filter((other) => (other === each ? on : chosen.includes(other)))
    onChange(next.length === 0 ? undefined : next)
  }
  return (
    <fieldset aria-label={label} className="flex flex-wrap gap-x-4 gap-y-2" disabled={disabled}>
      {values.map((each) => (
        // biome-ignore lint/a11y/noLabelWithoutControl: the checkbox is a button within
        <label key={each} className="flex min-h-6 items-center gap-2">
          <Checkbox
            checked={chosen.includes(each)}
            disabled={disabled}
            onCheckedChange={(on) => toggle(each, on === true)}
          />
          {each}
        </label>
      ))}
    </fieldset>
  )
}
