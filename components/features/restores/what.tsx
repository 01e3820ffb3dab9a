// What was asked for, as one name: all of a snapshot, or a place in it, which not everybody may know.
import { FileName } from '../../patterns/file-name.tsx'
import type { RestoreRow } from './restore-words.ts'

export function What({ restore, wrap = false }: { restore: RestoreRow; wrap?: boolean }) {
  const { path, pathBytes } = restore
  if (path === null) return 'A part of a snapshot'
  if (/^\/*$/.test(path) && pathBytes === undefined) return 'All of a snapshot'
  return <FileName name={path} bytes={pathBytes} wrap={wrap} />
}
