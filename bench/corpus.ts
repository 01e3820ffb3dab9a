// The three corpora: made once into the work folder, found again by the next run, changed and changed back by each round.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { apply, type Edit, planByteEdits, planFileEdits, undo } from './change.ts'
import { generateLargeFiles, generateSmallFiles, generateSourceTree } from './generate.ts'
import { measureTree } from './walk.ts'

export const corpusNames = ['A', 'B', 'C'] as const
export type CorpusName = (typeof corpusNames)[number]

/** `path` is the tree; `origin` says in words what it is. */
export type Corpus = {
  readonly name: CorpusName
  readonly path: string
  readonly origin: string
  readonly files: number
  readonly bytes: number
}

/** Raised when a generator changes, so that an older corpus in a work folder is made anew. */
const VERSION = 1
const PACKAGES = '/usr/src'

type Recipe = {
  readonly make: (path: string, scale: number) => string
  readonly plan: (root: string, seed: string) => Edit[]
}

const recipes: Record<CorpusName, Recipe> = {
  A: { make: makeSource, plan: planFileEdits },
  B: {
    make: (path, scale) => {
      generateSmallFiles(path, scale)
      return 'generated files of 0.1 to 6 KB of prose'
    },
    plan: planFileEdits,
  },
  C: {
    make: (path, scale) => {
      generateLargeFiles(path, scale)
      return 'two generated files of the same size, random bytes and program-like code'
    },
    plan: planByteEdits,
  },
}

/** Finds or makes a corpus in `work`, in its unchanged state. `scale` 1 is the full size. */
export function ensureCorpus(work: string, name: CorpusName, scale: number): Corpus {
  const home = join(work, 'corpora', `${name}-${scale}-v${VERSION}`)
  const path = join(home, name === 'A' ? 'source' : name)
  const about = join(home, 'about.json')
  if (!existsSync(about) || !undo(path, changeRecord(path))) {
    rmSync(home, { recursive: true, force: true })
    mkdirSync(path, { recursive: true })
    const origin = recipes[name].make(path, scale)
    writeFileSync(about, JSON.stringify({ origin, ...measureTree(path) }))
  }
  const known = JSON.parse(readFileSync(about, 'utf8')) as Pick<Corpus, 'origin' | 'files' | 'bytes'>
  return { name, path, ...known }
}

/** Changes 1 % of the corpus, differently for each seed. */
export function changeCorpus({ name, path }: Corpus, seed: string): void {
  apply(path, recipes[name].plan(path, `change ${name} ${seed}`), changeRecord(path))
}

/** Takes the change back. */
export function revertCorpus({ name, path }: Corpus): void {
  if (!undo(path, changeRecord(path))) throw new Error(`the change to corpus ${name} was cut short: start again`)
}

const changeRecord = (path: string): string => `${path}.changed.json`

/** Debian's linux-source package unpacked; without it, or scaled down, a generated tree that resembles it. */
function makeSource(path: string, scale: number): string {
  const archive = linuxSource()
  if (archive && scale === 1) {
    execFileSync('tar', ['-xJf', join(PACKAGES, archive), '-C', path, '--strip-components=1'])
    return `${archive} of Debian's linux-source package`
  }
  generateSourceTree(path, scale)
  return `generated source-like tree (${archive ? 'scaled down' : "Debian's linux-source package is not installed"})`
}

function linuxSource(): string | undefined {
  if (!existsSync(PACKAGES)) return undefined
  return readdirSync(PACKAGES).find((name) => /^linux-source-.*\.tar\.xz$/.test(name))
}
