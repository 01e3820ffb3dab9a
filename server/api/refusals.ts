// Refusals go into the audit trail; when that cannot be written the refusal stands, and the log has it.
import { messageOf } from '../contract/errors.ts'
import type { Logger } from '../lib/logger.ts'
import type { Audit } from '../services/audit/index.ts'
import type { Refusals } from './context.ts'

export function createRefusals(audit: Pick<Audit, 'recordRefusal'>, log: Logger): Refusals {
  return {
    async record(actor, action, message, procedures) {
      try {
        await audit.recordRefusal({ actor, action, details: { message, procedures } })
      } catch (error) {
        log.error('A refusal could not be written into the audit trail', {
          action,
          actor: actor.name,
          refusal: message,
          error: messageOf(error),
        })
      }
    },
  }
}
