// What to do about a run that did not end well, by the code of its error; and about what else the overview finds.
import type { ErrorCode } from '../../contract/errors.ts'
import { damageRemedy, verifyRemedy } from '../../contract/verification.ts'

const SOURCE = 'the folders of the schedule'

const byCode: Readonly<Record<ErrorCode, string>> = {
  not_found: `See that ${SOURCE} and the storage of the repository are there and mounted, then retry`,
  exists: 'See in the log of the run what is in the way, move it aside, then retry',
  denied: `Let Holdfast's user read ${SOURCE} and write to the storage of the repository, then retry`,
  retained: 'The storage still locks what should be changed: wait until the lock ends, then retry',
  unavailable: 'See that the storage of the repository is switched on and can be reached, then retry',
  no_space: 'Free space where the repository lies, or shorten how long snapshots are kept, then retry',
  usage: 'Correct the schedule as the message says, then retry',
  incomplete: `See in the log of the run which files could not be read; let Holdfast's user read them, or exclude them`,
  refused: 'See that the repository is the right one and in use, then retry',
  wrong_secret: 'See that the key of the repository is the one with which it can be opened (recovery kit), then retry',
  damaged: damageRemedy,
  unsupported: 'Use a version of Holdfast that knows what the message names',
  interrupted: 'See why the run was ended (restart of the server, memory, a signal), then retry',
  unauthenticated: 'Give the schedule credentials with which the storage can be used, then retry',
  forbidden: 'Give the schedule credentials with which the storage can be used, then retry',
  rate_limited: 'Let fewer runs use the storage at the same time, then retry',
  too_large: 'See in the log of the run what is too large, exclude it, then retry',
  internal: 'Read the log of the run, then retry; if it fails again, report it together with that log',
}

const isCode = (code: string | null): code is ErrorCode => code !== null && Object.hasOwn(byCode, code)

/** Of a run that failed or ended with a warning. */
export const runRemedy = (code: string | null): string => byCode[isCode(code) ? code : 'internal']

export const remedies = {
  slotMissed: 'Run the schedule now; see that the server runs at its times, or let it catch up on slots that it missed',
  cancelled: 'Retry, once what was in its way is over, or wait for the next slot',
  slotOverdue: 'See that the scheduler works (health checks), and run the schedule now',
  neverRun: 'Run the schedule now, or wait for its first slot',
  paused: 'Resume the schedule',
  switchedOff: 'Switch the schedule on in the configuration, or remove it',
  nothingProtected: 'Add a schedule that says what to back up, when and where to',
  repositoryDamaged: damageRemedy,
  snapshotDamaged: damageRemedy,
  unverified: verifyRemedy,
  targetUnlike: 'See that the disk of the target is well and that nothing else writes there, then restore again',
  checkSwitchedOff: 'Switch the check on in the configuration (monitoring.health_checks)',
} as const
