// The anchor: number and hash of the newest event in a file outside of the database, so that an end that was cut off is noticed.
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { HoldfastError } from '../../contract/errors.ts'
import type { Catalog } from '../../db/index.ts'
import { type Clock, isoTime } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import type { AnchorPoint } from './checker.ts'

export type Anchor = AnchorPoint & { readonly at: string }

/** The name of the file in the data folder. */
export const ANCHOR_FILE = 'audit-anchor.json'

/** @returns null when there is no file. @throws `damaged` when it is no anchor; Node's error when it can't be read */
export function readAnchor(path: string): Anchor | null {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return null
    throw error
  }
  const anchor = parseAnchor(text)
  if (anchor) return anchor
  throw new HoldfastError('damaged', `${path} is no anchor of an audit trail: it must hold {"seq", "hash", "at"}`)
}

function parseAnchor(text: string): Anchor | undefined {
  try {
    const { seq, hash, at } = JSON.parse(text) as Partial<Record<string, unknown>>
    const fits = Number.isSafeInteger(seq) && typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash)
    return fits && typeof at === 'string' ? { seq: seq as number, hash, at } : undefined
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined
    throw error
  }
}

/** The whole file or none; only its owner may read or write it. */
export function writeAnchor(path: string, anchor: Anchor): void {
  const temporary = `${path}.new`
  const fd = openSync(temporary, 'w', 0o600)
  try {
    writeSync(fd, `${JSON.stringify(anchor)}\n`)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  renameSync(temporary, path)
}

export type AnchorKeeper = {
  /** An event was appended, and will be committed or not: the anchor follows within a second. */
  follow(seq: number): void
  /** Brings the anchor to the newest committed event now. @throws `damaged` when the trail does not hold what the anchor knows; then it stays */
  update(): Promise<void>
  /** The anchor as it is in the file. */
  read(): Anchor | null
  close(): Promise<void>
}

export type AnchorKeeperOptions = {
  readonly catalog: Catalog
  readonly clock: Clock
  readonly log: Logger
  readonly path: string
}

const SOON_MS = 250
const AGAIN_MS = 1000
/** A transaction that appended and isn't committed after so many tries was rolled back, or another one updates the anchor. */
const TRIES = 10
/** So often the anchor is in the log as well, which may be kept on another machine. */
const LOGGED_EVERY_MS = 3_600_000

export function createAnchorKeeper({ catalog, clock, log, path }: AnchorKeeperOptions): AnchorKeeper {
  let timer: NodeJS.Timeout | undefined
  let wanted = 0
  let first: number | undefined
  let tries = 0
  let logged = Number.NEGATIVE_INFINITY
  let complained = false
  let running: Promise<void> = Promise.resolve()

  const bring = async (): Promise<void> => {
    const known = readAnchor(path)
    const newest = await lastEvent(catalog)
    if (known) await confirm(catalog, known, newest)
    if (!newest || newest.seq === known?.seq) return
    // The first start has none; later it was lost, or taken away together with the end of the trail.
    if (!known && first !== 1) log.warn('The audit trail had no anchor: what was cut off before cannot be told', newest)
    writeAnchor(path, { ...newest, at: isoTime(clock.now()) })
    if (clock.now() - logged < LOGGED_EVERY_MS) return
    logged = clock.now()
    log.info('The audit trail is anchored', newest)
  }
  const update = (): Promise<void> => {
    // Whoever waited for the one before was told of its failure.
    running = running.then(bring, bring)
    return running
  }
  const attempt = async (): Promise<void> => {
    try {
      await update()
      complained = false
    } catch (error) {
      if (!complained) log.error('The anchor of the audit trail was not updated', { error, path })
      complained = true
    }
    if ((readQuietly(path)?.seq ?? 0) < wanted && ++tries < TRIES) schedule(AGAIN_MS)
  }
  const schedule = (delay: number): void => {
    if (timer) return
    timer = setTimeout(() => {
      timer = undefined
      attempt().catch((error: unknown) => log.error('The anchor of the audit trail failed', { error }))
    }, delay)
    timer.unref()
  }
  return {
    follow(seq) {
      first ??= seq
      wanted = Math.max(wanted, seq)
      tries = 0
      schedule(SOON_MS)
    },
    update,
    read: () => readAnchor(path),
    async close() {
      clearTimeout(timer)
      timer = undefined
      await attempt()
      clearTimeout(timer)
    },
  }
}

/** For the decision whether to try again; what is wrong with the file was told already. */
function readQuietly(path: string): Anchor | null {
  try {
    return readAnchor(path)
  } catch (error) {
    if (error instanceof Error) return null
    throw error
  }
}

/** The newest committed event. */
export const lastEvent = (catalog: Catalog): Promise<AnchorPoint | null> =>
  catalog.db.auditEvent.findFirst({ orderBy: { seq: 'desc' }, select: { seq: true, hash: true } })

/** @throws `damaged` when the trail no longer holds the event that the anchor knows */
export async function confirm(catalog: Catalog, anchor: AnchorPoint, newest: AnchorPoint | null): Promise<void> {
  const last = newest?.seq ?? 0
  if (last < anchor.seq)
    throw new HoldfastError(
      'damaged',
      `The audit trail ends with event ${last}, but its anchor knows of event ${anchor.seq}: the end was cut off, or an older catalog was put back`,
    )
  const found =
    newest?.seq === anchor.seq
      ? newest
      : await catalog.db.auditEvent.findUnique({ where: { seq: anchor.seq }, select: { hash: true } })
  if (found?.hash !== anchor.hash)
    throw new HoldfastError(
      'damaged',
      `Event ${anchor.seq} of the audit trail is not the one that its anchor knows: the trail was rewritten`,
    )
}
