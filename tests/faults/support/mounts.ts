// Small and read-only file systems, for tests that root runs.
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { isRoot } from './process.ts'

/** Why nothing can be mounted here; undefined when it can. */
export function whyNoMounts(): string | undefined {
  if (!isRoot) return 'only root can mount a file system'
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-mount-'))
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder])
  if (status === 0) spawnSync('umount', [folder])
  fs.rmdirSync(folder)
  return status === 0 ? undefined : `nothing can be mounted here: ${stderr}`
}

function mount(...args: string[]): void {
  const { status, stderr } = spawnSync('mount', args)
  if (status !== 0) throw new Error(`mount ${args.join(' ')}: ${stderr}`)
}

/** A folder on a file system of its own, until the end of the scope. */
export class Mounted {
  readonly path: string

  private constructor(folder: string) {
    this.path = folder
  }

  /** In memory, of so many bytes. */
  static small(folder: string, size: number): Mounted {
    fs.mkdirSync(folder, { recursive: true })
    mount('-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder)
    return new Mounted(folder)
  }

  /** Another view of `of` that can't be written to. */
  static readOnly(folder: string, of: string): Mounted {
    fs.mkdirSync(folder, { recursive: true })
    mount('--bind', of, folder)
    mount('-o', 'remount,bind,ro', folder)
    return new Mounted(folder)
  }

  resize(size: number): void {
    mount('-o', `remount,size=${size}`, this.path)
  }

  [Symbol.dispose](): void {
    const { status, stderr } = spawnSync('umount', [this.path])
    if (status !== 0) throw new Error(`umount ${this.path}: ${stderr}`)
  }
}
