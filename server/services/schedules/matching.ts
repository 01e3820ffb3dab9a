// Counts what a backup would take: the same patterns and the same look at the file system as the engine's walk, without reading a file.
import { AT_FDCWD, closeFd } from '../../engine/posix/at.ts'
import { codeOfErrno, PosixError } from '../../engine/posix/errors.ts'
import { listDirectory } from '../../engine/posix/names.ts'
import { openForRead } from '../../engine/posix/open.ts'
import { Stat, statAt } from '../../engine/posix/stat.ts'
import { compilePatterns, type Matcher } from '../../engine/select/matcher.ts'

/** Paths that are shown of each kind. */
export const SHOWN = 50
/** The look at the clock costs more than the one at a name. */
const CHECK = 256

export type Unreadable = { readonly path: string; readonly message: string }

/** Paths are byte strings. */
export type Found = {
  files: number
  directories: number
  /** Links, devices, pipes and sockets. */
  others: number
  /** Of the files. */
  bytes: number
  /** What patterns left out; what lies in a folder that was left out is not counted. */
  excluded: number
  unreadable: number
  readonly matchedPaths: string[]
  readonly excludedPaths: string[]
  readonly unreadablePaths: Unreadable[]
}

export type Matching = {
  /** Real paths, none in another. */
  readonly roots: readonly string[]
  readonly excludePatterns: readonly string[]
  /** Real paths that are left out with all that is below. */
  readonly skip: readonly string[]
}

type Folder = { readonly path: string; readonly relative: string; readonly owner: number }

/**
 * Goes through everything below the roots. `goOn` is asked now and then.
 * @returns whether it came to the end
 */
export function countMatches({ roots, excludePatterns, skip }: Matching, found: Found, goOn: () => boolean): boolean {
  const matcher = excludePatterns.length === 0 ? undefined : compilePatterns(excludePatterns)
  const walk = new Walk(matcher, new Set(skip), found)
  for (const root of roots) {
    const slash = root.lastIndexOf('/')
    // A root itself is wanted whatever the patterns say, as in a backup.
    if (root === '/') walk.folders.push({ path: '', relative: '', owner: 0 })
    else walk.take(root.slice(0, slash), root.slice(slash + 1), undefined)
    for (let folder = walk.folders.pop(); folder; folder = walk.folders.pop()) {
      if (!walk.enter(folder, goOn)) return false
    }
  }
  return true
}

export const nothingFound = (): Found => ({
  files: 0,
  directories: 0,
  others: 0,
  bytes: 0,
  excluded: 0,
  unreadable: 0,
  matchedPaths: [],
  excludedPaths: [],
  unreadablePaths: [],
})

class Walk {
  /** Still to be entered, the next one last. */
  readonly folders: Folder[] = []
  readonly #matcher: Matcher | undefined
  readonly #skip: ReadonlySet<string>
  readonly #found: Found
  readonly #stat = new Stat()

  constructor(matcher: Matcher | undefined, skip: ReadonlySet<string>, found: Found) {
    this.#matcher = matcher
    this.#skip = skip
    this.#found = found
  }

  /** @returns false when it is to end */
  enter(folder: Folder, goOn: () => boolean): boolean {
    if (!goOn()) return false
    const names = this.#namesIn(folder)
    const first = this.folders.length
    for (let i = 0; i < names.length; i++) {
      if (i % CHECK === CHECK - 1 && !goOn()) return false
      this.take(folder.path, names[i] ?? '', folder.relative)
    }
    // In order, so that what is shown reads like a listing.
    this.folders.push(...this.folders.splice(first).reverse())
    return true
  }

  /** One name of a folder. `relative`: what patterns are matched against, in front of the name; undefined for a root. */
  take(folder: string, name: string, relative: string | undefined): void {
    const path = `${folder}/${name}`
    const found = this.#found
    const stat = this.#stat
    const errno = statAt(AT_FDCWD, path, stat)
    if (errno !== 0) {
      // What is gone between the listing and the look was deleted.
      if (codeOfErrno(errno) !== 'ENOENT' || relative === undefined) this.#fail(path, codeOfErrno(errno))
      return
    }
    const isDirectory = stat.isDirectory()
    if (this.#skip.has(path)) return
    if (relative !== undefined && this.#matcher?.match(relative + name, isDirectory) === 'exclude') {
      found.excluded++
      if (found.excludedPaths.length < SHOWN) found.excludedPaths.push(isDirectory ? `${path}/` : path)
      return
    }
    if (isDirectory) {
      found.directories++
      const below = relative === undefined ? '' : `${relative}${name}/`
      this.folders.push({ path, relative: below, owner: stat.uid })
      return
    }
    if (stat.isFile()) {
      found.files++
      found.bytes += stat.size
    } else found.others++
    if (found.matchedPaths.length < SHOWN) found.matchedPaths.push(path)
  }

  #namesIn({ path, owner }: Folder): readonly string[] {
    let fd = -1
    try {
      fd = openForRead(AT_FDCWD, path === '' ? '/' : path, owner)
      return listDirectory(fd).names
    } catch (error) {
      if (!(error instanceof PosixError)) throw error
      if (error.code !== 'ENOENT') this.#fail(path === '' ? '/' : path, error.code)
      return []
    } finally {
      if (fd >= 0) closeFd(fd)
    }
  }

  #fail(path: string, message: string): void {
    this.#found.unreadable++
    if (this.#found.unreadablePaths.length < SHOWN) this.#found.unreadablePaths.push({ path, message })
  }
}
