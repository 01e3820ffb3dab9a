// The whole configuration document. Everything is optional: what is left out has the default that docs/configuration.md names.
import type { z } from 'zod'
import { alerts, notifications } from './blocks/alerts.ts'
import { authentication } from './blocks/authentication.ts'
import { compression } from './blocks/compression.ts'
import { encryption } from './blocks/encryption.ts'
import { globalSettings, metadata } from './blocks/general.ts'
import { integrations } from './blocks/integrations.ts'
import { api, console, networkSecurity } from './blocks/listeners.ts'
import { monitoring } from './blocks/monitoring.ts'
import { performance } from './blocks/performance.ts'
import { recovery } from './blocks/recovery.ts'
import { cleanupSchedule, retentionPolicies } from './blocks/retention.ts'
import { advancedScheduling, type schedule, schedules } from './blocks/schedules.ts'
import { compliance, fileSecurity } from './blocks/security.ts'
import { storage } from './blocks/storage.ts'
import { group } from './fields.ts'

/** Keys in the guide's order, which an export keeps; `console` and `authentication` are beyond the guide. */
export const documentSchema = group({
  metadata: metadata.optional(),
  global_settings: globalSettings.optional(),
  storage: storage.optional(),
  encryption: encryption.optional(),
  schedules: schedules.optional(),
  advanced_scheduling: advancedScheduling.optional(),
  compression: compression.optional(),
  retention_policies: retentionPolicies.optional(),
  cleanup_schedule: cleanupSchedule.optional(),
  recovery: recovery.optional(),
  monitoring: monitoring.optional(),
  alerts: alerts.optional(),
  notifications: notifications.optional(),
  performance: performance.optional(),
  integrations: integrations.optional(),
  console: console.optional(),
  api: api.optional(),
  network_security: networkSecurity.optional(),
  authentication: authentication.optional(),
  file_security: fileSecurity.optional(),
  compliance: compliance.optional(),
})

export type ConfigDocument = z.infer<typeof documentSchema>
export type ConfigSection = keyof ConfigDocument
export type ScheduleSettings = z.infer<typeof schedule>

/** Schedules, policies and all other names of the guide; more than this is no configuration. */
export const maxDocumentBytes = 1 << 20
export const maxDocumentDepth = 32
