// Entries of links, devices, pipes and sockets: all that there is to them is metadata.
import { ByteWriter } from '../../lib/bytes.ts'
import { readlinkAt } from '../posix/at.ts'
import { readXattrsAt } from '../posix/xattr.ts'
import { encodeEntry, NO_DETAILS } from '../tree/entry.ts'
import type { StatView } from './stat.ts'

/** The encoded entry `name` of what lies at `place` in `dirfd`, and of which `view` is the stat. @throws PosixError */
export function encodeSpecial(dirfd: number, place: string, name: string, view: StatView): Uint8Array {
  const writer = new ByteWriter(256)
  const { type, stat } = view
  encodeEntry(writer, name, view, {
    ...NO_DETAILS,
    target: type === 'symlink' ? readlinkAt(dirfd, place) : '',
    deviceMajor: stat.rdevMajor,
    deviceMinor: stat.rdevMinor,
    xattrs: readXattrsAt(dirfd, place),
  })
  return writer.view()
}
