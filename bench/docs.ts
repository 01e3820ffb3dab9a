// Keeps the measured figures in a document up to date, between two markers.

const BEGIN = '<!-- bench: begin (npm run bench writes this part) -->'
const END = '<!-- bench: end -->'

/** `text` with the part between the markers replaced by `block`; throws when the markers are not there. */
export function replaceBlock(text: string, block: string): string {
  const begin = text.indexOf(BEGIN)
  const end = text.indexOf(END, begin)
  if (begin < 0 || end < 0) throw new Error(`the document needs a line "${BEGIN}" and a line "${END}" after it`)
  return `${text.slice(0, begin + BEGIN.length)}\n${block.trim()}\n${text.slice(end)}`
}
