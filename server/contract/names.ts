// Where in a job's messages names of files may stand: behind one of these words, and nowhere else.

/** From such a mark on, a message is not for everybody. A message that holds a path, or words of a system call, puts them behind one. */
export const namesBehind = {
  /** The path of the first file that something is wrong with. */
  first: ' The first: ',
  /** The path that the message is about. */
  path: ' The path: ',
  /** What the system or a library said, which may quote a path. */
  cause: ' The cause: ',
  /** The last lines of a process that died. */
  printed: ' It printed last: ',
  /** A line that the process of a job printed: at the beginning. */
  output: 'Output: ',
} as const

const { output, ...within } = namesBehind

/** A message of a job for somebody who may see no names of files. */
export function messageWithoutNames(message: string): string {
  if (message.startsWith(output)) return output.trim()
  const marks = Object.values(within).map((mark) => message.indexOf(mark))
  const first = Math.min(...marks.filter((at) => at !== -1), message.length)
  return message.slice(0, first)
}
