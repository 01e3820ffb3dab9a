// holdfast backup: makes a snapshot of files and folders.
import { readFileSync, realpathSync } from 'node:fs'
import { hostname } from 'node:os'
import { HoldfastError, messageOf } from '../../contract/errors.ts'
import type { BackupOptions } from '../../engine/archive/backup.ts'
import type { Repository } from '../../engine/repository/repository.ts'
import { fspath, needText, quote } from '../bytes.ts'
import { type Context, defineCommand, exit, type Options, repositoryOptions, type Values } from '../command.ts'
import { version } from '../help.ts'
import { openRepository } from '../place.ts'
import { openProgress } from '../progress.ts'
import { compressionOf, compressionOptions, threadsOf, threadsOption } from '../settings.ts'
import { refuseOwnFolders, resolveSources } from '../sources.ts'
import { oneOf } from '../values.ts'

const options = {
  ...repositoryOptions,
  type: {
    kind: 'value',
    value: 'T',
    help: 'full: read every file; incremental (default): what changed since the last; differential: since the last full',
  },
  exclude: {
    kind: 'list',
    value: 'P',
    help: 'leave out what matches, as a line of .gitignore does, relative to each PATH',
  },
  'exclude-file': { kind: 'value', value: 'F', help: 'such lines from a file; --exclude comes after them' },
  tag: { kind: 'list', value: 'T', help: 'a word to find the snapshot by' },
  host: { kind: 'value', value: 'H', help: 'whose files these are (default: the name of this machine)' },
  'allow-empty': { kind: 'flag', help: 'accept a PATH that is empty though it had files in the last snapshot' },
  ...threadsOption,
  ...compressionOptions,
} as const satisfies Options

type BackupValues = Values<typeof options>

export const command = defineCommand({
  name: 'backup',
  summary: 'back up files and folders; every snapshot can be restored alone',
  usage: ['--repo R [OPTION]... PATH...'],
  words: { min: 1, max: Number.POSITIVE_INFINITY },
  options,
  notes: [
    'Links in a PATH itself are followed; links below it are stored as links. Killed or interrupted, it leaves nothing half done: the next run goes on.',
    'Exit status 3: the snapshot is there, and lists what could not be read.',
  ],
  async run({ options, words, context }) {
    const { out } = context
    const settings = settingsOf(options)
    const { roots, notes } = resolveSources(words, realpathSync.native('.', { encoding: 'latin1' }))
    for (const note of notes) out.note(note)
    const engine = () => import('../../engine/archive/backup.ts')
    const { repository, folders } = await openRepository(options, context, engine)
    refuseOwnFolders(roots, folders)
    const compression = await compressionOf(options, repository.config.compression)
    const { report, bar } = await progressOf(repository, context, settings.host, roots)
    const { backup } = await engine()
    const { snapshot, errors } = await context.abortable((signal) =>
      backup(repository, {
        ...settings,
        roots,
        compression,
        skip: folders,
        program: `holdfast ${version()}`,
        pid: process.pid,
        clock: context.clock,
        signal,
        onProgress: report,
        onNotice: (text) => out.note(text),
      }),
    )
    bar?.end()
    const { printBackup } = await import('../reports/backup.ts')
    printBackup(out, snapshot, errors)
    return errors.length + snapshot.errorsOmitted > 0 ? exit.partly : exit.done
  },
})

/** What the options say on their own. @throws `usage` */
function settingsOf(values: BackupValues) {
  const lines = values['exclude-file'] === undefined ? [] : readLines(values['exclude-file'])
  return {
    type: oneOf('type', values.type, ['full', 'incremental', 'differential'] as const) ?? 'incremental',
    excludes: [...lines, ...values.exclude.map((pattern) => needText(pattern, '--exclude'))],
    tags: values.tag.map((tag) => needText(tag, '--tag')),
    host: values.host === undefined ? hostname() : needText(values.host, '--host'),
    allowEmpty: values['allow-empty'],
    threads: threadsOf(values),
  }
}

function readLines(file: string): string[] {
  let bytes: string
  try {
    bytes = readFileSync(fspath(file), 'latin1')
  } catch (error) {
    const why = (error as { code?: string }).code ?? messageOf(error)
    throw new HoldfastError('usage', `--exclude-file names ${quote(file)}, which can't be read: ${why}`, {
      cause: error,
    })
  }
  return needText(bytes, `What is in ${quote(file)}`).split(/\r?\n/)
}

/** The progress line; how much there is to do is known from the last snapshot of the same source. */
async function progressOf(
  repository: Repository,
  { out }: Context,
  host: string,
  roots: readonly string[],
): Promise<{ report?: BackupOptions['onProgress']; bar?: { end(): void } }> {
  const bar = await openProgress(out)
  if (!bar) return {}
  const { readSnapshots } = await import('../../engine/repository/snapshot.ts')
  const { snapshots } = await readSnapshots(repository.storage, repository.keyring)
  const last = snapshots.findLast((each) => each.host === host && each.paths.join('\0') === roots.join('\0'))
  const totalBytes = last?.statistics.bytes
  return {
    bar,
    report: (counters) =>
      bar.update(() => ({
        bytes: counters.bytesDone,
        totalBytes,
        items: counters.filesNew + counters.filesChanged + counters.filesUnmodified,
        unit: 'files',
      })),
  }
}
