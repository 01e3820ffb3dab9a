// Restores in plain words and numbers. Pure.
import { endStates } from '#server/contract/runs.ts'
import type { Outputs } from '../../data/provider.tsx'
import { bytes, count, counted } from '../../patterns/format.ts'

export type Restore = Outputs['restores']['get']
export type RestoreRow = Outputs['restores']['list']['items'][number]

export const isOver = (state: string): boolean => endStates.some((each) => each === state)

/** Something at a path, which the server escaped. */
export type Problem = { readonly path: string; readonly message: string }
export type Step = {
  readonly path: string
  readonly type: string
  readonly size: number
  readonly action: string
  readonly reason: string
}

export type Figures = {
  readonly files: number
  readonly directories: number
  readonly links: number
  readonly kept: number
  /** Written, or left as they were. */
  readonly bytes: number
  readonly bytesKept: number
  readonly verified: number
  readonly problemCount: number
  readonly actions: Readonly<Record<string, number>>
  /** Undefined for who may not know names. */
  readonly failures: readonly Problem[] | undefined
  readonly differences: readonly Problem[] | undefined
  /** The first thousand of a dry run. */
  readonly steps: readonly Step[] | undefined
}

/** The statistics of a restore's run, which are plain JSON; null before it has any. */
export function figuresOf(statistics: Restore['statistics']): Figures | null {
  if (statistics === null) return null
  const number = (name: string): number => (typeof statistics[name] === 'number' ? (statistics[name] as number) : 0)
  const list = <T>(name: string): readonly T[] | undefined =>
    Array.isArray(statistics[name]) ? (statistics[name] as readonly T[]) : undefined
  return {
    files: number('files'),
    directories: number('directories'),
    links: number('links'),
    kept: number('kept'),
    bytes: number('bytes'),
    bytesKept: number('bytesKept'),
    verified: number('verified'),
    problemCount: number('problemCount'),
    actions: (statistics.actions ?? {}) as Readonly<Record<string, number>>,
    failures: list('failures'),
    differences: list('differences'),
    steps: list('steps'),
  }
}

/** What came back, in one sentence. */
export function whatCameBack({ files, directories, kept, bytes: size, bytesKept }: Figures): string {
  const folders = directories === 0 ? '' : ` in ${counted(directories, 'folder')}`
  const written = `${counted(files, 'file')}${folders}, ${bytes(size - bytesKept)}`
  return kept === 0 ? `${written}.` : `${written}. ${count(kept)} stayed as ${kept === 1 ? 'it was' : 'they were'}.`
}

/** What is said of a restore that left everything as it was. Folders are there afterwards, whoever made them. */
export function whatStayed({ directories, kept }: Pick<Figures, 'directories' | 'kept'>): string {
  const what = directories === 0 ? 'Nothing was written' : 'No file was written'
  return kept === 1
    ? `${what}: the file that is there was left as it is`
    : `${what}: the ${count(kept)} files that are there were left as they are`
}

/** Of a restore that came to its end, though not with everything. */
function saySome(verify: boolean, { problemCount, differences, verified }: Figures): string {
  const missing = `${counted(problemCount - (differences?.length ?? 0), 'file')} could not be restored`
  if (!verify) return `${missing}; the others were not read back.`
  if (verified === 0) return `${missing}, and none was read back.`
  const others = verified === 1 ? '1 other was' : `${count(verified)} others were`
  return `${missing}; ${others} read back and match${verified === 1 ? 'es' : ''} the checksums of the snapshot.`
}

/** How sure it is, in one sentence; never more than was done. */
export function howSure(
  { verify, state }: Pick<Restore, 'verify' | 'state'>,
  figures: Figures,
): { sure: boolean; text: string } {
  const { files, verified } = figures
  if (state === 'failed' && figures.problemCount > 0) return { sure: false, text: saySome(verify, figures) }
  if (state !== 'succeeded' && state !== 'warning')
    return { sure: false, text: 'It did not come to its end: nothing is proven.' }
  if (!verify) return { sure: false, text: 'Not verified: the files were not read back.' }
  if (files === 0 && verified === 0) return { sure: false, text: 'No file was written, so none was read back.' }
  if (verified < files)
    return {
      sure: false,
      text: `${count(verified)} of ${counted(files, 'file')} were read back and match the checksums of the snapshot.`,
    }
  return {
    sure: true,
    text:
      files === 1
        ? 'The file was read back and matches the checksum of the snapshot.'
        : `All ${count(files)} files were read back and match the checksums of the snapshot.`,
  }
}
