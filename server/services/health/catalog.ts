// catalog_integrity: the catalog answers and takes writes, its file is sound, and the audit trail is whole.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { HoldfastError, hasCode, messageOf } from '../../contract/errors.ts'
import type { Catalog } from '../../db/index.ts'
import { damageIn } from '../../db/integrity.ts'
import { type Clock, dateOf, isoTime } from '../../lib/clock.ts'
import type { AnchorKeeper } from '../audit/anchor.ts'
import { missingTriggers } from '../audit/triggers.ts'
import { verifyTrail } from '../audit/verify.ts'
import { type Check, type Finding, failed, ok, unknown, warning, worstOf } from './types.ts'

export type CatalogCheckOptions = {
  readonly catalog: Catalog
  readonly catalogUrl: string
  readonly anchor: AnchorKeeper
  readonly clock: Clock
  /** Aborted when the server ends: reading everything may go on beyond a single check. */
  readonly ending: AbortSignal
  /** How long a plain check waits for that; default 20 s. */
  readonly patienceMs?: number | undefined
}

/** So often the whole file and the whole trail are read without being asked for. */
const WHOLE_EVERY_MS = 24 * 3_600_000
const INVESTIGATE =
  'Keep the database, the log and the anchor as they are and find out who could write to them; "holdfast audit verify" tells each row'

type Whole = { readonly at: number; readonly findings: Finding[] }

export function catalogCheck(options: CatalogCheckOptions): Check {
  const { catalog, catalogUrl, anchor, clock, ending, patienceMs = 20_000 } = options
  let whole: Whole | undefined
  let reading: Promise<void> | undefined
  const readWhole = async (): Promise<void> => {
    const at = clock.now()
    try {
      whole = { at, findings: [...(await file(catalogUrl, ending)), ...(await trail(catalog, anchor, ending))] }
    } catch (error) {
      const message = `The file or the audit trail can't be read: ${messageOf(error)}`
      whole = {
        at: Number.NEGATIVE_INFINITY,
        findings: [failed(message, 'Look in the log; see that the database answers')],
      }
    }
  }
  const read = (): Promise<void> => {
    reading ??= readWhole().finally(() => {
      reading = undefined
    })
    return reading
  }
  return async (_signal, deep) => {
    const due = !whole || Math.abs(clock.now() - whole.at) > WHOLE_EVERY_MS
    if (deep) await read()
    else if (due) await Promise.race([read(), sleep(patienceMs, undefined, { ref: false })])
    const findings = [await answers(catalog), ...(await tail(catalog, anchor)), ...(whole?.findings ?? [notYet])]
    const worst = worstOf(findings)
    if (worst.state !== 'ok') return worst
    return ok(`The catalog answers and takes writes; file and audit trail were whole at ${isoTime(whole?.at ?? 0)}`)
  }
}

const notYet = unknown('The whole file and the whole audit trail are being read; so far nothing is known of them')

/** Thrown away at its end, so that nothing is left of it. */
class Undo extends Error {}

async function answers(catalog: Catalog): Promise<Finding> {
  try {
    await catalog.db.configVersion.findFirst({ select: { version: true } })
    await catalog
      .transaction(async (tx) => {
        await tx.lease.create({ data: { name: `health-${randomUUID()}`, owner: 'health', until: dateOf(0) } })
        throw new Undo()
      })
      .catch((error: unknown) => {
        if (!(error instanceof Undo)) throw error
      })
    return ok('The catalog answers and takes writes')
  } catch (error) {
    const remedy = hasCode(error, 'no_space')
      ? 'Free space where the catalog lies'
      : 'See that the database is there, and that Holdfast may read and write it'
    return failed(messageOf(error), remedy)
  }
}

async function tail(catalog: Catalog, anchor: AnchorKeeper): Promise<Finding[]> {
  const missing = await missingTriggers(catalog)
  const protection =
    missing.length === 0
      ? ok('The database refuses changes to the audit trail')
      : failed(`The database no longer refuses changes to the audit trail: ${missing.join(', ')} is gone`, INVESTIGATE)
  try {
    await anchor.update()
    return [protection]
  } catch (error) {
    if (hasCode(error, 'damaged')) return [protection, failed(messageOf(error), INVESTIGATE)]
    const message = `The anchor of the audit trail can't be written: ${messageOf(error)}`
    return [protection, warning(message, 'See that the data folder is there, writable, and has space')]
  }
}

async function file(url: string, signal: AbortSignal): Promise<Finding[]> {
  const damage = await damageIn(url, signal)
  if (damage.length === 0) return []
  return [
    failed(
      `The catalog is damaged: ${damage.slice(0, 3).join('; ')}`,
      'Stop the server and put back a copy of the catalog; "holdfast catalog rebuild" brings the snapshots back from the repositories',
    ),
  ]
}

async function trail(catalog: Catalog, anchor: AnchorKeeper, signal: AbortSignal): Promise<Finding[]> {
  const { findings, omitted } = await verifyTrail(catalog, { anchors: [knownAnchor(anchor)], signal, batch: 500 })
  const [first] = findings
  if (!first) return []
  const more = findings.length + omitted - 1
  return [failed(`${first.message}${more > 0 ? ` (and ${more} more)` : ''}`, INVESTIGATE)]
}

/** One that can't be read is told by `tail`. */
function knownAnchor(anchor: AnchorKeeper): ReturnType<AnchorKeeper['read']> {
  try {
    return anchor.read()
  } catch (error) {
    if (error instanceof HoldfastError) return null
    throw error
  }
}
