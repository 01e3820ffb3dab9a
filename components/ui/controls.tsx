'use client'
// What is filled in: text, choices, switches. Labels and messages come from patterns/field.tsx.
import { Check, ChevronDown } from 'lucide-react'
import { Checkbox as RadixCheckbox, Switch as RadixSwitch } from 'radix-ui'
import type { ComponentProps } from 'react'
import { classNames } from './class-names.ts'

const box =
  'w-full rounded-md border border-border-strong bg-surface px-2.5 text-text placeholder:text-muted aria-invalid:border-failed disabled:opacity-60'

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input className={classNames(box, 'h-9', className)} {...rest} />
}

export function TextArea({ className, rows = 4, ...rest }: ComponentProps<'textarea'>) {
  return <textarea rows={rows} className={classNames(box, 'py-2 font-mono text-sm', className)} {...rest} />
}

/** The browser's own list: it works by keyboard, with readers and on phones. */
export function Select({ className, children, ...rest }: ComponentProps<'select'>) {
  return (
    <span className={classNames('relative inline-flex w-full', className)}>
      <select className={classNames(box, 'h-9 appearance-none pr-8')} {...rest}>
        {children}
      </select>
      <ChevronDown aria-hidden className="pointer-events-none absolute top-2.5 right-2 size-4 text-muted" />
    </span>
  )
}

export function Checkbox({ className, ...rest }: ComponentProps<typeof RadixCheckbox.Root>) {
  return (
    <RadixCheckbox.Root
      className={classNames(
        'inline-flex size-[18px] shrink-0 items-center justify-center rounded-sm border border-border-strong bg-surface data-[state=checked]:border-accent data-[state=checked]:bg-accent',
        className,
      )}
      {...rest}
    >
      <RadixCheckbox.Indicator>
        <Check aria-hidden className="size-3.5 text-accent-text" />
      </RadixCheckbox.Indicator>
    </RadixCheckbox.Root>
  )
}

export function Switch({ className, ...rest }: ComponentProps<typeof RadixSwitch.Root>) {
  return (
    <RadixSwitch.Root
      className={classNames(
        'relative inline-flex h-5 w-9 shrink-0 items-center rounded-full border border-border-strong bg-sunken data-[state=checked]:border-accent data-[state=checked]:bg-accent',
        className,
      )}
      {...rest}
    >
      <RadixSwitch.Thumb className="block size-3.5 translate-x-0.5 rounded-full bg-border-strong transition-transform data-[state=checked]:translate-x-[18px] data-[state=checked]:bg-accent-text" />
    </RadixSwitch.Root>
  )
}
