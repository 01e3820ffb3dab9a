// Who holds a lease: a process of a host, told apart from one that later gets the same number, so that a dead one is found out at once.
import { randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** "host~namespace/pid~start/random": who this process is. Start is in the kernel's ticks since boot. */
export function ownName(): string {
  return `${hostId()}/${process.pid}~${startOf(process.pid) ?? ''}/${randomBytes(6).toString('hex')}`
}

/** True only when the owner certainly no longer runs: it was a process of this host (and of this container) that is not there any more. */
export function isGone(owner: string, me: string): boolean {
  const [host, process, ...rest] = owner.split('/')
  if (owner === me || host !== hostId() || process === undefined || rest.length !== 1) return false
  const [pid = '', start] = process.split('~')
  if (!/^\d+$/.test(pid) || !start) return false
  return startOf(Number(pid)) !== start
}

/** Whether the lease is of this host and container, so that its processes can be seen from here. */
export const isNear = (owner: string): boolean => owner.split('/')[0] === hostId()

/** Whether process `pid` is there, and was started with `word` among its arguments. */
export function runsWith(pid: number, word: string): boolean {
  if (startOf(pid) === undefined) return false
  return readProc(`/proc/${pid}/cmdline`)?.split('\0').includes(word) ?? false
}

/** A container sees processes of its own only: the namespace of process numbers belongs to the name. */
function hostId(): string {
  return `${hostname().replaceAll('/', '_')}~${namespaceOf()}`
}

function namespaceOf(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0'
  } catch (error) {
    if (isAbsence(error)) return '0'
    throw error
  }
}

/** When a process began; undefined when it isn't there or has ended but for its entry. */
function startOf(pid: number): string | undefined {
  // The name, in parentheses, may hold anything.
  const fields = readProc(`/proc/${pid}/stat`)
    ?.replace(/^.*\) /s, '')
    .split(' ')
  const [state, start] = [fields?.[0], fields?.[19]]
  return state === 'Z' || state === 'X' ? undefined : start
}

function readProc(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1')
  } catch (error) {
    if (isAbsence(error)) return undefined
    throw error
  }
}

/** Gone, or not for our eyes. */
const isAbsence = (error: unknown): boolean =>
  ['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'ENOTDIR'].includes(String((error as { code?: unknown }).code))
