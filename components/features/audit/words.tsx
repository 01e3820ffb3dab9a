// What an event says, in words; the codes and ids that people filter and export by stay beside them.
import { actionWords, targetKindWord } from '#server/contract/audit-actions.ts'
import type { Outputs } from '../../data/provider.tsx'
import { CopyButton } from '../../patterns/copy.tsx'
import { displayName } from '../../patterns/file-name.tsx'
import { isTopOfServer, ORIGINAL_WORDS } from '../../patterns/restore-choice.ts'

type Target = NonNullable<Outputs['audit']['list']['items'][number]['target']>

const actorKinds: ReadonlyMap<string, string> = new Map([
  ['user', 'user'],
  ['api_key', 'API key'],
  ['system', 'Holdfast itself'],
  ['anonymous', 'not signed in'],
])

/** What somebody is who did something. */
export const actorKindText = (kind: string): string => displayName(actorKinds.get(kind) ?? kind)

/** Longer ids are cut at the front: those made in the same minute begin alike. */
const ID_SHOWN = 12
const shortId = (id: string): string => (id.length > ID_SHOWN ? `…${id.slice(-8)}` : id)

/** The words of an action as text that does nothing: one that this version does not know is its code. */
export const actionText = (code: string): string => displayName(actionWords(code))

/** "Schedule nightly"; without a name the end of the id. A restore has the name of the place that it goes to. */
export function targetText({ kind, name, id }: Target): string {
  const toOrigin = kind === 'restore' && name !== null && isTopOfServer(name)
  const words = toOrigin ? `to ${ORIGINAL_WORDS}` : (name ?? shortId(id ?? ''))
  return displayName([targetKindWord(kind), words].join(' ').trim())
}

/** The same for a list: the whole id is under the pointer. */
export const TargetName = ({ target }: { target: Target }) => (
  <span className="block truncate" title={[targetText(target), displayName(target.id ?? '')].join('\n').trim()}>
    {targetText(target)}
  </span>
)

/** A whole id beneath a name, to be copied into a filter or looked for in an export. */
export const WholeId = ({ id }: { id: string }) => (
  <span className="flex items-center gap-1">
    <code className="min-w-0 font-mono text-xs text-muted break-all">{displayName(id)}</code>
    <CopyButton text={id} label="Copy the id" />
  </span>
)
