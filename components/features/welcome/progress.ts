// Which step of the first run comes next: what the server knows counts, and what was chosen in this browser but not saved yet.
import type { Outputs } from '../../data/provider.tsx'

export const steps = ['what', 'where', 'kit', 'when', 'backup'] as const
export type Step = (typeof steps)[number]

export const stepLabels: Readonly<Record<Step, string>> = {
  what: 'What to protect',
  where: 'Where to',
  kit: 'Recovery kit',
  when: 'When',
  backup: 'First backup',
}

/** Chosen, but in no schedule yet. */
export type Draft = {
  readonly folders: readonly string[]
  /** The choice is made: until then more folders are added. */
  readonly foldersTaken: boolean
  /** The place of the backups was looked at, and taken. */
  readonly placeTaken: boolean
}
export const noDraft: Draft = { folders: [], foldersTaken: false, placeTaken: false }

const KEY = 'holdfast-first-steps'

/** @returns what this browser remembers; nothing when it remembers nothing that makes sense */
export function draftFrom(text: string | null): Draft {
  try {
    const { folders, foldersTaken, placeTaken } = JSON.parse(text ?? '{}') as Partial<Record<keyof Draft, unknown>>
    const paths = Array.isArray(folders) ? folders.filter((each): each is string => typeof each === 'string') : []
    return { folders: paths, foldersTaken: foldersTaken === true, placeTaken: placeTaken === true }
  } catch {
    // Somebody else wrote it: the wizard begins anew.
    return noDraft
  }
}

export const loadDraft = (): Draft => draftFrom(window.localStorage.getItem(KEY))

export function keepDraft(draft: Draft): void {
  if (draft.folders.length === 0) window.localStorage.removeItem(KEY)
  else window.localStorage.setItem(KEY, JSON.stringify(draft))
}

/** The step that is to be done now. All before it are done. */
export function nextStep(state: Outputs['setup']['state'], draft: Draft): Step {
  if (!state.hasSchedule) {
    if (draft.folders.length === 0 || !draft.foldersTaken) return 'what'
    if (!draft.placeTaken || !state.hasRepository) return 'where'
  }
  if (!state.kitConfirmed) return 'kit'
  return state.hasSchedule ? 'backup' : 'when'
}

/** The step that is shown: the one asked for, unless something before it is to be done. */
export function stepToShow(asked: string, next: Step): Step {
  const wanted = steps.find((each) => each === asked)
  return wanted !== undefined && steps.indexOf(wanted) <= steps.indexOf(next) ? wanted : next
}
