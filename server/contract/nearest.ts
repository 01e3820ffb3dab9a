// Which of the known names somebody probably meant.

/** Edits (insert, delete, replace a character, swap two neighbours) from `a` to `b`: optimal string alignment. */
export function distance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min(row[j - 1]! + 1, last[j]! + 1, last[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1)
      row.push(cost)
    }
    before = last
    last = row
  }
  return last[b.length]!
}

/** No name that anybody means is longer; the effort grows with the square. */
const MAX_LENGTH = 200

/** The nearest known name (one that begins with `given` counts as near); undefined when none is near. */
export function nearest(given: string, names: readonly string[]): string | undefined {
  if (given.length > MAX_LENGTH) return undefined
  const rank = (name: string): number => (given !== '' && name.startsWith(given) ? 0.5 : distance(given, name))
  const [best] = names.map((name) => ({ name, rank: rank(name) })).sort((a, b) => a.rank - b.rank)
  return best && best.rank <= Math.max(1, given.length / 2) ? best.name : undefined
}

/**
 * The end of a message about an unknown name: the nearest known one, or all of them when none is near. `show` writes a name.
 */
export function suggestion(given: string, names: readonly string[], show: (name: string) => string): string {
  const best = nearest(given, names)
  return best === undefined ? `allowed are ${names.map(show).join(', ')}` : `the nearest is ${show(best)}`
}
