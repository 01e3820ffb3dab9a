// Finds what was done to an audit trail, row by row in the order of seq, without a database.
import { GENESIS, hashOf, type Row } from './chain.ts'

export type StoredRow = Row & { readonly hash: string }

export type FindingKind = 'changed' | 'missing' | 'inserted' | 'moved' | 'truncated'
export type Finding = { readonly seq: number; readonly kind: FindingKind; readonly message: string }

/** The newest event that was known at some time, kept outside the database. */
export type AnchorPoint = { readonly seq: number; readonly hash: string }

const MAX_FINDINGS = 100
/** How far from its place a row is looked for when its hash does not fit. */
const NEAR = 4

type Previous = { readonly seq: number; readonly hash: string; readonly suspect: boolean }

/** Rows that do not fit where they stand, until it is known why. */
type Misfit = { readonly row: StoredRow; readonly finding: number }

export class ChainChecker {
  readonly findings: Finding[] = []
  /** Findings beyond the first hundred. */
  omitted = 0
  events = 0
  newest: AnchorPoint | null = null
  readonly #anchors: readonly AnchorPoint[]
  #previous: Previous = { seq: 0, hash: GENESIS, suspect: false }
  /** How far from where they were written the rows now stand, since something before them was taken out (+) or put in (-). */
  #shift = 0
  #broken: { readonly before: number; readonly after: number } | undefined
  #misfits: Misfit[] = []

  constructor(anchors: readonly AnchorPoint[] = []) {
    this.#anchors = anchors
  }

  /** The next row; seq must grow. */
  push(row: StoredRow): void {
    this.events++
    if (row.seq < 1) {
      this.#find(row.seq, 'inserted', `Event ${row.seq} was put in: the trail begins with 1`)
      return
    }
    const gap = row.seq > this.#previous.seq + 1
    if (gap) this.#missing(this.#previous.seq + 1, row.seq - 1)
    const fits = this.#fits(row)
    this.#link(row, gap || !fits)
    this.#look(row)
    this.#previous = { seq: row.seq, hash: row.hash, suspect: !fits }
    this.newest = { seq: row.seq, hash: row.hash }
  }

  /** After the last row. */
  end(): void {
    this.#blame(false)
    this.#nameMoved()
    const last = this.newest?.seq ?? 0
    const furthest = Math.max(0, ...this.#anchors.map(({ seq }) => seq))
    if (last < furthest)
      this.#find(
        last + 1,
        'truncated',
        `The end is cut off: events ${last + 1} to ${furthest} are missing; the anchor knows of event ${furthest}`,
      )
  }

  /** Whether the row is what was hashed, at its place or together with all others beside it. */
  #fits(row: StoredRow): boolean {
    if (hashOf(row) === row.hash) {
      this.#shift = 0
      return true
    }
    if (this.#shift !== 0 && hashOf(row, row.seq + this.#shift) === row.hash) return true
    const shift = this.#shiftOf(row)
    if (shift === undefined) return this.#misfit(row)
    const last = this.#misfits.at(-1)
    // Two neighbours that are off by as much are not swapped: everything from there on has moved.
    const run = last !== undefined && last.row.seq === row.seq - 1 && this.#shiftOf(last.row) === shift
    if (!run) return this.#misfit(row)
    this.#shift = shift
    this.#misfits.pop()
    this.#renumbered(last, shift)
    return true
  }

  #shiftOf(row: StoredRow): number | undefined {
    for (let by = 1; by <= NEAR; by++) {
      if (hashOf(row, row.seq + by) === row.hash) return by
      if (row.seq > by && hashOf(row, row.seq - by) === row.hash) return -by
    }
    return undefined
  }

  #misfit(row: StoredRow): false {
    this.#shift = 0
    const finding = this.#find(row.seq, 'changed', `Event ${row.seq} was changed: its hash does not fit`)
    if (finding !== undefined) this.#misfits.push({ row, finding })
    return false
  }

  #renumbered({ row, finding }: Misfit, shift: number): void {
    const { seq } = row
    this.findings[finding] =
      shift > 0
        ? {
            seq,
            kind: 'missing',
            message: `Before event ${seq}, ${shift} were taken out, and those after it were renumbered`,
          }
        : {
            seq: seq + shift,
            kind: 'inserted',
            message: `Event ${seq + shift} was put in, and those after it were renumbered`,
          }
  }

  #missing(from: number, to: number): void {
    this.#find(from, 'missing', from === to ? `Event ${from} is missing` : `Events ${from} to ${to} are missing`)
  }

  /** Whether the row was chained to the one before. One break blames the row before it, two in a row the one between. */
  #link(row: StoredRow, known: boolean): void {
    // Where a shift begins its first row is known already; the links within it are whole.
    const holds = known || this.#previous.suspect || this.#shift !== 0 || row.previousHash === this.#previous.hash
    const pending = this.#broken
    this.#blame(!holds)
    if (!holds && !pending) this.#broken = { before: this.#previous.seq, after: row.seq }
  }

  #blame(again: boolean): void {
    if (!this.#broken) return
    const { before, after } = this.#broken
    this.#broken = undefined
    const blamed = again || before === 0 ? after : before
    const message =
      before === 0
        ? 'Event 1 was replaced: it is chained to an event before it'
        : `Event ${blamed} was replaced: event ${after} is not chained to event ${before} as it stands`
    this.#find(blamed, 'changed', message)
  }

  #look(row: StoredRow): void {
    for (const { seq, hash } of this.#anchors) {
      if (row.seq !== seq || row.hash === hash) continue
      const message = `Event ${seq} is not the one that the anchor knows: it, or some before it, were rewritten`
      this.#find(seq, 'changed', message)
    }
  }

  /** Rows that changed places with each other fit there. */
  #nameMoved(): void {
    for (const { row, finding } of this.#misfits) {
      const from = this.#misfits.find((other) => other.row.seq !== row.seq && hashOf(row, other.row.seq) === row.hash)
      if (from === undefined) continue
      const message = `Event ${row.seq} is the one that was written as ${from.row.seq}: they changed places`
      this.findings[finding] = { seq: row.seq, kind: 'moved', message }
    }
  }

  /** @returns the finding's place, undefined when there were too many to keep it */
  #find(seq: number, kind: FindingKind, message: string): number | undefined {
    if (this.findings.length >= MAX_FINDINGS) {
      this.omitted++
      return undefined
    }
    return this.findings.push({ seq, kind, message }) - 1
  }
}
