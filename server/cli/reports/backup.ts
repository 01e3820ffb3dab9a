// What a backup tells at its end.
import { escapePath } from '../../engine/posix/errors.ts'
import type { SourceError, StoredSnapshot } from '../../engine/repository/snapshot.ts'
import { onOneLine } from '../bytes.ts'
import { count, duration, shortId, size } from '../format.ts'
import { pathFields, pathsFields } from '../json.ts'
import type { Output } from '../output.ts'
import { printProblems } from './problems.ts'

export function printBackup(out: Output, snapshot: StoredSnapshot, errors: readonly SourceError[]): void {
  for (const line of linesOf(snapshot, errors.length + snapshot.errorsOmitted)) out.line(line)
  const problems = errors.map(({ path, error }) => ({ path, message: error }))
  printProblems(out, 'Could not be read', problems, snapshot.errorsOmitted)
  out.document(documentOf(snapshot, errors))
}

function linesOf(snapshot: StoredSnapshot, failed: number): string[] {
  const { filesNew, filesChanged, filesUnmodified, directories, others, bytes, bytesRead, bytesStored, milliseconds } =
    snapshot.statistics
  const since = snapshot.parent === null ? '' : ` since ${shortId(snapshot.parent)}`
  const rate = bytesRead > 0 && milliseconds > 0 ? `, ${size((bytesRead * 1000) / milliseconds)}/s read` : ''
  return [
    `snapshot  ${shortId(snapshot.id)}  ${snapshot.type}${since}`,
    `source    ${onOneLine(snapshot.host)}:${snapshot.paths.map(escapePath).join(' ')}`,
    `files     ${count(filesNew)} new, ${count(filesChanged)} changed, ${count(filesUnmodified)} unmodified`,
    `also      ${count(directories)} directories, ${count(others)} links and special files`,
    `data      ${size(bytes)} in the snapshot, ${size(bytesRead)} read, ${size(bytesStored)} added to the repository`,
    `took      ${duration(milliseconds)}${rate}`,
    ...(failed > 0 ? [`ERRORS    ${count(failed)} could not be read`] : []),
  ]
}

/** The document of --json. */
function documentOf(snapshot: StoredSnapshot, errors: readonly SourceError[]) {
  const { id, type, parent, time, finished, host, paths, tags, statistics, errorsOmitted } = snapshot
  return {
    snapshotId: id,
    type,
    parent,
    time,
    finished,
    host,
    ...pathsFields(paths),
    tags,
    ...statistics,
    errors: errors.map(({ path, error }) => ({ ...pathFields(path), error })),
    errorsOmitted,
  }
}
