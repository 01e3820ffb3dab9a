// A window of a restore: as many files as fit in a bound of memory, turned into tasks that go through each pack once, front to back.
import { ByteWriter } from '../../lib/bytes.ts'
import { ID_LENGTH } from '../crypto/chunk-id.ts'
import type { PackRecord } from '../index/store.ts'
import type { Location } from '../index/table.ts'
import { openFilesLimit } from '../posix/limits.ts'
import { type Entry, encodeEntry } from '../tree/entry.ts'
import type { TargetDirectory } from './directory.ts'
import { type CheckTask, type FileList, PASSES_ON, SHARED, type WriteTask } from './tasks.ts'

/** A file of the target. SHARED ones stay open over all their pieces. */
export type TargetFile = {
  readonly directory: TargetDirectory
  readonly entry: Entry
  readonly path: string
  readonly mode: number
  /** SHARED: its descriptor, and the name it has until it is complete. */
  fd: number
  readonly temporary: string
  /** Pieces that are still to be written, plus one until all are known. */
  pieces: number
  failed: boolean
  /** For checking: ids and lengths of its chunks, if asked for. */
  readonly ids: Uint8Array[]
  readonly lengths: number[]
}

type Piece = { readonly file: TargetFile; readonly at: Location; readonly id: Uint8Array; readonly position: number }

/** A task is closed at either. */
const TASK_BYTES = 4 << 20
const TASK_FILES = 256
/** A window is closed at any. */
const WINDOW_BYTES = 32 << 20
const WINDOW_PIECES = 2048
/** Each is open until its files are written; three windows are under way at once. */
const WINDOW_DIRECTORIES = Math.min(512, Math.floor(openFilesLimit() / 8))

export class Window {
  readonly #pieces: Piece[] = []
  readonly directories = new Set<TargetDirectory>()
  readonly files = new Set<TargetFile>()
  #bytes = 0

  add(file: TargetFile, id: Uint8Array, at: Location, position: number): void {
    file.pieces++
    this.#pieces.push({ file, at, id, position })
    this.files.add(file)
    this.directories.add(file.directory)
    this.#bytes += at.length
  }

  get full(): boolean {
    return (
      this.#bytes >= WINDOW_BYTES || this.#pieces.length >= WINDOW_PIECES || this.directories.size >= WINDOW_DIRECTORIES
    )
  }

  get empty(): boolean {
    return this.#pieces.length === 0
  }

  /** The write tasks, with the file of each piece's number. */
  *tasks(packs: readonly PackRecord[]): Generator<{ task: WriteTask; files: TargetFile[]; pieces: TargetFile[] }> {
    const pieces = this.#pieces.sort(
      (a, b) => a.at.pack - b.at.pack || a.at.frame - b.at.frame || a.at.offset - b.at.offset,
    )
    for (let from = 0; from < pieces.length; ) {
      const to = this.#taskEnd(pieces, from)
      yield buildTask(pieces.slice(from, to), packs)
      from = to
    }
  }

  /** Where a task ends: never inside a frame, always at the end of a pack. */
  #taskEnd(pieces: readonly Piece[], from: number): number {
    const { pack } = pieces[from]!.at
    let bytes = 0
    let to = from
    for (; to < pieces.length && pieces[to]!.at.pack === pack; to++) {
      const newFrame = to > from && pieces[to]!.at.frame !== pieces[to - 1]!.at.frame
      if (newFrame && (bytes >= TASK_BYTES || to - from >= TASK_FILES)) break
      bytes += pieces[to]!.at.length
    }
    return to
  }
}

function buildTask(
  pieces: readonly Piece[],
  packs: readonly PackRecord[],
): { task: WriteTask; files: TargetFile[]; pieces: TargetFile[] } {
  const record = packs[pieces[0]!.at.pack]!
  const frames: number[] = []
  const words = new Uint32Array(pieces.length * 4)
  const positions = new Float64Array(pieces.length)
  const ids = Buffer.allocUnsafeSlow(pieces.length * ID_LENGTH)
  const numbers = new Map<TargetFile, number>()
  let frame = -1
  pieces.forEach((piece, i) => {
    if (piece.at.frame !== frame) {
      frame = piece.at.frame
      frames.push(frame, ...record.frames.subarray(frame * 4, frame * 4 + 4))
    }
    let file = numbers.get(piece.file)
    if (file === undefined) {
      file = numbers.size
      numbers.set(piece.file, file)
    }
    words.set([frames.length / 5 - 1, piece.at.offset, piece.at.length, file], i * 4)
    positions[i] = piece.position
    ids.set(piece.id, i * ID_LENGTH)
  })
  const files = [...numbers.keys()]
  const task: WriteTask = {
    kind: 'write',
    pack: record.id,
    frames: Uint32Array.from(frames),
    pieces: words,
    positions,
    ids,
    files: fileList(files),
  }
  return { task, files, pieces: pieces.map((piece) => piece.file) }
}

function fileList(files: readonly TargetFile[]): FileList {
  const fds = new Int32Array(files.length)
  const modes = new Uint8Array(files.length)
  const entryLengths = new Uint32Array(files.length)
  const entries = new ByteWriter(files.length * 160)
  files.forEach((file, i) => {
    fds[i] = file.mode === SHARED ? file.fd : file.directory.fd
    modes[i] = file.mode === SHARED || file.directory.plain ? file.mode : file.mode | PASSES_ON
    const before = entries.length
    if (file.mode !== SHARED) encodeEntry(entries, file.entry.name, file.entry, file.entry)
    entryLengths[i] = entries.length - before
  })
  return { fds, modes, entries: entries.view(), entryLengths }
}

/** Reads files back that are complete. */
export function checkTask(files: readonly TargetFile[]): CheckTask {
  const list = fileList(files.map((file) => ({ ...file, mode: 0 })))
  return {
    kind: 'check',
    files: list,
    counts: Uint32Array.from(files, (file) => file.lengths.length),
    ids: Buffer.concat(files.flatMap((file) => file.ids)),
    lengths: Uint32Array.from(files.flatMap((file) => file.lengths)),
  }
}
