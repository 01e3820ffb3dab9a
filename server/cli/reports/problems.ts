// Lists of things that went wrong, on stderr: some of them, or all with --verbose.
import { escapePath } from '../../engine/posix/errors.ts'
import { onOneLine } from '../bytes.ts'
import { count } from '../format.ts'
import type { Output } from '../output.ts'

const SHOWN = 20

export type Problem = { readonly path: string; readonly message: string }

/** `title` says what the list is; `omitted` are known to the engine by their number only. */
export function printProblems(out: Output, title: string, problems: readonly Problem[], omitted = 0): void {
  if (problems.length === 0) return
  const shown = out.verbose ? problems : problems.slice(0, SHOWN)
  out.note(`${title}:`)
  for (const { path, message } of shown) out.note(`  ${escapePath(path)}: ${onOneLine(message)}`)
  const more = problems.length - shown.length + omitted
  if (more > 0) out.note(`  and ${count(more)} more`)
}
