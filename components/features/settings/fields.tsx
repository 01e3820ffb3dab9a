'use client'
// The fields of a section, made from what the schema says: groups, lists of groups, groups with names, and single values.
import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { FieldShape, Form, Shape } from '#server/contract/config/describe.ts'
import { isObject, type Path, pathText, valueAt } from '#server/contract/config/paths.ts'
import { shownValue } from '../../patterns/differences.tsx'
import { Field, NoEffectYet } from '../../patterns/field.tsx'
import { displayName } from '../../patterns/file-name.tsx'
import { Button } from '../../ui/button.tsx'
import { Input, Select } from '../../ui/controls.tsx'
import { Choices, Control } from './controls.tsx'
import { labelOf } from './document.ts'
import { useForm, wrongAt } from './form-context.ts'

type ShapeOf<K extends Shape['kind']> = Extract<Shape, { kind: K }>

/** The place of a field in the page, to go to from a problem. */
export const anchorOf = (place: string): string => `at-${place}`

export function Fields({ fields, path }: { fields: readonly FieldShape[]; path: Path }) {
  return (
    <div className="flex min-w-0 flex-col gap-5">
      {fields.map((field) => (
        <OneField key={field.key} field={field} path={[...path, field.key]} />
      ))}
    </div>
  )
}

/** A key of the document, whatever may be there. */
export function OneField({ field, path }: { field: FieldShape; path: Path }) {
  const { shape } = field
  if (shape.kind === 'list' && !isSimple(shape.item)) return <Items field={field} item={shape.item} path={path} />
  if (shape.kind === 'group' || shape.kind === 'named' || shape.kind === 'forms') {
    return (
      <fieldset id={anchorOf(pathText(path))} tabIndex={-1} className="min-w-0 rounded-md border px-4 pt-1 pb-4">
        <legend className="px-1 font-semibold">{labelOf(field.key)}</legend>
        <Wrong path={path} />
        <Inner shape={shape} path={path} />
      </fieldset>
    )
  }
  return <Value field={field} path={path} />
}

export function Inner({ shape, path }: { shape: Shape; path: Path }) {
  if (shape.kind === 'group') return <Fields fields={shape.fields} path={path} />
  if (shape.kind === 'named') return <Named item={shape.item} path={path} />
  if (shape.kind === 'forms') return <Forms shape={shape} path={path} />
  return null
}

const isSimple = (shape: Shape): boolean => ['text', 'number', 'choice', 'flag'].includes(shape.kind)

function Wrong({ path }: { path: Path }) {
  const wrong = wrongAt(useForm().problems, path)
  if (wrong === undefined) return null
  return (
    <p role="alert" className="mb-2 text-sm text-failed break-words">
      {wrong}
    </p>
  )
}

function Value({ field, path }: { field: FieldShape; path: Path }) {
  const { document, problems, readOnly, change, lockOf } = useForm()
  const { shape, about, key } = field
  if (shape.kind === 'group' || shape.kind === 'named' || shape.kind === 'forms') return null
  const lock = lockOf(path)
  const stored = valueAt(document, path)
  const common = {
    value: lock === undefined ? stored : lock.value,
    disabled: readOnly || lock !== undefined,
    onChange: (value: unknown) => change(path, value),
  }
  const label = <Label field={field} />
  const hint = <Hint field={field} lock={lock} stored={stored} />
  const error = wrongAt(problems, path)
  const choices = shape.kind === 'list' && shape.item.kind === 'choice' ? shape.item.values : undefined
  return (
    <div id={anchorOf(pathText(path))}>
      {choices === undefined ? (
        <Field label={label} hint={hint} error={error}>
          <Control shape={shape} otherwise={about?.default ?? ''} {...common} />
        </Field>
      ) : (
        <div className="flex flex-col gap-1">
          <p className="font-medium">{label}</p>
          <Choices label={labelOf(key)} values={choices} {...common} />
          <div className="text-sm text-muted">{hint}</div>
          {error !== undefined && (
            <p role="alert" className="text-sm text-failed">
              {error}
            </p>
          )}
        </div>
      )}
    </div>
  )
}

function Label({ field: { key, about, required } }: { field: FieldShape }) {
  return (
    <>
      {labelOf(key)}
      {about !== undefined && about.unit !== '' && <span className="font-normal text-muted"> ({about.unit})</span>}
      {required && <span className="font-normal text-muted"> needed</span>}
      {about?.effective === 'later' && <NoEffectYet />}
    </>
  )
}

function Hint({
  field: { about, shape },
  lock,
  stored,
}: {
  field: FieldShape
  lock: { variable: string } | undefined
  stored: unknown
}) {
  return (
    <>
      {about !== undefined && <>{sentence(about.meaning)} </>}
      {about !== undefined && about.default !== '' && <>Default: {about.default}. </>}
      {shape.kind === 'list' && shape.item.kind === 'text' && <>One on each line. </>}
      {shape.kind === 'text' && shape.variable && (
        <span className="block">The name of an environment variable of the server, never the secret itself.</span>
      )}
      {lock !== undefined && (
        <strong className="block font-medium text-warning">
          Set by the environment variable {lock.variable} on the server.{' '}
          {stored === undefined ? 'The document says nothing here.' : `The document says ${shownValue(stored)}.`}
        </strong>
      )}
    </>
  )
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`

/** A list of groups. */
function Items({ field, item, path }: { field: FieldShape; item: Shape; path: Path }) {
  const { document, readOnly, change } = useForm()
  const value = valueAt(document, path)
  const items: readonly unknown[] = Array.isArray(value) ? value : []
  const one = labelOf(field.key).replace(/s$/, '')
  return (
    <fieldset id={anchorOf(pathText(path))} tabIndex={-1} className="min-w-0 rounded-md border px-4 pt-1 pb-4">
      <legend className="px-1 font-semibold">{labelOf(field.key)}</legend>
      <Wrong path={path} />
      <div className="flex flex-col gap-3">
        {items.length === 0 && <p className="text-muted">None.</p>}
        {items.map((each, at) => (
          <Part
            // biome-ignore lint/suspicious/noArrayIndexKey: a list is its order
            key={at}
            title={isObject(each) && typeof each.name === 'string' ? each.name : `${one} ${at + 1}`}
            shape={item}
            path={[...path, at]}
            remove={() => {
              const left = items.filter((_, other) => other !== at)
              change(path, left.length === 0 ? undefined : left)
            }}
          />
        ))}
        {!readOnly && (
          <Button
            size="small"
            className="self-start"
            icon={<Plus aria-hidden className="size-3.5" />}
            onClick={() => change(path, [...items, {}])}
          >
            Add one to {labelOf(field.key).toLowerCase()}
          </Button>
        )}
      </div>
    </fieldset>
  )
}

/** Groups with names that people choose. */
function Named({ item, path }: { item: Shape; path: Path }) {
  const { document, readOnly, change } = useForm()
  const [name, setName] = useState('')
  const value = valueAt(document, path)
  const names = isObject(value) ? Object.keys(value) : []
  const free = name.trim() !== '' && !names.includes(name.trim())
  const add = (): void => {
    change([...path, name.trim()], {})
    setName('')
  }
  return (
    <div className="flex flex-col gap-3">
      {names.length === 0 && <p className="text-muted">None.</p>}
      {names.map((each) => (
        <Part
          key={each}
          title={each}
          shape={item}
          path={[...path, each]}
          remove={() => change([...path, each], undefined)}
        />
      ))}
      {!readOnly && (
        <form
          className="flex max-w-md items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault()
            if (free) add()
          }}
        >
          <div className="flex-1">
            <Field label="Name of another one">
              <Input
                value={name}
                autoComplete="off"
                spellCheck={false}
                onChange={(event) => setName(event.target.value)}
              />
            </Field>
          </div>
          <Button type="submit" disabled={!free} icon={<Plus aria-hidden className="size-4" />}>
            Add
          </Button>
        </form>
      )}
    </div>
  )
}

/** One group of many: closed until it is wanted, or something is wrong within. */
function Part({ title, shape, path, remove }: { title: string; shape: Shape; path: Path; remove(): void }) {
  const { problems, readOnly, document } = useForm()
  const place = pathText(path)
  const value = valueAt(document, path)
  const [open, setOpen] = useState(() => isObject(value) && Object.keys(value).length === 0)
  const wrong = problems.some(({ path: at, severity }) => severity === 'error' && at.startsWith(place))
  const words = displayName(title)
  return (
    <details
      id={anchorOf(place)}
      open={open || wrong}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      className="rounded-md border bg-bg"
    >
      <summary className="min-h-9 cursor-pointer px-3 py-2 font-medium break-words">{words}</summary>
      {(open || wrong) && (
        <div className="border-t bg-surface p-4">
          <Wrong path={path} />
          <Inner shape={shape} path={path} />
          {!readOnly && (
            <Button
              size="small"
              look="danger"
              className="mt-4"
              icon={<Trash2 aria-hidden className="size-3.5" />}
              onClick={remove}
            >
              Take out {words}
            </Button>
          )}
        </div>
      )}
    </details>
  )
}

/** A group of one of several forms. Keys that another form knows, too, are kept. */
function Forms({ shape, path }: { shape: ShapeOf<'forms'>; path: Path }) {
  const { document, readOnly, change } = useForm()
  const value = valueAt(document, path)
  const said = valueAt(value, [shape.by])
  const form = shape.forms.find((each) => each.value === said)
  const choose = (text: string): void => {
    const next = shape.forms.find((each) => each.value === text)
    change(path, next === undefined ? undefined : { [shape.by]: text, ...keptOf(value, next) })
  }
  return (
    <div className="flex flex-col gap-5">
      <div id={anchorOf(pathText([...path, shape.by]))}>
        <Field label={labelOf(shape.by)}>
          <Select
            className="max-w-md"
            disabled={readOnly}
            value={form?.value ?? ''}
            onChange={(event) => choose(event.target.value)}
          >
            <option value="">Not set</option>
            {shape.forms.map((each) => (
              <option key={each.value} value={each.value}>
                {each.value}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      {form !== undefined && <Fields fields={form.fields} path={path} />}
    </div>
  )
}

const keptOf = (value: unknown, { fields }: Form): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(isObject(value) ? value : {}).filter(([key]) => fields.some((field) => field.key === key)),
  )
