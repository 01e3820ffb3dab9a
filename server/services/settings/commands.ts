// Making versions of the configuration: each in one transaction together with its audit event and the rows that follow the document.
import type { Actor } from '../../auth/actor.ts'
import { effective } from '../../config/effective.ts'
import { parseDocument, refusal } from '../../config/read.ts'
import { type Beside, checkDocument } from '../../contract/config/check.ts'
import { diffDocuments } from '../../contract/config/diff.ts'
import { type ConfigDocument, maxDocumentBytes } from '../../contract/config/document.ts'
import { inRanges, parseRange } from '../../contract/config/network.ts'
import { listenerPlans } from '../../contract/config/plans/listeners.ts'
import { missingSecrets } from '../../contract/config/plans/secrets.ts'
import { isError, type Problem, problem } from '../../contract/config/problems.ts'
import { HoldfastError, hasCode } from '../../contract/errors.ts'
import type { Tx } from '../../db/index.ts'
import { dateOf } from '../../lib/clock.ts'
import { besideOf } from './beside.ts'
import { documentOf, isIntact, storedForm, summaryOf, versionOf } from './mapping.ts'
import { newest, withEffective } from './queries.ts'
import type {
  Change,
  ChangeListener,
  Origin,
  Projection,
  Saved,
  SettingsDeps,
  SettingsService,
  VersionSummary,
} from './types.ts'

const MAX_REASON = 500

type Commands = Pick<SettingsService, 'initialize' | 'update' | 'import' | 'rollback' | 'project' | 'onChange'>

type NewVersion = Change & {
  readonly document: ConfigDocument
  readonly origin: Origin
  readonly restoredFrom?: number
}

export function createCommands(deps: SettingsDeps): Commands {
  const { catalog, audit, log } = deps
  const projections: Projection[] = []
  const listeners = new Set<ChangeListener>()
  let newestTold = 0

  const project = async (tx: Tx, document: ConfigDocument, actor: Actor): Promise<void> => {
    for (const projection of projections) await projection(tx, document, actor)
  }

  /** The change, the rows that follow it and the event of it: all or nothing. */
  async function save(actor: Actor, input: NewVersion): Promise<Saved> {
    checkReason(input.reason)
    const counts = effective(input.document, deps.env).document
    const { before, ...saved } = await catalog.transaction(async (tx) => {
      const latest = await newest(tx)
      if (input.expectedVersion !== undefined)
        checkExpected(latest ? summaryOf(latest) : undefined, input.expectedVersion)
      const before = latest && isIntact(latest) ? documentOf(latest) : null
      const differences = diffDocuments(before ?? {}, input.document)
      if (latest && before && differences.length === 0)
        return { version: latest.version, changed: false, differences, before }
      const version = (latest?.version ?? 0) + 1
      await tx.configVersion.create({ data: rowOf(deps, actor, version, input) })
      await project(tx, counts, actor)
      await audit.append(tx, {
        actor,
        action: `settings.${input.origin === 'edit' ? 'update' : input.origin}`,
        target: { kind: 'settings', id: String(version) },
        result: 'success',
        before: Object.fromEntries(differences.map(({ path, before: value = null }) => [path, value])),
        after: Object.fromEntries(differences.map(({ path, after: value = null }) => [path, value])),
        details: {
          version,
          reason: input.reason,
          ...(input.restoredFrom !== undefined && { restoredFrom: input.restoredFrom }),
        },
      })
      return { version, changed: true, differences, before }
    })
    if (saved.changed) await tell({ version: saved.version, actor, effective: counts, before })
    return { ...saved, warnings: warningsOf(counts, actor, deps) }
  }

  /** Of two servers that start at once on a new catalog one makes it. */
  async function makeFirst(actor: Actor, input: NewVersion): Promise<void> {
    try {
      await save(actor, input)
    } catch (error) {
      if (!hasCode(error, 'exists')) throw error
    }
  }

  /** The change is made, whatever a listener does. Once a newer one is told, which everybody hears, nobody hears of this one any more. */
  async function tell(change: Parameters<ChangeListener>[0]): Promise<void> {
    newestTold = Math.max(newestTold, change.version)
    for (const listener of listeners) {
      if (change.version < newestTold) return
      try {
        await listener(change)
      } catch (error) {
        log.error('A part of the server could not follow the new configuration', { version: change.version, error })
      }
    }
  }

  return {
    async initialize(actor, { document, reason, origin = 'initial' }) {
      const found = await newest(catalog.db)
      if (!found)
        await makeFirst(actor, {
          document: checked(document, await besideOf(deps)),
          reason,
          origin,
          expectedVersion: 0,
        })
      const row = await newest(catalog.db)
      if (!row) throw new HoldfastError('internal', 'The configuration is gone right after it was stored')
      const current = withEffective(versionOf(row), deps)
      if (found) await catalog.transaction((tx) => project(tx, current.effective, actor))
      return current
    },

    async update(actor, { document, ...change }) {
      return save(actor, { ...change, document: checked(document, await besideOf(deps)), origin: 'edit' })
    },

    async import(actor, { text, name = 'The file', ...change }) {
      const { document, warnings } = parseDocument(text, name, await besideOf(deps))
      const saved = await save(actor, { ...change, document, origin: 'import' })
      return { ...saved, warnings: [...warnings, ...saved.warnings.filter((each) => !isIn(warnings, each))] }
    },

    async rollback(actor, { version, ...change }) {
      const row = await catalog.db.configVersion.findUnique({ where: { version } })
      if (!row) throw new HoldfastError('not_found', `The configuration has no version ${version}`)
      const beside = await besideOf(deps)
      const document = checked(documentOf(row), beside, `Version ${version} of the configuration`)
      return save(actor, { ...change, document, origin: 'rollback', restoredFrom: version })
    },

    project: (projection) => {
      projections.push(projection)
    },

    onChange(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
  }
}

/** @throws `usage` with everything that is wrong */
function checked(value: unknown, beside: Beside, name = 'The configuration'): ConfigDocument {
  const { document, problems } = checkDocument(value, beside)
  if (!document) throw refusal(name, problems)
  const bytes = Buffer.byteLength(JSON.stringify(document))
  if (bytes <= maxDocumentBytes) return document
  throw new HoldfastError('usage', `${name} has ${bytes} bytes; ${maxDocumentBytes} are allowed`)
}

function checkReason(reason: string): void {
  if (reason.trim() !== '' && reason.length <= MAX_REASON) return
  throw new HoldfastError('usage', `A change of the configuration needs a reason, of 1 to ${MAX_REASON} characters`)
}

function checkExpected(latest: VersionSummary | undefined, expected: number): void {
  const version = latest?.version ?? 0
  if (version === expected) return
  const who = latest ? `; ${latest.actorName} made it at ${latest.at} (${latest.reason})` : ''
  throw new HoldfastError(
    'exists',
    `The configuration is at version ${version}, not ${expected}${who}. Look at what changed, and save again`,
  )
}

function rowOf(deps: SettingsDeps, actor: Actor, version: number, input: NewVersion) {
  return {
    version,
    at: dateOf(deps.clock.now()),
    actorId: actor.id,
    actorName: actor.name,
    reason: input.reason.trim(),
    origin: input.origin,
    restoredFrom: input.restoredFrom ?? null,
    ...storedForm(input.document),
  }
}

/** What an administrator should know about a document that is right. */
function warningsOf(document: ConfigDocument, actor: Actor, { env }: SettingsDeps): Problem[] {
  const found = checkDocument(document).problems.filter((each) => !isError(each))
  for (const { path, variable, purpose } of missingSecrets(document, env)) {
    const message = `names the variable ${variable}, which is not set: there is no ${purpose}`
    found.push({ ...problem('reference', [], message, { severity: 'warning' }), path })
  }
  const { allowedIps } = listenerPlans(document).console
  const ranges = allowedIps?.map(parseRange).filter((range) => range !== undefined)
  if (ranges && actor.ip !== null && !inRanges(actor.ip, ranges)) {
    const message = `does not have your own address ${actor.ip} in it: you will be locked out`
    found.push(problem('reference', ['network_security', 'firewall', 'allowed_ips'], message, { severity: 'warning' }))
  }
  return found
}

const isIn = (list: readonly Problem[], { path, message }: Problem): boolean =>
  list.some((each) => each.path === path && each.message === message)
