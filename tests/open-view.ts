// The project's folder for other users, also where it lies in a folder that is root's alone (as "mktemp -d" makes them): tests that root runs as somebody
// else would not get at the program there.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')

/** Whether everybody may go through all folders above the project, and through its own. */
function isOpen(folder = root): boolean {
  const above = path.dirname(folder)
  return (fs.statSync(folder).mode & 0o001) !== 0 && (above === folder || isOpen(above))
}

let place: string | undefined

/** An empty folder that everybody may enter; gone with this process. */
function viewed(): string {
  if (place !== undefined) return place
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-open-'))
  fs.chmodSync(made, 0o755)
  process.on('exit', () => fs.rmdirSync(made))
  place = made
  return made
}

/** In a mount namespace of its own, which ends with the program: nothing is left mounted. */
const SCRIPT = 'mount --bind "$1" "$2" && shift 2 && cd / && exec "$@"'

/**
 * For root: words that drop rights and run a program of the project, so that it is found without those rights.
 * @returns the words as they are where the project is open to everybody; else with its paths led through a view that is
 */
export function inOpenView(words: readonly string[]): readonly string[] {
  if (isOpen()) return words
  const view = viewed()
  const led = words.map((word) =>
    word === root || word.startsWith(`${root}/`) ? view + word.slice(root.length) : word,
  )
  return ['unshare', '--mount', 'sh', '-c', SCRIPT, 'sh', root, view, ...led]
}
