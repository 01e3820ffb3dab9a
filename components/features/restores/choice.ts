// What is to be restored, from when and where to, as it stands in the address of the wizard. Pure.
import { overwriteWays } from '#server/contract/runs.ts'
import { type Place, paramsOf, placeFromParams } from '../../patterns/places.ts'

export type Overwrite = (typeof overwriteWays)[number]

export type Choice = {
  /** The id of the snapshot's row; '' while none is chosen. */
  readonly snapshot: string
  readonly place: Place
  /** Patterns; none: all that is at the place. */
  readonly include: readonly string[]
  /** Absolute; '' for the place that the server suggests. */
  readonly target: string
  readonly overwrite: Overwrite
  readonly verify: boolean
  /** The restore that is the dry run of just this choice; '' while there is none. */
  readonly plan: string
}

/** The place where everything came from: paths in a snapshot begin at the top of the machine. */
export const ORIGINAL = '/'
export const isOriginal = ({ target }: Pick<Choice, 'target'>): boolean => /^\/+$/.test(target)

const defaultWay: Overwrite = 'if-changed'

export function choiceFrom(params: URLSearchParams): Choice {
  const way = overwriteWays.find((each) => each === params.get('overwrite'))
  return {
    snapshot: params.get('snapshot') ?? '',
    place: placeFromParams({ path: params.get('path') ?? undefined, pb: params.get('pb') ?? undefined }),
    include: params.getAll('include').filter((pattern) => pattern !== ''),
    target: params.get('to') ?? '',
    overwrite: way ?? defaultWay,
    verify: params.get('verify') !== 'no',
    plan: params.get('plan') ?? '',
  }
}

/** The query of the wizard's address. */
export function queryOfChoice({ snapshot, place, include, target, overwrite, verify, plan }: Choice): string {
  const params = new URLSearchParams({ ...(snapshot === '' ? {} : { snapshot }), ...paramsOf(place) })
  for (const pattern of include) params.append('include', pattern)
  if (target !== '') params.set('to', target)
  if (overwrite !== defaultWay) params.set('overwrite', overwrite)
  if (!verify) params.set('verify', 'no')
  if (plan !== '') params.set('plan', plan)
  return params.toString()
}

/** A dry run is about one choice: any other has none yet. */
export const changed = (choice: Choice, changes: Partial<Choice>): Choice => ({ ...choice, plan: '', ...changes })

/** What is wrong with a target; undefined when nothing is. The server looks again. */
export function mistakeInTarget(target: string): string | undefined {
  if (!target.startsWith('/')) return 'Name a folder of the server by its whole path, beginning with a slash.'
  if (/\/\.{1,2}(\/|$)/.test(target)) return 'Name the folder without "." and "..".'
  return target.length > 4096 || target.includes('\0') ? 'This is no path of a folder.' : undefined
}
