// holdfast restore: brings a snapshot or a part of it back.
import { realpathSync } from 'node:fs'
import { HoldfastError } from '../../contract/errors.ts'
import type { RestoreOptions, RestoreOutcome, RestoreStep } from '../../engine/restore/restore.ts'
import { needText, quote } from '../bytes.ts'
import { type Context, defineCommand, exit, type Options, repositoryOptions } from '../command.ts'
import { openRepository } from '../place.ts'
import { openProgress } from '../progress.ts'
import { threadsOf, threadsOption } from '../settings.ts'
import { isWithin, realPathOrAbove } from '../sources.ts'
import { oneOf, required } from '../values.ts'

const options = {
  ...repositoryOptions,
  target: { kind: 'value', value: 'DIR', help: 'the folder to restore into (required); it is made if it is not there' },
  include: {
    kind: 'list',
    value: 'P',
    help: 'restore only what matches, as a line of .gitignore does, relative to PATH',
  },
  overwrite: { kind: 'value', value: 'W', help: 'what is there already: always, if-changed (default) or never' },
  'dry-run': { kind: 'flag', help: 'show what would be done, with the reasons, and do nothing' },
  verify: { kind: 'flag', help: 'read every restored file back and compare it' },
  ...threadsOption,
} as const satisfies Options

export const command = defineCommand({
  name: 'restore',
  summary: 'restore a snapshot, or a part of it',
  usage: ['--repo R --target DIR [OPTION]... SNAPSHOT[:PATH]'],
  words: { min: 1, max: 1 },
  options,
  notes: [
    'What was /home/a is restored as DIR/home/a. Nothing is deleted. Run again after an interruption it goes on: what is complete is kept.',
    'Exit status 3: restored, but some files or attributes could not be written. 6: a part of the repository is damaged, the rest is restored.',
  ],
  async run({ options, words: [word = ''], context }) {
    const { snapshotText, path } = splitWord(word)
    const target = required('target', options.target)
    if (target === '') throw new HoldfastError('usage', '--target is empty')
    const overwrite = oneOf('overwrite', options.overwrite, ['always', 'if-changed', 'never'] as const) ?? 'if-changed'
    const includes = options.include.map((pattern) => needText(pattern, '--include'))
    const threads = threadsOf(options)
    const engine = () =>
      Promise.all([import('../../engine/restore/restore.ts'), import('../../engine/browse/resolve.ts')])
    const { repository, folders } = await openRepository(options, context, engine)
    refuseRepository(target, folders)
    const [{ restore }, { latestSnapshot, resolveSnapshot }] = await engine()
    const { snapshot, otherSources } =
      snapshotText === 'latest'
        ? await latestSnapshot(repository)
        : { snapshot: await resolveSnapshot(repository, snapshotText), otherSources: undefined }
    const { report, bar } = await progressOf(context)
    const { RestoreReport } = await import('../reports/restore.ts')
    const result = new RestoreReport(context.out, {
      snapshot,
      otherSources,
      target,
      dryRun: options['dry-run'],
      started: context.clock.now(),
    })
    const outcome = await context.abortable((signal) =>
      restore(repository, snapshot, {
        path,
        target,
        includes,
        overwrite,
        dryRun: options['dry-run'],
        verify: options.verify,
        threads,
        who: whoAmI(),
        signal,
        onProgress: report,
        onStep: options['dry-run'] || context.out.verbose ? (step: RestoreStep) => result.step(step) : undefined,
      }),
    )
    bar?.end()
    if (includes.length > 0 && isNothing(outcome))
      throw new HoldfastError(
        'not_found',
        `Nothing in the snapshot matches --include ${options.include.map(quote).join(' ')}`,
      )
    result.end(outcome, context.clock.now())
    if (outcome.damaged) return exit.damaged
    return outcome.failures.length + outcome.differences.length + outcome.omitted > 0 ? exit.partly : exit.done
  },
})

/** Whether a restore found nothing that was wanted; what is there already counts as found. */
const isNothing = ({ counters, failures, omitted }: RestoreOutcome): boolean => {
  const { files, directories, links, others, kept } = counters
  return files + directories + links + others + kept + failures.length + omitted === 0
}

/** "latest:/etc" -> the snapshot's name and a path in it (a byte string), "" for all. */
function splitWord(word: string): { snapshotText: string; path: string } {
  const colon = word.indexOf(':')
  const end = colon < 0 ? word.length : colon
  return { snapshotText: needText(word.slice(0, end), 'SNAPSHOT'), path: word.slice(end + 1) }
}

/** Files among the objects of a repository are no good to it, and a damaged one is hard to tell from them. */
function refuseRepository(target: string, folders: readonly string[]): void {
  const real = realPathOrAbove(target, realpathSync.native('.', { encoding: 'latin1' }))
  if (!folders.some((folder) => isWithin(real, folder))) return
  throw new HoldfastError('refused', `${quote(target)} lies in the repository (or its cache): restore beside it`)
}

/** Only Linux and its like have these, and only there does Holdfast run. */
const whoAmI = (): RestoreOptions['who'] => ({
  euid: process.geteuid?.() ?? -1,
  egid: process.getegid?.() ?? -1,
  umask: process.umask(),
})

async function progressOf({ out }: Context): Promise<{ report?: RestoreOptions['onProgress']; bar?: { end(): void } }> {
  const bar = await openProgress(out)
  if (!bar) return {}
  return {
    bar,
    report: ({ bytes, bytesTotal, files, links, kept }) =>
      bar.update(() => ({ bytes, totalBytes: bytesTotal, items: files + links + kept, unit: 'files' })),
  }
}
