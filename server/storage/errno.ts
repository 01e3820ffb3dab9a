// Turns what the operating system says into the error catalogue, with the path and what to do about it.
import { constants } from 'node:os'
import { getSystemErrorMessage } from 'node:util'
import { codeOf, type ErrorCode, HoldfastError, messageOf } from '../contract/errors.ts'

type Row = { readonly code: ErrorCode; readonly advice: string }

const space: Row = { code: 'no_space', advice: 'Free space there (or raise the quota), then run it again.' }
const denied: Row = { code: 'denied', advice: 'Give the user that Holdfast runs as access to it.' }
const descriptors: Row = { code: 'unavailable', advice: 'Raise the limit of open files (ulimit -n).' }
const missing: Row = { code: 'not_found', advice: 'There is no such object.' }
const collides: Row = {
  code: 'usage',
  advice: 'A file is in the place of a folder, or a folder in the place of an object.',
}
const noSuchCall: Row = {
  code: 'unsupported',
  advice: 'This file system cannot do that: use another one (ext4, xfs, btrfs, zfs, NFS).',
}
const link: Row = {
  code: 'refused',
  advice: 'It is a symbolic link, and a repository holds none: find out who made it, then remove it.',
}

const common: Readonly<Record<string, Row>> = {
  ENOSPC: space,
  EDQUOT: space,
  EFBIG: { code: 'no_space', advice: 'The file system or the ulimit allows no file of that size.' },
  EACCES: denied,
  EPERM: denied,
  EROFS: { code: 'denied', advice: 'The file system is mounted read-only: remount it for writing.' },
  ENOTSUP: noSuchCall,
  EOPNOTSUPP: noSuchCall,
  ENOSYS: noSuchCall,
  ELOOP: link,
  EMFILE: descriptors,
  ENFILE: descriptors,
}
const reading: Readonly<Record<string, Row>> = { ...common, ENOENT: missing, ENOTDIR: missing, EISDIR: missing }
const writing: Readonly<Record<string, Row>> = {
  ...common,
  ENOENT: {
    code: 'unavailable',
    advice: 'It vanished meanwhile: see that the disk is mounted and that nothing else removes files there.',
  },
  ENOTDIR: collides,
  EISDIR: collides,
  ENOTEMPTY: collides,
}
/** Hard links are what makes "only if absent" atomic; file systems without them answer EPERM. */
const linking: Readonly<Record<string, Row>> = { ...writing, EPERM: noSuchCall, EMLINK: noSuchCall }
const other: Row = {
  code: 'unavailable',
  advice: 'See the system log and the health of that disk or mount, then run it again.',
}

const tables = { reading, writing, linking }

/** The name of an operating system error ("ENOENT"); undefined for anything else. */
export function errnoName(error: unknown): string | undefined {
  const { code, errno } = (error ?? {}) as { code?: unknown; errno?: unknown }
  return typeof code === 'string' && typeof errno === 'number' ? code : undefined
}

/** An error such as the system gives, for a case that was found out without asking it. */
export const errno = (name: keyof typeof constants.errno): Error =>
  Object.assign(new Error(name), { code: name, errno: -constants.errno[name] })

/**
 * A catalogue error for `error`, met while doing `action` ("write", "list") to `path`; the original is its cause. Catalogue errors pass
 * as they are. Unknown numbers are `unavailable`; what is no system error at all is `internal`.
 */
export function systemError(error: unknown, mode: keyof typeof tables, action: string, path: string): HoldfastError {
  if (codeOf(error) !== 'internal') return error as HoldfastError
  const name = errnoName(error)
  if (name === undefined) {
    return new HoldfastError('internal', `Cannot ${action} ${path}: ${messageOf(error)}`, { cause: error })
  }
  const row = tables[mode][name] ?? other
  const text = getSystemErrorMessage((error as { errno: number }).errno)
  return new HoldfastError(row.code, `Cannot ${action} ${path}: ${text} (${name}). ${row.advice}`, { cause: error })
}
