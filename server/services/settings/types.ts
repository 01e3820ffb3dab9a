// What the settings service takes and gives.

import type { Actor } from '../../auth/actor.ts'
import type { Overridden } from '../../config/effective.ts'
import type { Environment } from '../../config/environment.ts'
import type { Difference } from '../../contract/config/diff.ts'
import type { ConfigDocument } from '../../contract/config/document.ts'
import type { KeyEffect } from '../../contract/config/effect.ts'
import type { Problem } from '../../contract/config/problems.ts'
import type { Catalog, Tx } from '../../db/index.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import type { Audit } from '../audit/audit.ts'

export type SettingsDeps = {
  readonly catalog: Catalog
  readonly clock: Clock
  readonly audit: Audit
  readonly log: Logger
  readonly env: Pick<Environment, 'overrides' | 'secret'>
}

export const origins = ['initial', 'edit', 'import', 'rollback'] as const
export type Origin = (typeof origins)[number]

/** A version without its document. */
export type VersionSummary = {
  readonly version: number
  /** ISO 8601. */
  readonly at: string
  readonly actorId: string | null
  readonly actorName: string
  readonly reason: string
  readonly origin: Origin
  /** The version that a rollback went back to. */
  readonly restoredFrom: number | null
}

export type Version = VersionSummary & { readonly document: ConfigDocument }

export type CurrentSettings = Version & {
  /** What counts: the document with the environment's values over it. */
  readonly effective: ConfigDocument
  /** Which values come from the environment. */
  readonly overridden: readonly Overridden[]
}

export type Saved = {
  readonly version: number
  /** False: it said the same as the version before, and no new one was made. */
  readonly changed: boolean
  readonly differences: readonly Difference[]
  /** What will not work as it seems. */
  readonly warnings: readonly Problem[]
}

export type Change = {
  /** Why, for whoever looks at it later: 1 to 500 characters. */
  readonly reason: string
  /** The version that the change was made on; another current version refuses it (`exists`). Absent: whatever is current. */
  readonly expectedVersion?: number | undefined
}

export type CheckResult = {
  /** Null when there are errors. */
  readonly document: ConfigDocument | null
  readonly problems: readonly Problem[]
  /** From the current version to this document; empty when there are errors. */
  readonly differences: readonly Difference[]
}

/** Told of every new version, after its commit. */
export type ChangeListener = (change: {
  readonly version: number
  readonly actor: Actor
  readonly effective: ConfigDocument
  readonly before: ConfigDocument | null
}) => void | Promise<void>

/** Rows that follow the document; run inside the transaction of each change, with the document that counts and whoever changed it. */
export type Projection = (tx: Tx, effective: ConfigDocument, actor: Actor) => Promise<void>

export type SettingsService = {
  /** The newest version. @throws `not_found` before there is one, `damaged` when its row was changed */
  current(): Promise<CurrentSettings>
  /** The newest version; makes `document` version 1 when there is none. Projections run either way: the environment may have changed. */
  initialize(
    actor: Actor,
    input: { document: ConfigDocument; reason: string; origin?: Origin },
  ): Promise<CurrentSettings>
  /** Makes a new version. @throws `usage` with everything that is wrong, `exists` for another current version */
  update(actor: Actor, input: Change & { document: unknown }): Promise<Saved>
  /** The same from the text of a file: JSON with comments, `name` being the file's. Mistakes have lines. */
  import(actor: Actor, input: Change & { text: string; name?: string | undefined }): Promise<Saved>
  /** Makes an older version's document the newest version. @throws `not_found`, `usage` when it is no longer allowed, `exists` */
  rollback(actor: Actor, input: Change & { version: number }): Promise<Saved>
  /** Says what an update or an import would do; changes nothing. */
  check(actor: Actor, input: { document: unknown } | { text: string }): Promise<CheckResult>
  /** The document as a file: two spaces, keys in the guide's order. Comments of an imported file are not kept. */
  export(
    actor: Actor,
    input?: { version?: number | undefined },
  ): Promise<{ version: number; name: string; text: string }>
  /** Newest first. `cursor` is the `nextCursor` of the page before. */
  list(
    actor: Actor,
    input?: { limit?: number | undefined; cursor?: string | undefined },
  ): Promise<{ items: VersionSummary[]; nextCursor: string | null }>
  get(actor: Actor, input: { version: number }): Promise<Version>
  /** What differs between two versions; version 0 is the empty document. */
  diff(
    actor: Actor,
    input: { from: number; to: number },
  ): Promise<{ from: number; to: number; differences: Difference[] }>
  /** Every key, what it does, and whether it does so already. */
  effects(): readonly KeyEffect[]
  /** Registers rows that follow the document. */
  project(projection: Projection): void
  /** @returns a function that ends it */
  onChange(listener: ChangeListener): () => void
}
