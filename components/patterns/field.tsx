'use client'
// One field of a form: label, what is filled in, a hint, and what is wrong, tied together for readers.
import { cloneElement, type ReactElement, type ReactNode, type Ref, useId } from 'react'

type Control = {
  id?: string
  'aria-describedby'?: string | undefined
  'aria-invalid'?: boolean | undefined
  'aria-required'?: boolean | undefined
}

export function Field({
  label,
  hint,
  error,
  required,
  children,
  inline,
}: {
  label: ReactNode
  hint?: ReactNode
  error?: string | undefined
  required?: boolean
  /** One control of ui/controls.tsx. */
  children: ReactElement<Control>
  /** The control stands before its label: for checkboxes and switches. */
  inline?: boolean
}) {
  const id = useId()
  const described = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter(Boolean).join(' ')
  const control = cloneElement(children, {
    id,
    'aria-describedby': described || undefined,
    'aria-invalid': error !== undefined || undefined,
    'aria-required': required || undefined,
  })
  const name = (
    <label htmlFor={id} className={inline ? '' : 'font-medium'}>
      {label}
      {!required && !inline && required !== undefined && <span className="font-normal text-muted"> (optional)</span>}
    </label>
  )
  return (
    <div className="flex flex-col gap-1">
      {inline ? (
        <div className="flex items-center gap-2">
          {control}
          {name}
        </div>
      ) : (
        <>
          {name}
          {control}
        </>
      )}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p id={`${id}-error`} role="alert" className="text-sm text-failed break-words">
          {error}
        </p>
      )}
    </div>
  )
}

/** Beside the name of what is noted, and acted on by no version yet. */
export const NoEffectYet = () => (
  <span className="ml-2 rounded-sm border px-1 text-xs font-normal whitespace-nowrap text-muted">no effect yet</span>
)

/** Several choices of which one is taken, each with a line on what it means. */
export function ChoiceCards<T extends string>({
  legend,
  name,
  value,
  onChange,
  error,
  required,
  firstRef,
  choices,
}: {
  legend: string
  name: string
  /** Undefined: nothing is chosen yet. */
  value: T | undefined
  onChange(value: T): void
  error?: string | undefined
  /** One has to be taken; for where none is taken yet. */
  required?: boolean
  /** The first choice: where the focus goes when one is missing. */
  firstRef?: Ref<HTMLInputElement>
  choices: readonly {
    readonly value: T
    readonly label: string
    readonly hint?: ReactNode
    readonly disabled?: boolean
  }[]
}) {
  const id = useId()
  const errorId = `${id}-error`
  const invalid = error !== undefined || undefined
  return (
    <div
      // Not a fieldset: that is a group of anything, which can't be required.
      role="radiogroup"
      aria-labelledby={id}
      aria-required={required || undefined}
      aria-invalid={invalid}
      aria-describedby={invalid && errorId}
    >
      <p id={id} className="mb-1 font-medium">
        {legend}
      </p>
      <div className="grid gap-2 sm:grid-cols-[repeat(auto-fit,minmax(13rem,1fr))]">
        {choices.map((choice, at) => (
          <label
            key={choice.value}
            className="flex cursor-pointer items-start gap-2 rounded-md border bg-surface px-3 py-2 has-checked:border-accent has-checked:bg-accent-soft has-disabled:cursor-not-allowed has-disabled:opacity-60"
          >
            <input
              type="radio"
              name={name}
              ref={at === 0 ? firstRef : undefined}
              className="mt-1 accent-accent"
              aria-invalid={invalid}
              checked={choice.value === value}
              disabled={choice.disabled}
              onChange={() => onChange(choice.value)}
            />
            <span>
              <span className="font-medium">{choice.label}</span>
              {choice.hint !== undefined && <span className="block text-sm text-muted">{choice.hint}</span>}
            </span>
          </label>
        ))}
      </div>
      {error !== undefined && (
        <p id={errorId} role="alert" className="mt-1 text-sm text-failed break-words">
          {error}
        </p>
      )}
    </div>
  )
}
