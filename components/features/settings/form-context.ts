'use client'
// What every field of the configuration needs to know: how to change it, what is wrong with it, and what the environment decides instead.
import { createContext, useContext } from 'react'
import { diffDocuments, same } from '#server/contract/config/diff.ts'
import { type Path, pathText, valueAt } from '#server/contract/config/paths.ts'
import type { Outputs } from '../../data/provider.tsx'
import type { Current, Loose } from './draft.ts'

export type Problem = Outputs['settings']['check']['problems'][number]
export type Locked = { readonly variable: string; readonly value: unknown }

export type FormState = {
  readonly readOnly: boolean
  readonly document: Loose
  readonly problems: readonly Problem[]
  change(path: Path, value: unknown): void
  lockOf(path: Path): Locked | undefined
}

const FormContext = createContext<FormState | null>(null)
export const FormProvider = FormContext.Provider

export function useForm(): FormState {
  const state = useContext(FormContext)
  if (state === null) throw new Error('useForm is for fields of the configuration')
  return state
}

/** What is wrong at a place itself, or at items of its list of texts. */
export function wrongAt(problems: readonly Problem[], path: Path): string | undefined {
  const place = pathText(path)
  const found = problems.filter(({ path: at, severity }) => severity === 'error' && isWithin(at, place))
  return found.length === 0 ? undefined : found.map((each) => sayProblem(each, place)).join('. ')
}

const isWithin = (at: string, place: string): boolean =>
  at === place || (at.startsWith(`${place}[`) && /^\[\d+\]$/.test(at.slice(place.length)))

function sayProblem({ path, message }: Problem, place: string): string {
  const index = /\[(\d+)\]$/.exec(path.slice(place.length))?.[1]
  const subject = index === undefined ? 'It' : `Line ${Number(index) + 1}`
  // Most messages go on from the place that they stand behind.
  return index !== undefined || /^(is|holds|names|does|has) /.test(message) ? `${subject} ${message}` : message
}

/** Which places the environment decides: what its table names first, and what differs by it from the document. */
export function locksOf({ document, effective, overridden }: Current): (path: Path) => Locked | undefined {
  const locks = new Map<string, string>()
  for (const { keys, variable } of overridden) locks.set(keys.split(',')[0]?.trim() ?? keys, variable)
  for (const { path, after } of diffDocuments(document, effective)) {
    const source = overridden.find(({ value }) => same(value, after) || same([value], after))
    if (source !== undefined && !locks.has(path)) locks.set(path, source.variable)
  }
  return (path) => {
    const variable = locks.get(pathText(path))
    return variable === undefined ? undefined : { variable, value: valueAt(effective, path) }
  }
}
