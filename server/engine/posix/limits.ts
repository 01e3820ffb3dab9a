// How much the system lets this process have.
import { readFileSync } from 'node:fs'

/** What every system allows. */
const LEAST = 256

/** Descriptors that this process may have open; 256 where the system doesn't tell. (Node raises the soft limit to the hard one when it starts.) */
export function openFilesLimit(): number {
  const [, soft] = /^Max open files +(\d+|unlimited)/m.exec(limits()) ?? []
  if (soft === undefined) return LEAST
  return soft === 'unlimited' ? Number.MAX_SAFE_INTEGER : Number(soft)
}

function limits(): string {
  try {
    return readFileSync('/proc/self/limits', 'latin1')
  } catch (error) {
    // No /proc, or not for us.
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EPERM') return ''
    throw error
  }
}
