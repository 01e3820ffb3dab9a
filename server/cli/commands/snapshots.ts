// holdfast snapshots: lists them, oldest first.
import { messageOf } from '../../contract/errors.ts'
import { escapePath } from '../../engine/posix/errors.ts'
import { readSnapshots, type StoredSnapshot } from '../../engine/repository/snapshot.ts'
import { parseTime } from '../../lib/clock.ts'
import { onOneLine } from '../bytes.ts'
import { defineCommand, exit, repositoryOptions } from '../command.ts'
import { columns, count, plural, shortId, size } from '../format.ts'
import { pathsFields } from '../json.ts'
import { openRepository } from '../place.ts'
import { localTime } from '../time.ts'

export const command = defineCommand({
  name: 'snapshots',
  summary: 'list the snapshots, oldest first',
  usage: ['--repo R'],
  words: { min: 0, max: 0 },
  options: repositoryOptions,
  async run({ options, context }) {
    const { out } = context
    const { repository } = await openRepository(options, context)
    const { snapshots, damaged } = await readSnapshots(repository.storage, repository.keyring)
    if (snapshots.length > 0) for (const line of tableOf(snapshots)) out.line(line)
    out.line(plural(snapshots.length, 'snapshot'))
    for (const { id, error } of damaged) out.error(`Snapshot ${shortId(id)} can't be read: ${messageOf(error)}`)
    out.document(snapshots.map(documentOf))
    return damaged.length > 0 ? exit.damaged : exit.done
  },
})

const filesOf = ({ statistics: { filesNew, filesChanged, filesUnmodified } }: StoredSnapshot): number =>
  filesNew + filesChanged + filesUnmodified
const errorsOf = ({ errors, errorsOmitted }: StoredSnapshot): number => errors.length + errorsOmitted

function tableOf(snapshots: readonly StoredSnapshot[]): string[] {
  const rows = snapshots.map((snapshot) => [
    shortId(snapshot.id),
    localTime(parseTime(snapshot.time)),
    onOneLine(snapshot.host),
    snapshot.type,
    count(filesOf(snapshot)),
    size(snapshot.statistics.bytes),
    errorsOf(snapshot) > 0 ? count(errorsOf(snapshot)) : '-',
    [...snapshot.paths.map(escapePath), ...snapshot.tags.map((tag) => `[${onOneLine(tag)}]`)].join(' '),
  ])
  return columns([['snapshot', 'time', 'host', 'type', 'files', 'size', 'errors', 'paths [tags]'], ...rows], [4, 5, 6])
}

const documentOf = (snapshot: StoredSnapshot) => ({
  id: snapshot.id,
  time: snapshot.time,
  finished: snapshot.finished,
  host: snapshot.host,
  ...pathsFields(snapshot.paths),
  type: snapshot.type,
  parent: snapshot.parent,
  tags: snapshot.tags,
  files: filesOf(snapshot),
  bytes: snapshot.statistics.bytes,
  statistics: snapshot.statistics,
  errors: errorsOf(snapshot),
  program: snapshot.program,
})
