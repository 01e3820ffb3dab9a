// Whether a cron expression can be used. Pure.
import { parseCron } from '#server/contract/cron.ts'
import { HoldfastError } from '#server/contract/errors.ts'

/** The server's own reader decides what is right. @returns what is wrong with it; undefined for one that can be used */
export function mistakeInCron(cron: string): string | undefined {
  try {
    parseCron(cron)
    return undefined
  } catch (error) {
    if (error instanceof HoldfastError) return error.message
    throw error
  }
}
