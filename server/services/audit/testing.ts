// For tests and benchmarks: events that form a whole trail, without the server that would write them.
import { type Actor, systemActor } from '../../auth/actor.ts'
import type { Catalog } from '../../db/index.ts'
import { dateOf } from '../../lib/clock.ts'
import { rowOf, type StorableEntry } from './audit.ts'
import { GENESIS, hashOf } from './chain.ts'
import type { StoredRow } from './checker.ts'

export const testActor: Actor = { ...systemActor('tester'), kind: 'user', id: 'u1', userId: 'u1', ip: '192.0.2.7' }

/** 2026-05-04T03:02:01Z. */
export const START = 1_777_863_721_000

/** `count` events, chained to `last`. `entry` makes the event of a number. */
export function* chainOf(
  count: number,
  entry: (seq: number) => Partial<StorableEntry> & { readonly at?: number } = () => ({}),
  last: { readonly seq: number; readonly hash: string } = { seq: 0, hash: GENESIS },
): Generator<StoredRow> {
  let previousHash = last.hash
  for (let seq = last.seq + 1; seq <= last.seq + count; seq++) {
    const { at = START + seq * 1000, ...rest } = entry(seq)
    const row = rowOf(
      { actor: testActor, action: 'schedule.update', result: 'success', ...rest },
      { seq, at, previousHash },
    )
    previousHash = hashOf(row)
    yield { ...row, hash: previousHash }
  }
}

/** Stores rows as they are. */
export async function insertRows(catalog: Catalog, rows: Iterable<StoredRow>, batch = 500): Promise<void> {
  const iterator = rows[Symbol.iterator]()
  for (;;) {
    const data = [...take(iterator, batch)].map((row) => ({ ...row, at: dateOf(row.at) }))
    if (data.length === 0) return
    await catalog.transaction(async (tx) => {
      await tx.auditEvent.createMany({ data })
    })
  }
}

function* take<T>(iterator: Iterator<T>, count: number): Generator<T> {
  for (let taken = 0; taken < count; taken++) {
    const { done, value } = iterator.next()
    if (done) return
    yield value
  }
}
