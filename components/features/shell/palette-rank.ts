// Which entries of the command palette fit what was typed, the best first. Pure.

export type Ranked = {
  readonly group: string
  readonly label: string
  readonly words: string
  /** Its group comes after all others, however well it fits: for what always fits. */
  readonly last?: boolean
}

/** So many of a group are shown; who looks for another one types more. */
const MOST = 8

/** @returns entries that have all words of the text, by group: the group with the best entry first, those marked as last behind them, and the best of each group first */
export function ranked<T extends Ranked>(entries: readonly T[], text: string): Map<string, T[]> {
  const tokens = text.toLowerCase().split(/\s+/).filter(Boolean)
  const groups = new Map<string, { entry: T; rank: number }[]>()
  for (const entry of entries) {
    const rank = rankOf(entry, tokens)
    if (rank === undefined) continue
    const group = groups.get(entry.group) ?? []
    groups.set(entry.group, group)
    group.push({ entry, rank })
  }
  return new Map(
    [...groups]
      .map(([group, list]) => [group, list.sort((a, b) => a.rank - b.rank).slice(0, MOST)] as const)
      .sort(
        ([, [a]], [, [b]]) => Number(isLast(a?.entry)) - Number(isLast(b?.entry)) || (a?.rank ?? 0) - (b?.rank ?? 0),
      )
      .map(([group, list]) => [group, list.map(({ entry }) => entry)]),
  )
}

const isLast = (entry: Ranked | undefined): boolean => entry?.last === true

/** Lower is better; undefined: it does not fit. */
function rankOf({ label, words }: Ranked, tokens: readonly string[]): number | undefined {
  const name = label.toLowerCase()
  const all = `${name} ${words.toLowerCase()}`
  let rank = 0
  for (const token of tokens) {
    if (!all.includes(token)) return undefined
    rank += name.startsWith(token) ? 0 : ` ${name}`.includes(` ${token}`) ? 1 : name.includes(token) ? 2 : 3
  }
  return rank
}
