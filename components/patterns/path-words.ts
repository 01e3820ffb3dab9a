// Paths of the server as they are typed, and why one is not taken. Pure.
import { displayText } from './file-name.tsx'

/** `mayCome`: it is not there, or may not be read, which can change until it is backed up. */
export type Refusal = { readonly message: string; readonly mayCome: boolean }

export const slashless = (path: string): string => (path.length > 1 ? path.replace(/\/+$/, '') || '/' : path)

/** What is wrong with a path that was typed; undefined for one that can be looked for. */
export function mistakeIn(path: string, chosen: readonly string[]): string | undefined {
  if (!path.startsWith('/')) return 'A path starts with a slash, like /home/ada'
  if (/\/\.{1,2}(\/|$)/.test(path)) return 'Give the path without "." and ".."'
  if (chosen.includes(path)) return 'This folder is chosen already'
  return undefined
}

const mayCome: Readonly<Record<string, boolean>> = { not_found: true, denied: true, refused: false, usage: false }

/** Why the server would not back a path up; undefined when it only could not say so now: the preview says it then. */
export function refusalOf(
  failure: { readonly code: string; readonly message: string } | undefined,
): Refusal | undefined {
  if (failure === undefined || !Object.hasOwn(mayCome, failure.code)) return undefined
  return { message: displayText(failure.message), mayCome: mayCome[failure.code] === true }
}
