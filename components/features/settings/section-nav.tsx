'use client'
// The sections of the configuration, with what is changed and wrong in each. A list beside the form, a choice above it on phones.
import type { FieldShape } from '#server/contract/config/describe.ts'
import { Field } from '../../patterns/field.tsx'
import { classNames } from '../../ui/class-names.ts'
import { Select } from '../../ui/controls.tsx'
import { labelOf } from './document.ts'
import type { Problem } from './form-context.ts'

type Props = {
  sections: readonly FieldShape[]
  current: string
  changed: ReadonlySet<string>
  problems: readonly Problem[]
  choose(key: string): void
}

export function SectionNav({ sections, current, changed, problems, choose }: Props) {
  const wrong = new Set(
    problems.filter(({ severity }) => severity === 'error').map(({ path }) => /^[^.[]+/.exec(path)?.[0]),
  )
  const noteOf = (key: string): string => (wrong.has(key) ? 'mistake' : changed.has(key) ? 'changed' : '')
  return (
    <>
      <div className="lg:hidden">
        <Field label="Section">
          <Select value={current} onChange={(event) => choose(event.target.value)}>
            {sections.map(({ key }) => (
              <option key={key} value={key}>
                {[labelOf(key), noteOf(key)].filter(Boolean).join(': ')}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      <nav aria-label="Sections" className="sticky top-16 hidden lg:block">
        <ul>
          {sections.map(({ key }) => (
            <li key={key}>
              <button
                type="button"
                aria-current={key === current ? 'true' : undefined}
                onClick={() => choose(key)}
                className={classNames(
                  'flex w-full items-center justify-between gap-2 rounded-md px-2 py-1.5 text-left',
                  key === current ? 'bg-accent-soft font-medium' : 'hover:bg-sunken',
                )}
              >
                {labelOf(key)}
                {noteOf(key) !== '' && (
                  <span className={classNames('text-xs', wrong.has(key) ? 'text-failed' : 'text-accent')}>
                    {noteOf(key)}
                  </span>
                )}
              </button>
            </li>
          ))}
        </ul>
      </nav>
    </>
  )
}
