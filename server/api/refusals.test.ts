import { expect, test } from 'vitest'
import { anonymousActor } from '../auth/actor.ts'
import { systemClock } from '../lib/clock.ts'
import { createLogger } from '../lib/logger.ts'
import { createRefusals } from './refusals.ts'

const stranger = anonymousActor('192.0.2.1')

test('a refusal is an event with the procedure as its action', async () => {
  const entries: unknown[] = []
  const audit = { recordRefusal: async (entry: unknown) => void entries.push(entry) }
  const log = createLogger({ clock: systemClock, level: 'debug', fallback: () => undefined })
  await createRefusals(audit, log).record(stranger, 'users.list', 'no', ['users.list', 'users.get'])
  const details = { message: 'no', procedures: ['users.list', 'users.get'] }
  expect(entries).toEqual([{ actor: stranger, action: 'users.list', details }])
})

test('a catalog that takes no events does not let anybody in: the refusal stands, and the log has it', async () => {
  const lines: string[] = []
  const log = createLogger({ clock: systemClock, level: 'debug', fallback: (line) => void lines.push(line) })
  const recordRefusal = async (): Promise<never> => {
    throw new Error('the disk is full')
  }
  await createRefusals({ recordRefusal }, log).record(stranger, 'users.list', 'no')
  expect(lines.join('')).toMatch(/users\.list.*the disk is full/s)
})
