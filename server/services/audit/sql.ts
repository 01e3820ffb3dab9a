// The few statements that neither Prisma's filters nor its planner-neutral ORs can say: rows after a pair of columns, in either database's words.
import type { Catalog } from '../../db/index.ts'

export type Provider = Catalog['provider']
export type Value = string | number

/** Text with its values, put together piece by piece. */
export class Sql {
  readonly provider: Provider
  readonly values: Value[] = []
  text = ''

  constructor(provider: Provider) {
    this.provider = provider
  }

  add(text: string): this {
    this.text += text
    return this
  }

  /** A value, as a parameter. */
  value(value: Value): this {
    this.values.push(value)
    return this.add(this.#place(typeof value === 'number' ? 'bigint' : 'text'))
  }

  /** A time in milliseconds, as the columns keep it. */
  time(ms: number): this {
    this.values.push(ms)
    if (this.provider === 'sqlite') return this.add('?')
    return this.add(`(to_timestamp(${this.#place('bigint')} / 1000.0) AT TIME ZONE 'UTC')`)
  }

  #place(type: string): string {
    return this.provider === 'sqlite' ? '?' : `CAST($${this.values.length} AS ${type})`
  }
}

/** Milliseconds of a column of times as a number. */
export const millisecondsOf = (provider: Provider, column = '"at"'): string =>
  provider === 'sqlite'
    ? `CAST(${column} AS INTEGER)`
    : `CAST(round(extract(epoch FROM ${column}) * 1000) AS double precision)`

/** The part of the action before its first dot; what the index on areas holds. */
export const areaOf = (provider: Provider): string =>
  provider === 'sqlite' ? `substr("action", 1, instr("action" || '.', '.') - 1)` : `split_part("action", '.', 1)`
