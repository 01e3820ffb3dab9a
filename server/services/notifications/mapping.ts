// Notifications as the API shows them, and their place in the list.
import { messageWithoutNames } from '../../contract/names.ts'
import { isoTime } from '../../lib/clock.ts'
import type { Severity } from './index.ts'

export type NotificationItem = {
  readonly id: string
  readonly at: string
  readonly kind: string
  readonly severity: Severity
  readonly title: string
  readonly body: string
  readonly link: string | null
  /** For everybody, not for the reader alone. */
  readonly shared: boolean
  /** When the reader marked it as read. */
  readonly readAt: string | null
}

export type Row = {
  readonly id: string
  readonly userId: string | null
  readonly at: Date
  readonly kind: string
  readonly severity: string
  readonly title: string
  readonly body: string
  readonly link: string | null
  readonly readAt: Date | null
  /** The reader's own. */
  readonly reads: readonly { readonly at: Date }[]
}

/** @param names whether the reader may see names of files; of the own ones everybody may */
export function itemOf(row: Row, names: boolean): NotificationItem {
  const readAt = row.userId === null ? row.reads[0]?.at : row.readAt
  return {
    id: row.id,
    at: isoTime(row.at.getTime()),
    kind: row.kind,
    severity: row.severity as Severity,
    title: row.title,
    body: names || row.userId !== null ? row.body : messageWithoutNames(row.body),
    link: row.link,
    shared: row.userId === null,
    readAt: readAt ? isoTime(readAt.getTime()) : null,
  }
}

/** A place in the list: newest first, then by id. */
export type Key = { readonly at: number; readonly id: string }

/** Whether `a` stands before `b`. */
export const isLater = (a: Row, b: Row): boolean =>
  a.at.getTime() === b.at.getTime() ? a.id > b.id : a.at.getTime() > b.at.getTime()

export const cursorOf = ({ at, id }: Row): string => `${at.getTime()}.${id}`

/** The place that a cursor names; undefined when it is none of ours. */
export function keyOf(cursor: string): Key | undefined {
  const match = /^(\d{1,15})\.([\w-]{1,64})$/.exec(cursor)
  return match ? { at: Number(match[1]), id: match[2]! } : undefined
}
