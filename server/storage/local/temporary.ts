// Names of half-written files, and the removal of those whose writer is dead.
import { hash, randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import { hostname } from 'node:os'
import { hasCode } from '../../contract/errors.ts'
import { errnoName, systemError } from '../errno.ts'
import { entry, type Folder, type Folders, unlink } from './folders.ts'

/** The folder of a repository in which objects are made. No key lies below it (keys.ts). */
export const tmpFolder = 'tmp'

/** After so long a file of another machine, whose processes cannot be asked, counts as abandoned. */
export const abandonedAfterMs = 24 * 3_600_000

const namePattern = /^([0-9a-f]{16})-([0-9]{1,10})-[0-9a-f]{16}$/

/**
 * Within which process ids can be compared: host name, boot, and the name space of the ids. Two containers may share the first two and
 * yet not see each other's processes.
 */
export const machineId: string = hash('sha256', [hostname(), bootId(), pidSpace()].join('\0')).slice(0, 16)

/** A new name, unique among all writers: machine, process, random part. */
export const temporaryName = (): string => `${machineId}-${process.pid}-${randomBytes(8).toString('hex')}`

function bootId(): string {
  const file = '/proc/sys/kernel/random/boot_id'
  return fs.existsSync(file) ? fs.readFileSync(file, 'latin1').trim() : ''
}

function pidSpace(): string {
  const link = '/proc/self/ns/pid'
  return fs.lstatSync(link, { throwIfNoEntry: false }) === undefined ? '' : fs.readlinkSync(link)
}

/**
 * Is the file of this name, last written at `mtimeMs`, abandoned at `now`? On this machine when its process is dead (a process id that
 * was given out again only makes the file stay longer); of another machine when it is old. Other people's files never are.
 */
export function isAbandoned(name: string, mtimeMs: number, now: number, isAlive = processIsAlive): boolean {
  const [, machine, pid] = namePattern.exec(name) ?? []
  if (machine === undefined) return false
  return machine === machineId ? !isAlive(Number(pid)) : now - mtimeMs > abandonedAfterMs
}

function processIsAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: alive, and somebody else's.
    return errnoName(error) !== 'ESRCH'
  }
}

/** Removes the abandoned files of the repository. One that may only be read, or that holds a link in the place of tmp/, is left as it is. */
export async function removeAbandoned(folders: Folders, now: number): Promise<void> {
  try {
    await folders.withinExisting([tmpFolder], (folder) => {
      for (const name of fs.readdirSync(entry(folder, '.'))) removeIfAbandoned(folder, name, now)
    })
  } catch (error) {
    const known = systemError(error, 'writing', 'clean', `${folders.root}/${tmpFolder}`)
    // Nothing to clean for those who cannot write; who tries to write meets the same error, with its reason.
    if (!hasCode(known, 'denied') && !hasCode(known, 'refused')) throw known
  }
}

function removeIfAbandoned(folder: Folder, name: string, now: number): void {
  const where = entry(folder, name)
  const stats = fs.lstatSync(where, { throwIfNoEntry: false })
  if (stats?.isFile() === true && isAbandoned(name, stats.mtimeMs, now)) unlink(where)
}
