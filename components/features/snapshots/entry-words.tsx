'use client'
// Entries of a snapshot in words and signs: what they are, who may use them, and what was wrong when they were read.
import { File, FileQuestion, FileSymlink, Folder } from 'lucide-react'
import type { Outputs } from '../../data/provider.tsx'
import { StatusBadge } from '../../patterns/status.tsx'
import { Tip } from '../../ui/overlays.tsx'

export type Entry = Outputs['snapshots']['browse']['items'][number]

const kinds: Readonly<Record<Entry['type'], string>> = {
  file: 'File',
  directory: 'Folder',
  symlink: 'Link',
  fifo: 'Pipe',
  socket: 'Socket',
  character: 'Character device',
  block: 'Block device',
}
export const kindOf = ({ type }: Pick<Entry, 'type'>): string => kinds[type]

export function EntryIcon({ type }: Pick<Entry, 'type'>) {
  const className = 'size-4 shrink-0 text-muted'
  if (type === 'directory') return <Folder aria-hidden className="size-4 shrink-0 text-accent" />
  if (type === 'symlink') return <FileSymlink aria-hidden className={className} />
  return type === 'file' ? (
    <File aria-hidden className={className} />
  ) : (
    <FileQuestion aria-hidden className={className} />
  )
}

const letters = 'rwxrwxrwx'
/** 0o644 -> "rw-r--r--". */
export const modeText = (mode: number): string =>
  [...letters].map((letter, at) => (mode & (1 << (8 - at)) ? letter : '-')).join('')

export const ownerText = ({ user, uid, group, gid }: Entry): string => `${user ?? uid}:${group ?? gid}`

/** Whether there is content that can be downloaded. */
export const hasContent = ({ type, errno }: Entry): boolean => type === 'file' && errno === undefined

/** What everybody has to know before this is taken for the file. */
export function EntryMarks({ entry }: { entry: Entry }) {
  return (
    <>
      {entry.errno !== undefined && (
        <Tip text="It could not be read when the snapshot was made: there is no content of it.">
          <button type="button" className="cursor-help">
            <StatusBadge state="failed" word="Not read" />
          </button>
        </Tip>
      )}
      {entry.changed && (
        <Tip text="It changed while it was read: the content may be a mixture of two versions.">
          <button type="button" className="cursor-help">
            <StatusBadge state="warning" word="Changed while read" />
          </button>
        </Tip>
      )}
    </>
  )
}
