// Checks the whole audit trail, or the next part of it, while the server goes on.
import { setImmediate as breathe } from 'node:timers/promises'
import type { Catalog } from '../../db/index.ts'
import { type AnchorPoint, ChainChecker, type Finding, type StoredRow } from './checker.ts'
import { rowsAfter } from './rows.ts'

export type Verification = {
  readonly events: number
  readonly newest: AnchorPoint | null
  /** What the trail was compared with; with none an end that was cut off would not have been noticed. */
  readonly anchors: readonly AnchorPoint[]
  /** At most 100, by number; what is more is counted. */
  readonly findings: Finding[]
  readonly omitted: number
}

export type VerifyOptions = {
  /** Events that are known from elsewhere, and must be there. */
  readonly anchors?: readonly (AnchorPoint | null | undefined)[] | undefined
  readonly signal?: AbortSignal | undefined
  /** Events that were checked so far. */
  readonly onProgress?: ((events: number) => void) | undefined
  /** Events that are read at once; fewer let others run sooner. */
  readonly batch?: number | undefined
}

const BATCH = 5000

/** Reads every event in the order of their numbers. @throws what the catalog throws; `signal`'s reason */
export async function verifyTrail(catalog: Catalog, options: VerifyOptions = {}): Promise<Verification> {
  const { signal, onProgress, batch = BATCH } = options
  const anchors = (options.anchors ?? []).filter((anchor) => anchor !== null && anchor !== undefined)
  const checker = new ChainChecker(anchors)
  let after = Number.MIN_SAFE_INTEGER
  let next = rowsAfter(catalog, after, batch)
  for (;;) {
    const rows = await next
    signal?.throwIfAborted()
    const last = rows.at(-1)
    if (last === undefined) break
    after = last.seq
    next = rowsAfter(catalog, after, batch)
    await checkAll(checker, rows)
    onProgress?.(checker.events)
  }
  checker.end()
  const { events, newest, findings, omitted } = checker
  return { events, newest, anchors, findings: findings.sort((a, b) => a.seq - b.seq), omitted }
}

const AT_ONCE = 500

async function checkAll(checker: ChainChecker, rows: readonly StoredRow[]): Promise<void> {
  for (let at = 0; at < rows.length; at += AT_ONCE) {
    for (const row of rows.slice(at, at + AT_ONCE)) checker.push(row)
    await breathe()
  }
}
