// Sorts byte strings that lie in one buffer without making a JS string of any of them.

/** Offsets of the strings in `bytes`, each ended by a NUL, to be put in order; `keys` holds four bytes of each. */
type Sorting = { readonly bytes: Uint8Array; readonly offsets: Uint32Array; readonly keys: Uint32Array }

/** The four bytes at `at` as one big-endian number; zeros from the NUL on. */
function keyAt(bytes: Uint8Array, at: number): number {
  const a = bytes[at] as number
  if (a === 0) return 0
  const b = bytes[at + 1] as number
  if (b === 0) return (a << 24) >>> 0
  const c = bytes[at + 2] as number
  if (c === 0) return ((a << 24) | (b << 16)) >>> 0
  return ((a << 24) | (b << 16) | (c << 8) | (bytes[at + 3] as number)) >>> 0
}

/** True when the string ends within this key. */
const ends = (key: number): boolean => (key & 0xff) === 0

function loadKeys(s: Sorting, from: number, to: number, depth: number): void {
  const { bytes, offsets, keys } = s
  for (let i = from; i < to; i++) keys[i] = keyAt(bytes, (offsets[i] as number) + depth)
}

function swap(s: Sorting, i: number, j: number): void {
  const { offsets, keys } = s
  const offset = offsets[i] as number
  const key = keys[i] as number
  offsets[i] = offsets[j] as number
  keys[i] = keys[j] as number
  offsets[j] = offset
  keys[j] = key
}

/** Whether the string at offset `a` comes after the one at `b`. */
function isAfter(bytes: Uint8Array, a: number, b: number): boolean {
  for (let i = 0; ; i++) {
    const x = bytes[a + i] as number
    const y = bytes[b + i] as number
    if (x !== y) return x > y
    if (x === 0) return false
  }
}

function insertionSort(s: Sorting, from: number, to: number, depth: number): void {
  const { bytes, offsets, keys } = s
  for (let i = from + 1; i < to; i++) {
    const offset = offsets[i] as number
    const key = keys[i] as number
    let j = i - 1
    for (; j >= from; j--) {
      const other = keys[j] as number
      if (other < key) break
      if (other === key && (ends(key) || !isAfter(bytes, (offsets[j] as number) + depth + 4, offset + depth + 4))) break
      offsets[j + 1] = offsets[j] as number
      keys[j + 1] = other
    }
    offsets[j + 1] = offset
    keys[j + 1] = key
  }
}

/** The middle of three keys picked by chance, so that no order of names on disk is a bad one. */
function pickPivot(keys: Uint32Array, from: number, to: number): number {
  const pick = (): number => keys[from + Math.floor(Math.random() * (to - from))] as number
  const a = pick()
  const b = pick()
  const c = pick()
  return a < b ? Math.max(a, Math.min(b, c)) : Math.max(b, Math.min(a, c))
}

const smallRange = 16

/** Keys of [from, to) hold the bytes at `depth`. Recurses into two of the three parts and loops on the one with the equal keys. */
function sortRange(s: Sorting, start: number, stop: number, startDepth: number): void {
  let from = start
  let to = stop
  let depth = startDepth
  while (to - from > smallRange) {
    const pivot = pickPivot(s.keys, from, to)
    let less = from
    let more = to
    for (let i = from; i < more; ) {
      const key = s.keys[i] as number
      if (key < pivot) swap(s, less++, i++)
      else if (key > pivot) swap(s, i, --more)
      else i++
    }
    sortRange(s, from, less, depth)
    sortRange(s, more, to, depth)
    if (ends(pivot)) return
    from = less
    to = more
    depth += 4
    loadKeys(s, from, to, depth)
  }
  insertionSort(s, from, to, depth)
}

/**
 * Puts the first `count` of `offsets` in the order of the NUL-terminated strings they point to in `bytes`, compared bytewise. `keys` is
 * working memory of `count` numbers. Multikey quicksort with the next four bytes of each string cached (Bentley and Sedgewick 1997; caching
 * after Ng and Kakehi 2007).
 */
export function sortOffsets(bytes: Uint8Array, offsets: Uint32Array, keys: Uint32Array, count: number): void {
  const s = { bytes, offsets, keys }
  loadKeys(s, 0, count, 0)
  sortRange(s, 0, count, 0)
}

/** Drops repetitions from the first `count` sorted offsets, in place; returns how many are left. */
export function dropRepeated(bytes: Uint8Array, offsets: Uint32Array, count: number): number {
  let kept = 0
  for (let i = 0; i < count; i++) {
    const offset = offsets[i] as number
    if (kept === 0 || isAfter(bytes, offset, offsets[kept - 1] as number)) offsets[kept++] = offset
  }
  return kept
}
