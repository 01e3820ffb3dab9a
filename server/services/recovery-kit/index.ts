// The recovery kit as it is now, who took it, and who said that it is kept in a safe place.
import { createHmac } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Actor } from '../../auth/actor.ts'
import type { ConfigDocument } from '../../contract/config/document.ts'
import { HoldfastError } from '../../contract/errors.ts'
import type { Catalog } from '../../db/index.ts'
import { type Clock, isoTime } from '../../lib/clock.ts'
import type { Audit } from '../audit/audit.ts'
import { repositoryItem } from '../repositories/mapping.ts'
import { contentsOf, keyLine, recoveryKit } from './kit.ts'

export { changeOf } from './kit.ts'

export const KIT_FILE = 'holdfast-recovery-kit.txt'
/** So many of the key's last characters prove that somebody has it before their eyes. */
const CHECK = 6
const CONFIRM = 'recovery_kit.confirm'
const target = { kind: 'recovery_kit' }

export const recoveryKitInputs = {
  /** The key's last six characters; absent where the key is no line of text, so that nothing can be typed. */
  confirm: z.strictObject({ keyCheck: z.string().max(CHECK).optional() }),
}
export type RecoveryKitInput = { [K in keyof typeof recoveryKitInputs]: z.output<(typeof recoveryKitInputs)[K]> }

export type RecoveryKitText = {
  readonly text: string
  readonly fileName: string
  /** Whether the key is a line of text, whose end `confirm` asks for. */
  readonly keyIsText: boolean
}

export type RecoveryKitState = {
  /** False where the key is a variable or in an HSM: then there is no kit to take. */
  readonly available: boolean
  readonly confirmedAt: string | null
  readonly confirmedBy: string | null
  /** The key or a repository changed after it was confirmed: it has to be taken again. */
  readonly changed: boolean
}

export type RecoveryKitDeps = {
  readonly catalog: Catalog
  readonly clock: Clock
  readonly audit: Audit
  /** The configuration that counts now. */
  readonly document: () => ConfigDocument
  /** The key file where the configuration names none. */
  readonly defaultKey: string
  /** Of the server: what is stored about a kit says nothing about the key in it. */
  readonly secret: Uint8Array
  readonly version: string
}

export type RecoveryKitService = ReturnType<typeof createRecoveryKitService>

export function createRecoveryKitService(deps: RecoveryKitDeps) {
  const { catalog, clock, audit, version } = deps

  /** The kit of now, and the line of the key; undefined where the key is no file. */
  async function made(): Promise<{ text: string; line: string | undefined } | undefined> {
    const path = keyFileOf(deps)
    if (path === undefined) return undefined
    const line = keyLine(readFileSync(path))
    const rows = await catalog.db.repository.findMany({ where: { archivedAt: null }, orderBy: { name: 'asc' } })
    const repositories = rows.map(repositoryItem)
    return { text: recoveryKit({ madeAt: isoTime(clock.now()), version, repositories, key: { path, line } }), line }
  }

  async function mustBeMade(): Promise<{ text: string; line: string | undefined }> {
    const kit = await made()
    if (kit) return kit
    throw new HoldfastError('refused', 'The key is in no file of this server: keep it, and its name, by yourself')
  }

  /** Names a kit, whenever it was made, by whichever version. */
  const markOf = (text: string): string =>
    createHmac('sha256', deps.secret).update(contentsOf(text)).digest('base64url').slice(0, 22)

  /** The trail is where it is kept: nobody can change there who said it, and when. */
  const state = async (): Promise<RecoveryKitState> => {
    const kit = await made()
    const last = await catalog.db.auditEvent.findFirst({
      where: { action: CONFIRM, result: 'success' },
      orderBy: [{ at: 'desc' }, { seq: 'desc' }],
      select: { at: true, actorName: true, details: true },
    })
    if (!last) return { available: kit !== undefined, confirmedAt: null, confirmedBy: null, changed: false }
    const { kit: mark } = JSON.parse(last.details ?? '{}') as { kit?: unknown }
    return {
      available: kit !== undefined,
      confirmedAt: isoTime(last.at.getTime()),
      confirmedBy: last.actorName,
      changed: kit !== undefined && mark !== markOf(kit.text),
    }
  }

  return {
    /** The text of now, for the server's own file; undefined where the key is no file. */
    text: async (): Promise<string | undefined> => (await made())?.text,

    /** @throws `refused` where the key is no file */
    async get(actor: Actor): Promise<RecoveryKitText> {
      const { text, line } = await mustBeMade()
      await audit.record({ actor, action: 'recovery_kit.take', target, result: 'success' })
      return { text, fileName: KIT_FILE, keyIsText: line !== undefined }
    },

    /** Notes that the kit of now is in a safe place. @throws `usage` for a wrong check, `refused` as `get` */
    async confirm(actor: Actor, { keyCheck }: RecoveryKitInput['confirm']): Promise<RecoveryKitState> {
      const { text, line } = await mustBeMade()
      if (line !== undefined && keyCheck !== line.slice(-CHECK)) {
        await audit.record({ actor, action: CONFIRM, target, result: 'failure' })
        throw new HoldfastError('usage', `These are not the last ${CHECK} characters of the key in the kit of now`)
      }
      await audit.record({ actor, action: CONFIRM, target, result: 'success', details: { kit: markOf(text) } })
      return state()
    },

    state,
  }
}

/** Undefined where the key is no file, or the file is gone. */
function keyFileOf({ document, defaultKey }: RecoveryKitDeps): string | undefined {
  const management = document().encryption?.key_management
  const path = management?.file_path ?? defaultKey
  return (management?.source ?? 'file') === 'file' && existsSync(path) ? path : undefined
}
