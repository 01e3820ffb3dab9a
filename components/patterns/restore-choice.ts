// What is to be restored, from when and where to, as it stands in the address of the wizard. Pure.
import { overwriteWays } from '#server/contract/runs.ts'
import { type Place, paramsOf, placeFrom, placeFromParams } from './places.ts'

export type Overwrite = (typeof overwriteWays)[number]
/** Beside everything, or to where it came from. Only a choice of its own says so, never what is typed. */
export type Where = 'other' | 'original'

export type Choice = {
  /** The id of the snapshot's row; '' while none is chosen. */
  readonly snapshot: string
  readonly place: Place
  /** Patterns; none: all that is at the place. */
  readonly include: readonly string[]
  readonly where: Where
  /** The other place as it was typed, also while it is wrong; undefined: the one that the server suggests. */
  readonly target: string | undefined
  readonly overwrite: Overwrite
  readonly verify: boolean
  /** The restore that is the dry run of just this choice; '' while there is none. */
  readonly plan: string
}

/** The place where everything came from: paths in a snapshot begin at the top of the machine. */
const ORIGINAL = '/'
/** In sentences, instead of that place. */
export const ORIGINAL_WORDS = 'where it came from'
/** Whether everything goes to its own path. */
export const isTopOfServer = (target: string): boolean => /^\/+$/.test(target)

/** Wherever it goes: nothing that is there is touched, unless somebody chooses so. */
const SAFE: Overwrite = 'never'

export function choiceFrom(params: URLSearchParams): Choice {
  const where = params.get('where') === 'original' ? 'original' : 'other'
  const way = overwriteWays.find((each) => each === params.get('overwrite'))
  return {
    snapshot: params.get('snapshot') ?? '',
    place: placeFromParams({ path: params.get('path') ?? undefined, pb: params.get('pb') ?? undefined }),
    include: params.getAll('include').filter((pattern) => pattern !== ''),
    where,
    target: params.get('to') ?? undefined,
    overwrite: way ?? SAFE,
    verify: params.get('verify') !== 'no',
    plan: params.get('plan') ?? '',
  }
}

/** The query of the wizard's address. */
export function queryOfChoice(choice: Choice): string {
  const { snapshot, place, include, where, target, overwrite, verify, plan } = choice
  const params = new URLSearchParams({ ...(snapshot === '' ? {} : { snapshot }), ...paramsOf(place) })
  for (const pattern of include) params.append('include', pattern)
  if (where === 'original') params.set('where', where)
  if (target !== undefined) params.set('to', target)
  if (overwrite !== SAFE) params.set('overwrite', overwrite)
  if (!verify) params.set('verify', 'no')
  if (plan !== '') params.set('plan', plan)
  return params.toString()
}

/** A restore that there was, as the server tells it. */
export type Asked = {
  readonly path: string
  readonly pathBytes?: string | undefined
  readonly include: readonly string[]
  readonly target: string
  readonly overwrite: Overwrite
  readonly verify: boolean
}

/** The address of the wizard with the choice of a restore that there was. */
export function sameAgainHref(snapshot: string, asked: Asked, plan = ''): string {
  const { include, target, overwrite, verify } = asked
  const to = isTopOfServer(target)
    ? { where: 'original' as const, target: undefined }
    : { where: 'other' as const, target }
  const query = queryOfChoice({ snapshot, place: placeFrom(asked), include, ...to, overwrite, verify, plan })
  return `/restores/new?${query}`
}

/** A dry run is about one choice: any other has none yet. */
export const changed = (choice: Choice, changes: Partial<Choice>): Choice => ({ ...choice, plan: '', ...changes })

/** Where the choice goes, with the place that the server suggests. */
export const targetOf = ({ where, target }: Pick<Choice, 'where' | 'target'>, suggested: string): string =>
  where === 'original' ? ORIGINAL : (target ?? suggested)

/** Whether something that is there may be replaced: not in the suggested folder, which is not there yet. */
export const mayReplace = (choice: Pick<Choice, 'where' | 'target' | 'overwrite'>, suggested: string): boolean =>
  choice.overwrite !== 'never' && targetOf(choice, suggested) !== suggested

/** What is wrong with another place; undefined when nothing is. The server looks again. */
export function mistakeInTarget(target: string): string | undefined {
  if (!target.startsWith('/')) return 'Name a folder of the server by its whole path, beginning with a slash.'
  if (isTopOfServer(target)) return 'Name a folder. To put files back in their own place, choose "Where it came from".'
  if (/\/\.{1,2}(\/|$)/.test(target)) return 'Name the folder without "." and "..".'
  return target.length > 4096 || target.includes('\0') ? 'This is no path of a folder.' : undefined
}

/** Whether the choice names no place that files could go to. */
export const isNowhere = ({ where, target }: Pick<Choice, 'where' | 'target'>): boolean =>
  where === 'other' && target !== undefined && mistakeInTarget(target) !== undefined
