// How jobs work and what is logged, with every default filled in.
import type { logLevels } from '../blocks/monitoring.ts'
import type { ConfigDocument } from '../document.ts'

export type WorkPlan = {
  /** Undefined: as many as the engine thinks right. */
  readonly threads: {
    readonly backup: number | undefined
    readonly restore: number | undefined
    readonly verification: number | undefined
  }
  /** A verification follows each backup. */
  readonly verifyAfterBackup: boolean
  /** Restored files are read back: content and metadata are compared. Chunks are checked against their ids in any case. */
  readonly readBack: boolean
}

/** Of two limits for the same threads the lower counts. */
function lower(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b)
}

export function workPlan({ recovery, performance }: ConfigDocument): WorkPlan {
  const { threading } = performance ?? {}
  const validation = recovery?.restore_validation
  return {
    threads: {
      backup: threading?.backup_threads,
      restore: lower(recovery?.parallel_restore_threads, threading?.restore_threads),
      verification: threading?.verification_threads,
    },
    verifyAfterBackup: recovery?.verification_enabled ?? true,
    readBack: (validation?.file_integrity_check ?? true) || (validation?.metadata_validation ?? true),
  }
}

/** As createLogger wants it. */
export type LoggingPlan = {
  readonly level: 'debug' | 'info' | 'warning' | 'error'
  /** Undefined: stderr. */
  readonly file: { readonly path: string; readonly maxBytes: number; readonly backups: number } | undefined
  readonly masking: boolean
}

const levels: Readonly<Record<(typeof logLevels)[number], LoggingPlan['level']>> = {
  DEBUG: 'debug',
  INFO: 'info',
  WARNING: 'warning',
  ERROR: 'error',
  CRITICAL: 'error',
}
const MIB = 1 << 20

export function loggingPlan({ monitoring }: ConfigDocument): LoggingPlan {
  const {
    level = 'INFO',
    file_path: path,
    rotation,
    sensitive_data_masking: masking = true,
  } = monitoring?.logging ?? {}
  const file =
    path === undefined
      ? undefined
      : { path, maxBytes: (rotation?.size_mb ?? 100) * MIB, backups: rotation?.backup_count ?? 10 }
  return { level: levels[level], file, masking }
}
