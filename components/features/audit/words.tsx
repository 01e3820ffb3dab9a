// What an event says, in words; the codes and ids that people filter and export by stay beside them.
import { actionWords, targetKindWord } from '#server/contract/audit-actions.ts'
import type { Outputs } from '../../data/provider.tsx'
import { displayName } from '../../patterns/file-name.tsx'

type Target = NonNullable<Outputs['audit']['list']['items'][number]['target']>

/** Longer ids are cut at the front: those made in the same minute begin alike. */
const ID_SHOWN = 12
const shortId = (id: string): string => (id.length > ID_SHOWN ? `…${id.slice(-8)}` : id)

/** The words of an action as text that does nothing: one that this version does not know is its code. */
export const actionText = (code: string): string => displayName(actionWords(code))

/** "Schedule nightly"; without a name the end of the id. */
export const targetText = ({ kind, name, id }: Target): string =>
  displayName([targetKindWord(kind), name ?? shortId(id ?? '')].join(' ').trim())

/** The same for a list: the whole id is under the pointer. */
export const TargetName = ({ target }: { target: Target }) => (
  <span className="block truncate" title={[targetText(target), displayName(target.id ?? '')].join('\n').trim()}>
    {targetText(target)}
  </span>
)
