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

/** The nearest name; one that begins with `given` counts as near. Undefined when there is no name. */
export function nearest(given: string, names: readonly string[]): string | undefined {
  const rank = (name: string): number => (given !== '' && name.startsWith(given) ? 0.5 : distance(given, name))
  let best: string | undefined
  for (const name of names) if (best === undefined || rank(name) < rank(best)) best = name
  return best
}
