// Trees for the tests, built and looked at by tree.py: the judge of a restore shares no code with the engine.
import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const SCRIPT = fileURLToPath(new URL('./tree.py', import.meta.url))
const MOST_OUTPUT = 256 << 20

export const isRoot = process.geteuid?.() === 0

/** A thing to build. Paths, targets, data and attribute values are byte strings; a path is relative and its directory comes before it. */
export type Item = {
  path: string
  type: 'file' | 'dir' | 'symlink' | 'fifo' | 'socket' | 'char' | 'block' | 'link'
  data?: string
  /** Stretches of noise: offset, length, seed. */
  random?: [offset: number, length: number, seed: string][]
  /** Bytes; what was not written is a hole. */
  size?: number
  /** Of a symlink its text; of a link the other name. */
  target?: string
  device?: [major: number, minor: number]
  mode?: number
  uid?: number
  gid?: number
  /** Nanoseconds since 1970. */
  mtime?: bigint
  xattrs?: Record<string, string>
}

/** A thing as it was found. */
export type Seen = {
  type: Item['type']
  mode: number
  uid: number
  gid: number
  mtime: string
  xattrs: Record<string, string>
  /** The first path of the same inode, where there are several. */
  group?: string
  target?: string
  device?: [number, number]
  size?: number
  /** Units of 512 bytes. */
  blocks?: number
  /** Data, from and to. */
  extents?: [number, number][]
  digest?: string
}
export type Tree = Record<string, Seen>

function python(args: string[], input?: string): string {
  return execFileSync('python3', [SCRIPT, ...args], { input: input ?? '', maxBuffer: MOST_OUTPUT }).toString()
}

export function build(root: string, items: readonly Item[]): void {
  const text = JSON.stringify(items, (_, value) => (typeof value === 'bigint' ? value.toString() : value))
  python(['build', root], text)
}

/** Everything below each root by its path, and the root itself under ''. */
export function look(root: string): Tree {
  return (JSON.parse(python(['list', root])) as [Tree])[0]
}

/** What is not the same, one line each. Where the data lies is judged apart: see `wastedHoles`. */
export function differences(before: Tree, after: Tree): string[] {
  const lines: string[] = []
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [a, b] = [before[name], after[name]]
    if (!a || !b) lines.push(`${JSON.stringify(name)}: ${a ? 'missing' : 'not in the source'}`)
    else lines.push(...differencesOf(name, a, b))
  }
  return lines
}

function differencesOf(name: string, a: Seen, b: Seen): string[] {
  const keys = ['type', 'mode', 'uid', 'gid', 'mtime', 'xattrs', 'group', 'target', 'device', 'size', 'digest'] as const
  return keys
    .filter((key) => JSON.stringify(a[key]) !== JSON.stringify(b[key]))
    .map((key) => `${JSON.stringify(name)}: ${key} ${JSON.stringify(a[key])} became ${JSON.stringify(b[key])}`)
}

/** Files that lost a hole of at least `least` bytes: data where the source has none. */
export function wastedHoles(before: Tree, after: Tree, least: number): string[] {
  return Object.keys(before).filter((name) => {
    const [a, b] = [before[name]!, after[name]]
    if (!a.extents || !b?.extents) return false
    return holesOf(a.extents, a.size!, least).some(([from, to]) => b.extents!.some(([f, t]) => f < to && t > from))
  })
}

function holesOf(extents: readonly [number, number][], size: number, least: number): [number, number][] {
  const ends = [0, ...extents.map(([, to]) => to)]
  const starts = [...extents.map(([from]) => from), size]
  return ends.map((from, i): [number, number] => [from, starts[i]!]).filter(([from, to]) => to - from >= least)
}

/** Also what lies deeper than a path is long, or in directories without permissions. */
export function removeFolder(folder: string): void {
  if (!isRoot) execFileSync('chmod', ['-R', 'u+rwX', folder])
  execFileSync('rm', ['-rf', folder])
}

/** A new directory, for the caller to remove. */
export const makeLastingFolder = (parent = tmpdir()): string => mkdtempSync(path.join(parent, 'holdfast-tree-'))

/** A new directory, removed when the running test ends. */
export function makeFolder(parent?: string): string {
  const folder = makeLastingFolder(parent)
  onTestFinished(() => removeFolder(folder))
  return folder
}
