// Takes pieces of text into a file of the viewer: written as they come where the browser can, else gathered by the browser outside of the page's memory.
import { saveFile } from '../../patterns/save-file.ts'

/** Where pieces go. `close` gives the file away, `abort` leaves nothing behind. */
export type Sink = { write(piece: string): Promise<void>; close(): Promise<void>; abort(): Promise<void> }

type Picker = (options: { suggestedName: string }) => Promise<{ createWritable(): Promise<WritableFile> }>
type WritableFile = { write(text: string): Promise<void>; close(): Promise<void>; abort(): Promise<void> }

/** Characters in memory before they become part of a blob, which browsers keep on disk when it grows. */
const GATHER = 4 * 1024 * 1024

/**
 * Asks where to save a file, or prepares a download where browsers can't ask.
 * @returns null when the viewer chose not to save it
 */
export async function openSink(name: string, type: string): Promise<Sink | null> {
  const picker = (window as { showSaveFilePicker?: Picker }).showSaveFilePicker
  if (picker === undefined) return blobSink(name, type)
  try {
    const file = await (await picker({ suggestedName: name })).createWritable()
    return { write: (piece) => file.write(piece), close: () => file.close(), abort: () => file.abort() }
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null
    throw error
  }
}

function blobSink(name: string, type: string): Sink {
  let whole = new Blob([], { type })
  let parts: string[] = []
  let size = 0
  const gather = (): void => {
    whole = new Blob([whole, ...parts], { type })
    parts = []
    size = 0
  }
  return {
    async write(piece) {
      parts.push(piece)
      size += piece.length
      if (size > GATHER) gather()
    },
    async close() {
      gather()
      saveFile(whole, name)
    },
    async abort() {
      whole = new Blob([])
      parts = []
    },
  }
}

/** Counts records of CSV or JSON lines as pieces pass: line ends that do not stand within quotes. */
export function recordCounter(format: 'csv' | 'jsonl'): (piece: string) => number {
  let lines = 0
  let quoted = false
  return (piece) => {
    for (const character of piece) {
      // JSON escapes line ends within its texts.
      if (character === '"' && format === 'csv') quoted = !quoted
      else if (character === '\n' && !quoted) lines += 1
    }
    return format === 'csv' ? Math.max(0, lines - 1) : lines
  }
}
