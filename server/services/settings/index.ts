// The configuration document and its versions: the one place that changes it.
import { effects } from '../../contract/config/effect.ts'
import { createCommands } from './commands.ts'
import { createQueries } from './queries.ts'
import type { SettingsDeps, SettingsService } from './types.ts'

export type * from './types.ts'

export const createSettingsService = (deps: SettingsDeps): SettingsService => ({
  ...createQueries(deps),
  ...createCommands(deps),
  effects: () => effects,
})
