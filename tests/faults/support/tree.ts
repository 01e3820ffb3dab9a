// Trees of files to back up, and their comparison with what was restored.
import { createCipheriv, createHash } from 'node:crypto'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { describeTree, type Item } from '../../fixtures/golden/tree.ts'

/** A folder that goes away when the test is over (`using`). */
export class Scratch {
  readonly path: string

  constructor(parent = os.tmpdir()) {
    this.path = fs.mkdtempSync(path.join(parent, 'holdfast-faults-'))
  }

  /** The path of something in it; folders above are made. */
  at(...names: string[]): string {
    const full = path.join(this.path, ...names)
    fs.mkdirSync(path.dirname(full), { recursive: true })
    return full
  }

  [Symbol.dispose](): void {
    fs.rmSync(this.path, { recursive: true, force: true })
  }
}

/** Bytes that do not compress, the same for the same seed. */
export function noise(seed: string, length: number): Buffer {
  const key = createHash('sha256').update(seed).digest()
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length))
}

/** Writes a file, with the folders above it. @returns its path */
export function write(root: string, name: string, content: string | Uint8Array): string {
  const file = path.join(root, name)
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.writeFileSync(file, content)
  return file
}

/** A few dozen files: small ones in folders, a `big` one that does not compress, a link, a hard link, an empty folder. */
export function makeTree(root: string, big = 3 << 20): void {
  for (let i = 0; i < 24; i++) write(root, `folder-${i % 4}/file-${i}`, `${i} `.repeat(i * 40))
  write(root, 'big', noise('big', big))
  write(root, 'folder-0/middle', noise('middle', 200 << 10))
  write(root, 'empty', '')
  fs.mkdirSync(path.join(root, 'empty-folder'))
  fs.symlinkSync('big', path.join(root, 'link'))
  fs.linkSync(path.join(root, 'folder-1/file-1'), path.join(root, 'folder-2/other-name'))
}

/** Some of everything: changed, new, removed and renamed files. */
export function changeTree(root: string): void {
  const big = path.join(root, 'big')
  fs.writeFileSync(big, Buffer.concat([fs.readFileSync(big), noise('more', 1 << 20)]))
  write(root, 'folder-2/file-2', 'changed')
  write(root, 'folder-9/new', noise('new', 60_000))
  fs.rmSync(path.join(root, 'folder-3'), { recursive: true })
  fs.renameSync(path.join(root, 'empty'), path.join(root, 'still-empty'))
}

/** What is at `root`, to be compared with `toEqual`. */
export const describeSource = (root: string): Item[] => describeTree(root)

/** What a restore into `target` made of the source `root`. */
export const describeRestored = (target: string, root: string): Item[] => {
  const restored = path.join(target, root)
  return fs.existsSync(restored) ? describeTree(restored) : []
}

/** Paths relative to `root` (byte strings) by which restored items can be looked up. */
export const itemPath = (item: Item): string => Buffer.from(item.path, 'hex').toString('latin1')
