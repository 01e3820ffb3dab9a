// What the first run still lacks: the wizard goes on where it was left, on whichever browser.
import type { Actor } from '../../auth/actor.ts'
import type { Catalog } from '../../db/index.ts'
import type { RecoveryKitService } from '../recovery-kit/index.ts'

export type SetupState = {
  readonly hasRepository: boolean
  readonly hasSchedule: boolean
  /** The kit of now is in a safe place; also true where there is none to keep. */
  readonly kitConfirmed: boolean
  readonly hasBackup: boolean
}

export type SetupService = ReturnType<typeof createSetupService>

export function createSetupService(deps: { catalog: Catalog; recoveryKit: Pick<RecoveryKitService, 'state'> }) {
  const { db } = deps.catalog
  const select = { id: true }
  return {
    async state(_actor: Actor): Promise<SetupState> {
      const [repository, schedule, snapshot, kit] = await Promise.all([
        db.repository.findFirst({ where: { archivedAt: null, engineId: { not: null } }, select }),
        db.schedule.findFirst({ where: { removedAt: null }, select }),
        db.snapshot.findFirst({ select }),
        deps.recoveryKit.state(),
      ])
      return {
        hasRepository: repository !== null,
        hasSchedule: schedule !== null,
        kitConfirmed: !kit.available || (kit.confirmedAt !== null && !kit.changed),
        hasBackup: snapshot !== null,
      }
    },
  }
}
