// The progress line on a terminal: percent, files, bytes, rate, and how long it will take.
import { clockFace, count, size } from './format.ts'
import { isTerminal, type Output } from './output.ts'

/** How far the work is; totals are undefined while nobody knows them. */
export type Progress = {
  readonly bytes: number
  readonly totalBytes?: number | undefined
  /** What is counted, and how many are done. */
  readonly items: number
  readonly unit: string
  readonly totalItems?: number | undefined
}

const REDRAW_MS = 200
/** The rate is that of the last so many milliseconds. */
const WINDOW_MS = 10_000
const BAR = { min: 6, max: 30 }

/** The line for a terminal of `width` columns. `rate` is in bytes a second. */
export function progressLine(progress: Progress, rate: number, width: number): string {
  const share = shareOf(progress)
  const percent = share === undefined ? [] : [`${String(Math.floor(share * 100)).padStart(3)} %`]
  const text = [...percent, ...figures(progress, rate)].join('  ')
  // The last column stays free: some terminals wrap when it is written to.
  const room = Math.min(BAR.max, width - text.length - 4)
  return share === undefined || room < BAR.min ? text.slice(0, Math.max(0, width - 1)) : `${bar(share, room)} ${text}`
}

function figures({ bytes, totalBytes, items, unit, totalItems }: Progress, rate: number): string[] {
  const figures = [
    totalItems === undefined ? `${count(items)} ${unit}` : `${count(items)} of ${count(totalItems)} ${unit}`,
  ]
  if (totalBytes !== undefined) figures.push(`${size(bytes)} of ${size(totalBytes)}`)
  else if (bytes > 0) figures.push(size(bytes))
  if (rate > 0) figures.push(`${size(rate)}/s`)
  if (rate > 0 && totalBytes !== undefined && totalBytes > bytes)
    figures.push(`ETA ${clockFace((totalBytes - bytes) / rate)}`)
  return figures
}

/** 0 to 1; undefined when there is no total. More may come than was expected: 99 % is the most that is not all. */
function shareOf({ bytes, totalBytes, items, totalItems }: Progress): number | undefined {
  const [done, total] = totalBytes !== undefined ? [bytes, totalBytes] : [items, totalItems]
  if (total === undefined || total === 0) return undefined
  return done > total ? 0.99 : done / total
}

const bar = (share: number, width: number): string => `[${'='.repeat(Math.floor(share * width)).padEnd(width)}]`

export class ProgressBar {
  readonly #out: Output
  readonly #width: () => number
  readonly #now: () => number
  #drawn = Number.NEGATIVE_INFINITY
  #samples: { readonly at: number; readonly bytes: number }[] = []

  /** `now` gives milliseconds that only grow. */
  constructor(out: Output, width: () => number, now: () => number) {
    this.#out = out
    this.#width = width
    this.#now = now
  }

  /** Cheap: draws five times a second at most. */
  update(state: () => Progress): void {
    const at = this.#now()
    if (at - this.#drawn < REDRAW_MS) return
    this.#drawn = at
    const progress = state()
    this.#out.live(progressLine(progress, this.#rate(at, progress.bytes), this.#width()))
  }

  end(): void {
    this.#out.live('')
  }

  #rate(at: number, bytes: number): number {
    this.#samples.push({ at, bytes })
    while (at - (this.#samples[0]?.at ?? at) > WINDOW_MS) this.#samples.shift()
    const first = this.#samples[0]
    return first && at > first.at ? ((bytes - first.bytes) * 1000) / (at - first.at) : 0
  }
}

/** The bar on stderr; undefined when that is no terminal, or --quiet is given. */
export async function openProgress(out: Output): Promise<ProgressBar | undefined> {
  if (out.quiet || !(await isTerminal(2))) return undefined
  // A terminal that does not know its width says 0.
  const { stderr } = process
  return new ProgressBar(
    out,
    () => stderr.columns || 80,
    () => performance.now(),
  )
}
